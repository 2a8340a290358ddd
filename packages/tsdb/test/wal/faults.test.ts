import { expect, test } from "@jest/globals";
import type { Db } from "../../src/index.ts";
import { chosenCases } from "../campaigns/extent.ts";
import { batchOf, metricValue, openTestDb, readAll, testDisk, type Sample } from "../support.ts";

const SERIES = 300;

function rows(k: number): Sample[] {
  return Array.from({ length: SERIES }, (_, i): Sample => [`i=${i},k=${k % 2}`, k * 1000, k + i]);
}

/** What a database with these batches shows. */
function expected(batches: readonly number[]): Record<string, string> {
  const found: Record<string, string[]> = {};
  for (const k of batches) {
    for (let i = 0; i < SERIES; i++) (found[`{i="${i}", k="${k % 2}"}`] ??= []).push(`${k * 1000}:${k + i}`);
  }
  const texts = Object.entries(found).map(([name, samples]) => [name, samples.join(" ")] as const);
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Appends ten batches, over two segments; returns which were taken. */
function appendAll(db: Db): number[] {
  const taken: number[] = [];
  for (let k = 0; k < 10; k++) {
    try {
      db.append(batchOf(db, rows(k)));
      taken.push(k);
    } catch (error) {
      expect((error as { errorType?: unknown }).errorType).toBe("internal");
      expect((error as Error).message).toMatch(/^cannot write segment 0000000\d at offset \d+ of the write-ahead log: /);
      expect((error as { cause?: { code?: string } }).cause?.code).toBe("EIO");
    }
  }
  return taken;
}

const options = { walSegmentBytes: 40_000 };

/** How many operations on files `appendAll` takes when none fails. */
async function operationsOfAppending(): Promise<number> {
  const files = testDisk();
  const db = await openTestDb(files, options);
  const before = files.operationCount;
  expect(appendAll(db)).toHaveLength(10);
  return files.operationCount - before;
}

test.each([
  { writtenBytes: 0, usual: 100 },
  { writtenBytes: 1, usual: 8 },
  { writtenBytes: 40, usual: 8 },
  { writtenBytes: 3000, usual: 8 },
])(
  "whichever operation fails after writing $writtenBytes bytes, refused batches never show and taken ones always do",
  async ({ writtenBytes, usual }) => {
    for (const n of chosenCases(await operationsOfAppending(), usual)) {
      const files = testDisk();
      const db = await openTestDb(files, options);
      const failing = files.operationCount + n + 1;
      files.failAt(failing, { code: "EIO", writtenBytes });
      const taken = appendAll(db);
      expect(files.operationCount).toBeGreaterThanOrEqual(failing);
      expect(readAll(db)).toEqual(expected(taken));
      files.heal();
      const again = await openTestDb(files, options);
      expect(readAll(again)).toEqual(expected(taken));
      // A segment's sync at its end is not the batches' business; everything else costs the batch it happens to.
      expect(taken.length).toBeGreaterThanOrEqual(9);
      await again.close();
    }
  },
);

test("on a full disk batches are refused; reading goes on; with room again appending does too, and nothing taken is lost", async () => {
  const files = testDisk();
  const db = await openTestDb(files, options);
  files.setCapacity(20_000);
  const taken: number[] = [];
  for (let k = 0; k < 10; k++) {
    if (k === 8) files.heal();
    try {
      db.append(batchOf(db, rows(k)));
      taken.push(k);
    } catch (error) {
      expect((error as { cause?: { code?: string } }).cause?.code).toBe("ENOSPC");
    }
    expect(readAll(db)).toEqual(expected(taken));
  }
  expect(taken).toContain(9);
  expect(taken.length).toBeLessThan(9);
  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual(expected(taken));
  expect(again.replayed.corruptions).toBe(0);
});

test("while the end of the log can't be cut back after a failed write, nothing more is taken", async () => {
  const files = testDisk();
  const db = await openTestDb(files);
  db.append(batchOf(db, rows(0)));
  files.failAt(files.operationCount + 1, { code: "EIO", writtenBytes: 50 });
  files.failAt(files.operationCount + 2, { code: "EIO" });
  expect(() => db.append(batchOf(db, rows(1)))).toThrow("EIO");
  expect(() => db.append(batchOf(db, rows(2)))).toThrow("EIO: ftruncate");
  db.append(batchOf(db, rows(3)));
  expect(readAll(db)).toEqual(expected([0, 3]));
  expect(readAll(await openTestDb(files))).toEqual(expected([0, 3]));
  expect(metricValue(db, "prometheus_tsdb_wal_writes_failed_total")).toBe(2);
});

test.each([0, 1, 17, 5000])(
  "with fsync at each commit a power cut loses no taken batch (%d bytes of the rest survive)",
  async (keptBytes) => {
    for (const n of chosenCases(60, 8)) {
      const files = testDisk();
      const db = await openTestDb(files, { ...options, walFsync: "commit" });
      const before = files.operationCount;
      const taken: number[] = [];
      for (let k = 0; k < 10 && files.operationCount <= before + n; k++) {
        db.append(batchOf(db, rows(k)));
        taken.push(k);
      }
      files.powerCut(keptBytes);
      expect(readAll(await openTestDb(files, options))).toEqual(expected(taken));
    }
  },
);

test("without it a power cut loses the unsynced end at most, and what is left is the beginning", async () => {
  for (const keptBytes of [0, 1, 6000, 12_345, 100_000]) {
    const files = testDisk();
    const db = await openTestDb(files, options);
    const taken = appendAll(db);
    files.powerCut(keptBytes);
    const again = await openTestDb(files, options);
    const found = readAll(again);
    const prefixes = taken.map((_, i) => JSON.stringify(expected(taken.slice(0, i + 1))));
    expect(["{}", ...prefixes]).toContain(JSON.stringify(found));
  }
});

test("after a clean close nothing is lost", async () => {
  const files = testDisk();
  const db = await openTestDb(files, options);
  const taken = appendAll(db);
  await db.close();
  files.powerCut();
  expect(readAll(await openTestDb(files, options))).toEqual(expected(taken));
});
