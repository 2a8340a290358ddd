import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { createMatcher, setStaleAt } from "@ferula/model";
import type { Db, TsdbOptions } from "../../src/index.ts";
import { batchOf, openTestDb, readAll, type Sample } from "../support.ts";
import { HOUR, MINUTE } from "./support.ts";

const SERIES = "__name__=up";
const UP = [createMatcher("=", "__name__", "up")];
const options: Partial<TsdbOptions> = { outOfOrderWindowMs: 9 * HOUR, outOfOrderCap: 4 };

function minutes(fromMinute: number, count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => [SERIES, (fromMinute + i) * MINUTE, fromMinute + i]);
}

/** The minutes of all samples that there are. */
function minutesOf(db: Db): number[] {
  const text = readAll(db)['{__name__="up"}'] ?? "";
  return text === "" ? [] : text.split(" ").map((sample) => Number(sample.split(":")[0]) / MINUTE);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

async function openWith(files: FaultyFiles, samples: readonly Sample[]): Promise<Db> {
  const db = await openTestDb(files, options);
  expect(db.append(batchOf(db, samples)).appended).toBe(samples.length);
  return db;
}

const restarts: readonly (readonly [name: string, restart: (db: Db) => Promise<void>])[] = [
  ["a start after it was closed", (db) => db.close()],
  ["a start after it was killed", () => Promise.resolve()],
];

test.each(restarts)("samples out of order that were deleted before they were compacted outlive %s", async (_name, restart) => {
  const files = createFaultyFiles();
  const db = await openWith(files, minutes(300, 60));
  db.append(batchOf(db, minutes(100, 30)));
  await db.deleteSeries(110 * MINUTE, 119 * MINUTE, UP);
  const want = [...range(100, 110), ...range(120, 130), ...range(300, 360)];
  expect(minutesOf(db)).toEqual(want);
  await restart(db);
  const again = await openTestDb(files, options);
  expect(minutesOf(again)).toEqual(want);
  await again.close();
});

test.each(restarts)("what was deleted after samples out of order were compacted does not come back with %s", async (_name, restart) => {
  const files = createFaultyFiles();
  const db = await openWith(files, minutes(0, 240));
  db.append(
    batchOf(
      db,
      minutes(0, 30).map(([series, timeMs, value]): Sample => [series, timeMs + 1000, value]),
    ),
  );
  await db.maintain();
  await db.deleteSeries(0, 29 * MINUTE + 1000, UP);
  await db.cleanTombstones();
  expect(minutesOf(db)).toEqual(range(30, 240));
  await restart(db);
  const again = await openTestDb(files, options);
  expect(minutesOf(again)).toEqual(range(30, 240));
  await again.close();
});

test.each(restarts)("samples that are sent again after they were deleted and compacted outlive %s", async (_name, restart) => {
  const files = createFaultyFiles();
  const db = await openWith(files, minutes(0, 240));
  await db.deleteSeries(10 * MINUTE, 19 * MINUTE, UP);
  await db.maintain();
  expect(db.append(batchOf(db, minutes(10, 10))).appended).toBe(10);
  expect(minutesOf(db)).toEqual(range(0, 240));
  await restart(db);
  const again = await openTestDb(files, options);
  expect(minutesOf(again)).toEqual(range(0, 240));
  await again.close();
});

test("samples out of order of which the log can't be shortened are compacted once, and are deleted wherever they are", async () => {
  const files = createFaultyFiles();
  const db = await openWith(files, minutes(0, 240));
  db.append(
    batchOf(
      db,
      minutes(0, 30).map(([series, timeMs, value]): Sample => [series, timeMs + 1000, value]),
    ),
  );
  const { unlink } = files;
  const refusing = Object.assign(files, {
    unlink(path: string) {
      if (path.includes("/wbl/")) throw Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
      unlink(path);
    },
  });
  await expect(db.maintain()).rejects.toThrow(/EACCES/);
  const blocks = db.blocks().length;
  await expect(db.maintain()).resolves.toBeUndefined();
  expect(db.blocks().length).toBeLessThanOrEqual(blocks);
  await db.deleteSeries(0, 29 * MINUTE + 1000, UP);
  expect(minutesOf(db)).toEqual(range(30, 240));
  const again = await openTestDb(refusing, options);
  expect(minutesOf(again)).toEqual(range(30, 240));
  Object.assign(files, { unlink });
  again.append(batchOf(again, minutes(500, 60)));
  await again.maintain();
  await again.close();
  const last = await openTestDb(files, options);
  expect(minutesOf(last)).toEqual([...range(30, 240), ...range(500, 560)]);
  await last.close();
});

/** Two series of which one has ended and was written to a block before its time, and dropped. */
async function withStaleSeries(files: FaultyFiles): Promise<Db> {
  const db = await openTestDb(files, { ...options, staleSeriesThreshold: 0.5 });
  db.append(
    batchOf(db, [
      [SERIES, MINUTE, 1],
      ["__name__=other", MINUTE, 2],
    ]),
  );
  const end = batchOf(db, [[SERIES, 2 * MINUTE, 0]]);
  setStaleAt(end, 0);
  db.append(end);
  await db.maintain();
  expect(seriesCount(db)).toBe(1);
  return db;
}

function seriesCount(db: Db): number {
  const metric = db.metrics.find(({ name }) => name === "prometheus_tsdb_head_series");
  return metric !== undefined && "value" in metric ? metric.value() : NaN;
}

test.each(restarts)("a series that was dropped as it was stale is not in the head after %s", async (_name, restart) => {
  const files = createFaultyFiles();
  const db = await withStaleSeries(files);
  await db.deleteSeries(0, HOUR, UP);
  expect(minutesOf(db)).toEqual([]);
  await restart(db);
  const again = await openTestDb(files, options);
  expect(seriesCount(again)).toBe(1);
  expect(minutesOf(again)).toEqual([]);
  await again.close();
});

test.each(restarts)("one that went on after it was dropped has all samples after %s, twice", async (_name, restart) => {
  const files = createFaultyFiles();
  const db = await withStaleSeries(files);
  db.append(batchOf(db, minutes(3, 5)));
  expect(minutesOf(db)).toEqual(range(1, 8));
  await restart(db);
  const again = await openTestDb(files, options);
  expect(minutesOf(again)).toEqual(range(1, 8));
  again.append(batchOf(again, minutes(8, 2)));
  await restart(again);
  const last = await openTestDb(files, options);
  expect(minutesOf(last)).toEqual(range(1, 10));
  expect(seriesCount(last)).toBe(2);
  await last.close();
});

test("a block that can't be read for a while does not bring back what was deleted meanwhile", async () => {
  const files = createFaultyFiles();
  const db = await openWith(files, minutes(0, 240));
  await db.maintain();
  const indexPath = `/data/${db.blocks()[0].ulid}/index`;
  await db.close();
  const { open } = files;
  const failing: typeof open = (path, mode) => {
    if (path === indexPath) throw Object.assign(new Error("EIO: i/o error"), { code: "EIO" });
    return open(path, mode);
  };
  Object.assign(files, { open: failing });
  const again = await openTestDb(files, options);
  expect(again.blocks()).toEqual([]);
  await again.deleteSeries(130 * MINUTE, 139 * MINUTE, UP);
  await expect(again.deleteSeries(10 * MINUTE, 19 * MINUTE, UP)).rejects.toThrow(/EIO/);
  Object.assign(files, { open });
  await again.deleteSeries(10 * MINUTE, 19 * MINUTE, UP);
  expect(minutesOf(again)).toEqual([...range(0, 10), ...range(20, 130), ...range(140, 240)]);
  await again.close();
});

test.each(restarts)("a block of which all is deleted and gone does not come back from the log with %s", async (_name, restart) => {
  const files = createFaultyFiles();
  const db = await openWith(files, minutes(0, 240));
  await db.maintain();
  await db.deleteSeries(0, 120 * MINUTE - 1, UP);
  await db.cleanTombstones();
  expect(minutesOf(db)).toEqual(range(120, 240));
  await restart(db);
  const again = await openTestDb(files, options);
  expect(minutesOf(again)).toEqual(range(120, 240));
  again.append(batchOf(again, minutes(240, 240)));
  await again.maintain();
  await again.cleanTombstones();
  expect(again.blocks().map(({ minTime }) => minTime)).not.toContain(0);
  expect(minutesOf(again)).toEqual(range(120, 480));
  await again.close();
});

test.each(restarts)("samples that were deleted before their block was due do not come back with %s", async (_name, restart) => {
  const files = createFaultyFiles();
  const db = await openTestDb(files, { ...options, snapshotOnClose: true });
  db.append(batchOf(db, minutes(0, 360)));
  await db.deleteSeries(0, 120 * MINUTE - 1, UP);
  await db.maintain();
  await restart(db);
  const again = await openTestDb(files, { ...options, snapshotOnClose: true });
  expect(minutesOf(again)).toEqual(range(120, 360));
  await again.deleteSeries(0, 350 * MINUTE - 1, UP);
  await again.maintain();
  again.append(batchOf(again, minutes(360, 400)));
  await again.maintain();
  await restart(again);
  const last = await openTestDb(files, { ...options, snapshotOnClose: true });
  expect(minutesOf(last)).toEqual(range(350, 760));
  await last.close();
});
