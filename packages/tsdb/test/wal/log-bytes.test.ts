import { expect, test } from "@jest/globals";
import { ByteWriter, crc32c } from "@ferula/bytes";
import { batchOf, openTestDb, readAll, testDisk, type Sample } from "../support.ts";
import { hasZstd } from "../../src/wal/compression.ts";
import { SegmentLog } from "../../src/wal/segment-log.ts";
import { goldenRecord } from "./records/golden-records.ts";
import { noLogger } from "@ferula/logging";
import { FRAGMENT_HEADER_BYTES, PAGE_BYTES } from "../../src/wal/format.ts";
import snappy from "snappyjs";

const SEGMENT = "/data/wal/00000000";

function fragment(type: number, bytes: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.u8(type);
  writer.u16be(bytes.length);
  writer.u32be(crc32c(bytes));
  writer.bytes(bytes);
  return writer.view().slice();
}

/** If this breaks, the format changed: the bytes follow from tsdb/docs/format/wal.md, and Prometheus 2.42 reads them. */
test("two series and two samples make these bytes", async () => {
  const files = testDisk();
  const db = await openTestDb(files);
  db.append(
    batchOf(db, [
      ["a=é", 1_700_006_400_000, 1],
      ["b=1", 1_700_006_399_900, -2],
    ]),
  );
  const series = hex("01", "0000000000000001 01 0161 02c3a9", "0000000000000002 01 0162 0131");
  const samples = hex("02", "0000000000000001", hex64(1_700_006_400_000), "00 00 3ff0000000000000", "02 c701 c000000000000000");
  const want = [fragment(1, series), fragment(1, samples)];
  expect(Buffer.from(files.readFile(SEGMENT)).toString("hex")).toBe(Buffer.concat(want).toString("hex"));
});

/** Bytes from hexadecimal digits; blanks are for the reader. */
function hex(...parts: string[]): Buffer {
  return Buffer.from(parts.join("").replaceAll(" ", ""), "hex");
}

function hex64(value: number): string {
  return value.toString(16).padStart(16, "0");
}

test("a record that does not fit its page is cut into first, middle and last; a page's end without room for a header is zeros", async () => {
  const files = testDisk();
  const db = await openTestDb(files);
  const long = "x".repeat(2 * PAGE_BYTES);
  db.append(batchOf(db, [[`a=${long}`, 1, 1]]));
  const bytes = files.readFile(SEGMENT);
  expect([bytes[0], bytes[PAGE_BYTES], bytes[2 * PAGE_BYTES]]).toEqual([2, 3, 4]);
  const db2 = await openTestDb(files);
  expect(Object.keys(readAll(db2))).toEqual([`{a="${long}"}`]);
});

test.each([0, 1, 5, 6, 7, 8])("a page that is filled up to its last %d bytes reads back", async (left) => {
  const files = testDisk();
  const db = await openTestDb(files);
  db.append(batchOf(db, [["a=1", 1, 1]]));
  const used = files.readFile(SEGMENT).length;
  // Header, type, reference, count, "a" with its length, three bytes of length, then the value; then the record of the sample.
  const sampleBytes = FRAGMENT_HEADER_BYTES + 17 + 10;
  const around = FRAGMENT_HEADER_BYTES + 1 + 8 + 1 + 2 + 3;
  const long = "y".repeat(PAGE_BYTES - used - around - sampleBytes - left);
  db.append(batchOf(db, [[`b=${long}`, 2, 2]]));
  const length = files.readFile(SEGMENT).length;
  expect(left >= FRAGMENT_HEADER_BYTES ? PAGE_BYTES - left : PAGE_BYTES).toBe(length);
  db.append(batchOf(db, [["a=1", 3, 3]]));
  const again = await openTestDb(files);
  expect(again.replayed.corruptions).toBe(0);
  expect(readAll(again)).toMatchObject({ '{a="1"}': "1:1 3:3" });
});

test("records never cross segments: a batch that does not fit starts a new one, and the old one's page is filled", async () => {
  const files = testDisk();
  const db = await openTestDb(files, { walSegmentBytes: 2 * PAGE_BYTES });
  for (let i = 0; i < 40; i++)
    db.append(
      batchOf(
        db,
        Array.from({ length: 500 }, (_, k): Sample => [`i=${k}`, i, Math.sin(i * k)]),
      ),
    );
  const names = files.readFolder("/data/wal");
  expect(names.length).toBeGreaterThan(3);
  for (const name of names.slice(0, -1)) expect(files.stat(`/data/wal/${name}`)?.sizeBytes).toBe(2 * PAGE_BYTES);
  const before = readAll(db);
  await db.close();
  const again = await openTestDb(files);
  expect(readAll(again)).toEqual(before);
  expect(again.replayed.nextSegment).toBe(names.length);
});

