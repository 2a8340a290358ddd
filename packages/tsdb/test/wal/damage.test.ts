import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createLogger } from "@ferula/logging";
import type { FaultyFiles } from "@ferula/files";
import { PAGE_BYTES } from "../../src/wal/format.ts";
import { chosenCases } from "../campaigns/extent.ts";
import { batchOf, metricValue, openTestDb, readAll, testDisk, type Sample } from "../support.ts";

const SEGMENT = "/data/wal/00000000";

/** A log, where each of its batches ends, and what each left visible. */
interface WrittenLog {
  readonly bytes: Uint8Array;
  readonly ends: readonly number[];
  readonly states: readonly Record<string, string>[];
}

let written: WrittenLog | undefined;

/** A log of 12 batches of 400 samples, the same for all tests: they damage copies of it. */
async function writeLog(): Promise<WrittenLog> {
  if (written !== undefined) return written;
  const files = testDisk();
  const db = await openTestDb(files);
  const ends: number[] = [0];
  const states = [readAll(db)];
  for (let k = 0; k < 12; k++) {
    db.append(
      batchOf(
        db,
        Array.from({ length: 400 }, (_, i): Sample => [`i=${i}`, k * 1000, k * i]),
      ),
    );
    ends.push(files.readFile(SEGMENT).length);
    states.push(readAll(db));
  }
  written = { bytes: files.readFile(SEGMENT), ends, states };
  return written;
}

function diskWith(bytes: Uint8Array): FaultyFiles {
  const files = testDisk();
  const file = files.open(SEGMENT, "create");
  file.write(bytes, 0);
  file.close();
  return files;
}

test("wherever the end is torn off, what was before it is there, and the next start finds nothing wrong", async () => {
  const { bytes, ends, states } = await writeLog();
  const cuts = [
    0,
    1,
    6,
    7,
    8,
    ends[1] - 1,
    ends[1],
    ends[1] + 1,
    PAGE_BYTES - 1,
    PAGE_BYTES,
    PAGE_BYTES + 1,
    PAGE_BYTES + 7,
    ...ends,
    bytes.length - 1,
  ];
  cuts.push(...chosenCases(bytes.length, 8));
  for (const cut of cuts) {
    const files = diskWith(bytes.slice(0, cut));
    const db = await openTestDb(files);
    let complete = 0;
    while (complete + 1 < ends.length && ends[complete + 1] <= cut) complete++;
    // The first write also holds the record of the series, which alone shows nothing.
    expect(readAll(db)).toEqual(states[complete]);
    db.append(batchOf(db, [["after=1", 20_000, 1]]));
    const want = { ...states[complete], '{after="1"}': "20000:1" };
    const again = await openTestDb(files);
    expect(readAll(again)).toEqual(want);
    expect(again.replayed.corruptions).toBe(0);
  }
});

test("the place of a torn end is logged", async () => {
  const { bytes, ends } = await writeLog();
  const lines: string[] = [];
  const db = await openTestDb(diskWith(bytes.slice(0, ends[3] + 20)), { logger: createLogger({ write: (line) => lines.push(line) }) });
  expect(db.replayed.corruptions).toBe(1);
  expect(metricValue(db, "prometheus_tsdb_wal_corruptions_total")).toBe(1);
  expect(lines.join("")).toContain(`segment=/data/wal/00000000 offset=${ends[3]}`);
});

test("a damaged record in the middle costs its page at most: the rest is read, and stays readable", async () => {
  const { bytes, ends, states } = await writeLog();
  const last = states[states.length - 1];
  // One bit in the middle of the fifth batch.
  const at = Math.floor((ends[4] + ends[5]) / 2);
  const damaged = bytes.slice();
  damaged[at] ^= 4;
  const files = diskWith(damaged);
  const db = await openTestDb(files);
  expect(db.replayed).toMatchObject({ corruptions: 1, samples: 11 * 400 });
  const found = readAll(db);
  expect(Object.keys(found)).toEqual(Object.keys(last));
  expect(found['{i="7"}']).toBe("0:0 1000:7 2000:14 3000:21 5000:35 6000:42 7000:49 8000:56 9000:63 10000:70 11000:77");
  const again = await openTestDb(files);
  expect(again.replayed.corruptions).toBe(0);
  expect(readAll(again)).toEqual(found);
});

test("a record that is whole but makes no sense is left out, once", async () => {
  const files = testDisk();
  const db = await openTestDb(files);
  db.append(batchOf(db, [["a=1", 1, 1]]));
  const file = files.open("/data/wal/00000001", "create");
  // A samples record that ends inside a value: type 1, length 20.
  const record = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 1);
  const { crc32c } = await import("@ferula/bytes");
  const header = new DataView(new ArrayBuffer(7));
  header.setUint8(0, 1);
  header.setUint16(1, record.length);
  header.setUint32(3, crc32c(record));
  file.write(new Uint8Array(header.buffer), 0);
  file.write(record, 7);
  file.close();
  const again = await openTestDb(files);
  expect(again.replayed.corruptions).toBe(1);
  expect(readAll(again)).toEqual({ '{a="1"}': "1:1" });
  expect((await openTestDb(files)).replayed.corruptions).toBe(0);
});

test("when a damaged segment can't be repaired, it stays and the database opens", async () => {
  const { bytes, ends, states } = await writeLog();
  const files = diskWith(bytes.slice(0, ends[2] + 3));
  for (let n = 0; n < 30; n++) files.failAt(files.operationCount + 1 + n, { code: "EIO" });
  await expect(openTestDb(files)).rejects.toThrow("EIO");
  files.heal();
  files.failWritesTo("00000000", { code: "EROFS" });
  const damaged = bytes.slice();
  damaged[ends[2] + 20] ^= 1;
  files.corrupt(SEGMENT, () => damaged);
  const db = await openTestDb(files);
  expect(db.replayed.corruptions).toBe(1);
  files.heal();
  expect(files.readFile(SEGMENT)).toEqual(damaged);
  expect(Object.keys(readAll(db))).toEqual(Object.keys(states[5]));
});

test("any flipped bits: it opens, says so or keeps all, shows no sample that was not written, and does not complain twice", async () => {
  const { bytes, states } = await writeLog();
  const written = new Map(Object.entries(states[states.length - 1]).map(([labels, text]) => [labels, new Set(text.split(" "))]));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(7)), { minLength: 1, maxLength: 4 }), async (flips) => {
      const damaged = bytes.slice();
      for (const [at, bit] of flips) damaged[at] ^= 1 << bit;
      const files = diskWith(damaged);
      let db;
      try {
        db = await openTestDb(files);
      } catch (error) {
        // The bit that says zstd, with all else right.
        expect((error as Error).message).toContain("compressed by zstd");
        return;
      }
      const found = readAll(db);
      for (const [labels, text] of Object.entries(found))
        for (const sample of text.split(" ")) expect(written.get(labels)?.has(sample)).toBe(true);
      const count = Object.values(found).reduce((sum, text) => sum + text.split(" ").length, 0);
      if (db.replayed.corruptions === 0) expect(count).toBe(4800);
      const again = await openTestDb(files);
      expect(again.replayed.corruptions).toBe(0);
      expect(readAll(again)).toEqual(found);
    }),
    { numRuns: 6 },
  );
});

test("whatever bytes a segment holds, it opens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const files = diskWith(bytes);
      try {
        const db = await openTestDb(files);
        expect(readAll(db)).toEqual({});
      } catch (error) {
        expect((error as Error).message).toContain("compressed by zstd");
      }
    }),
    { numRuns: 100 },
  );
});