test("records that upstream compressed with snappy are read, types that are not kept are skipped, unknown series counted", async () => {
  const files = testDisk();
  const series = hex("0100000000000000050101610131");
  const samples = hex("02", "0000000000000005", "0000000000000064", "00 00 3ff0000000000000", "02 00 4000000000000000");
  const parts = [
    fragment(1 | 8, snappy.compress(new Uint8Array(series))),
    fragment(1, Uint8Array.of(5, 1, 2, 3)),
    fragment(1, new Uint8Array(0)),
    fragment(1 | 8, snappy.compress(new Uint8Array(samples))),
  ];
  const file = files.open(SEGMENT, "create");
  file.write(Buffer.concat(parts), 0);
  file.close();
  const db = await openTestDb(files);
  expect(db.replayed).toMatchObject({
    records: 4,
    samples: 1,
    skippedRecords: 2,
    unknownRefs: { samples: 1 },
    corruptions: 0,
    nextSegment: 1,
  });
  expect(readAll(db)).toEqual({ '{a="1"}': "100:1" });
  // New series get references after the highest of the log, that of the unknown series too.
  db.append(
    batchOf(db, [
      ["b=1", 200, 2],
      ["a=1", 200, 3],
    ]),
  );
  expect(Buffer.from(files.readFile("/data/wal/00000001")).toString("hex")).toContain("0000000000000007");
  expect(readAll(await openTestDb(files))).toEqual({ '{a="1"}': "100:1 200:3", '{b="1"}': "200:2" });
});

test("records of samples of the second version are read, their start timestamps beside what is asked for", async () => {
  const files = testDisk();
  const series = hex("0100000000000000050101610131", "00000000000000030101610132");
  const file = files.open(SEGMENT, "create");
  const parts = [fragment(1, series), fragment(1, goldenRecord("samples_v2"))];
  file.write(Buffer.concat(parts), 0);
  file.close();
  const db = await openTestDb(files);
  // Of five samples two are of series that the log tells of; one is a stale marker.
  expect(db.replayed).toMatchObject({ records: 2, samples: 2, unknownRefs: { samples: 3 }, corruptions: 0 });
  expect(readAll(db)).toEqual({ '{a="1"}': "1700006400000:1.5", '{a="2"}': "1700006399000:NaN" });
});

test("a record that does not become shorter by compression is written as it is", async () => {
  const files = testDisk();
  const options = { files, logger: noLogger, folder: "/data/wal", name: "log", segmentBytes: 1 << 20, fsync: "segment" } as const;
  const log = new SegmentLog({ ...options, compression: "snappy" }, 0);
  const short = Uint8Array.of(3, 1, 2, 3);
  const long = new Uint8Array(500).fill(3);
  log.append((sink) => {
    sink(short);
    sink(long);
  });
  await log.close();
  expect(Buffer.from(files.readFile(SEGMENT)).toString("hex")).toBe(
    Buffer.concat([fragment(1, short), fragment(1 | 8, snappy.compress(long))]).toString("hex"),
  );
});

const testWithoutZstd = hasZstd ? test.skip : test;

testWithoutZstd("where Node has no zstd, a log that is compressed by it is refused with its place, and not touched", async () => {
  const files = testDisk();
  const file = files.open(SEGMENT, "create");
  file.write(fragment(1 | 16, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 3)), 0);
  file.close();
  await expect(openTestDb(files)).rejects.toThrow("cannot read segment 00000000 at offset 0: the record is compressed by zstd");
  expect(files.readFolder("/data/wal")).toEqual(["00000000"]);
});

test("two references of the log for one set of labels are one series", async () => {
  const files = testDisk();
  const parts = [
    fragment(1, hex("0100000000000000050101610131")),
    fragment(1, hex("02", "0000000000000005", "0000000000000064", "00 00 3ff0000000000000")),
    fragment(1, hex("0100000000000000090101610131")),
    fragment(1, hex("02", "0000000000000009", "00000000000000c8", "00 00 4000000000000000")),
  ];
  const file = files.open(SEGMENT, "create");
  file.write(Buffer.concat(parts), 0);
  file.close();
  expect(readAll(await openTestDb(files))).toEqual({ '{a="1"}': "100:1 200:2" });
});

test("the newest checkpoint is read first, then the segments after it; left-over files are not looked at", async () => {
  const files = testDisk();
  const put = (path: string, hex: string): void => {
    files.makeFolder(path.slice(0, path.lastIndexOf("/")));
    const file = files.open(path, "create");
    file.write(fragment(1, Buffer.from(hex, "hex")), 0);
    // A checkpoint ends with its page; one that does not was cut off.
    if (path.includes("checkpoint")) file.truncate(32_768);
    file.close();
  };
  const seriesHex = (ref: string, value: string): string => `01000000000000000${ref}01016101${value}`;
  const sampleHex = (ref: string, ms: string): string => `02000000000000000${ref}00000000000000${ms}00003ff0000000000000`;
  put("/data/wal/checkpoint.00000001/00000000", seriesHex("1", "31"));
  put("/data/wal/checkpoint.00000000/00000000", seriesHex("3", "33"));
  put("/data/wal/checkpoint.00000007.tmp/00000000", "ffff");
  put("/data/wal/00000001", sampleHex("1", "01"));
  put("/data/wal/00000002", sampleHex("1", "02"));
  put("/data/wal/00000003.repair", "ffff");
  put("/data/wal/00000001.tmp", "ffff");
  const db = await openTestDb(files);
  expect(readAll(db)).toEqual({ '{a="1"}': "2:1" });
  expect(db.replayed).toMatchObject({ nextSegment: 3, corruptions: 0 });
});
