import { describe, expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import type { Db, TsdbOptions } from "../../src/index.ts";
import { defaultTsdbOptions } from "../../src/options.ts";
import { batchOf, metricValue, openTestDb, readAll } from "../support.ts";
import { createDay, HOUR, MINUTE, type Day } from "./support.ts";

/** A database with this many hours of a day, maintained after each. */
async function dayOf(
  hours: number,
  files: FaultyFiles,
  options: Partial<TsdbOptions> = {},
): Promise<{ readonly db: Db; readonly day: Day }> {
  const db = await openTestDb(files, options);
  const day = createDay();
  for (let hour = 0; hour < hours; hour++) {
    day.appendHour(db, hour);
    await db.maintain();
  }
  return { db, day };
}

/** Small blocks that are not merged. */
const SMALL = { maxBlockMs: 2 * HOUR };

describe("retention by room", () => {
  test.each([
    { why: "bytes", limits: (bytes: number) => ({ sizeBytes: bytes }), diskBytes: () => Infinity },
    { why: "a part of the disk", limits: () => ({ percentage: 25 }), diskBytes: (bytes: number) => 4 * bytes },
    { why: "a part of the disk before bytes", limits: () => ({ percentage: 25, sizeBytes: 1 }), diskBytes: (bytes: number) => 4 * bytes },
  ])("in $why takes the oldest blocks, and no more than it must", async ({ limits, diskBytes }) => {
    const files = createFaultyFiles();
    const { db, day } = await dayOf(12, files, SMALL);
    const before = db.blocks().map(({ ulid }) => ulid);
    expect(before.length).toBeGreaterThan(3);
    const used = metricValue(db, "prometheus_tsdb_storage_blocks_bytes") + headBytes(db);
    const oldest = folderBytes(files, `/data/${before[0]}`);
    // The first of the blocks has no room by one byte.
    const limit = used - oldest + 1;
    files.setCapacity(diskBytes(limit));
    db.configure({ retention: limits(limit) });
    await db.maintain();
    expect(db.blocks().map(({ ulid }) => ulid)).toEqual(before.slice(1));
    expect(metricValue(db, "prometheus_tsdb_size_retentions_total")).toBe(1);
    expect(files.stat(`/data/${before[0]}`)).toBeUndefined();
    expect(readAll(db)).toEqual(day.expected(db));
    await db.close();
  });

  function headBytes(db: Db): number {
    return metricValue(db, "prometheus_tsdb_wal_storage_size_bytes") + metricValue(db, "prometheus_tsdb_head_chunks_storage_size_bytes");
  }

  function folderBytes(files: FaultyFiles, path: string): number {
    const { isFolder = false, sizeBytes = 0 } = files.stat(path) ?? {};
    return isFolder ? files.readFolder(path).reduce((sum, name) => sum + folderBytes(files, `${path}/${name}`), 0) : sizeBytes;
  }
});

test.each([
  { why: "chunks", part: "tmp-for-creation/chunks" },
  { why: "the index", part: "tmp-for-creation/index" },
  { why: "the description", part: "tmp-for-creation/meta" },
])("a disk that is full when $why of the head's block are written keeps all, takes more, and is gone on with", async ({ part }) => {
  const files = createFaultyFiles();
  const { db, day } = await dayOf(2, files, SMALL);
  day.appendHour(db, 2);
  day.appendHour(db, 3);
  files.failWritesTo(part, { code: "ENOSPC", writtenBytes: 10 });
  await expect(db.maintain()).rejects.toThrow("ENOSPC");
  expect(metricValue(db, "prometheus_tsdb_compactions_failed_total")).toBe(1);
  expect([db.blocks(), files.readFolder("/data").filter((name) => name.includes("tmp"))]).toEqual([[], []]);
  day.appendHour(db, 4);
  expect(readAll(db)).toEqual(day.expected(db));
  files.heal();
  await db.maintain();
  expect(db.blocks()).toHaveLength(1);
  expect(readAll(db)).toEqual(day.expected(db));
  await db.close();
  const again = await openTestDb(files, SMALL);
  expect(readAll(again)).toEqual(day.expected(again));
  await again.close();
});

test.each([
  { withHead: true, why: "all" },
  { withHead: false, why: "what is in blocks" },
])("a snapshot with head: $withHead has $why, and stays as it is", async ({ withHead }) => {
  const files = createFaultyFiles();
  const { db, day } = await dayOf(7, files, SMALL);
  const endMs = db.blocks().at(-1)?.maxTime ?? NaN;
  const want = readAll(db, undefined, -Infinity, withHead ? Infinity : endMs - 1);
  expect(Object.values(want).join(" ")).not.toBe("");
  await db.snapshot("/copy", withHead);
  await db.deleteSeries(-Infinity, Infinity, [createMatcher("=~", "job", ".+")]);
  await db.cleanTombstones();
  for (let hour = 7; hour < 10; hour++) day.appendHour(db, hour);
  await db.maintain();
  await db.close();
  const copy = await openTestDb(files, { ...SMALL, dir: "/copy" });
  expect(readAll(copy)).toEqual(want);
  await copy.close();
});

test.each([
  { target: "/data", message: "cannot snapshot into base directory" },
  { target: "01ARYZ6S41TSV4RRFFQ69G5FAV", message: "dir must not be a valid ULID" },
])("a snapshot into $target is refused", async ({ target, message }) => {
  const db = await openTestDb(createFaultyFiles());
  await expect(db.snapshot(target, false)).rejects.toThrow(message);
  await db.close();
});

test("cleaning passes over a block that retention has taken meanwhile", async () => {
  const files = createFaultyFiles();
  const { db, day } = await dayOf(12, files, SMALL);
  await db.deleteSeries(0, 12 * HOUR, [createMatcher("=", "instance", "1")]);
  day.remove(0, 12 * HOUR, "1");
  const before = db.blocks();
  expect(before.length).toBeGreaterThan(3);
  expect(before.every(({ stats }) => (stats.numTombstones ?? 0) > 0)).toBe(true);
  // Serving the first block that was written anew lets go of the oldest ones, those that were to be cleaned next among them.
  db.configure({ retention: { durationMs: 5 * HOUR } });
  await db.cleanTombstones();
  expect(db.blocks().length).toBeLessThan(before.length);
  expect(db.blocks().map(({ stats }) => stats.numTombstones ?? 0)).toEqual(db.blocks().map(() => 0));
  expect(readAll(db)).toEqual(day.expected(db));
  await db.close();
});

test("blocks that are copied in are served, and those that are taken out are not", async () => {
  const files = createFaultyFiles();
  const { db: other } = await dayOf(6, files, { ...SMALL, dir: "/other" });
  const want = readAll(other, undefined, -Infinity, (other.blocks().at(-1)?.maxTime ?? NaN) - 1);
  const copied = other.blocks().map(({ ulid }) => ulid);
  await other.close();
  const db = await openTestDb(files);
  expect(readAll(db)).toEqual({});
  for (const ulid of copied) copyFolder(files, `/other/${ulid}`, `/data/${ulid}`);
  await db.maintain();
  expect(readAll(db)).toEqual(want);
  const served = db.blocks().map(({ ulid }) => ulid);
  for (const ulid of served) files.rename(`/data/${ulid}`, `/away-${ulid}`);
  await db.maintain();
  expect([db.blocks(), readAll(db)]).toEqual([[], {}]);
  await db.close();
});

function copyFolder(files: FaultyFiles, from: string, to: string): void {
  files.makeFolder(to);
  for (const name of files.readFolder(from)) {
    if (files.stat(`${from}/${name}`)?.isFolder === true) copyFolder(files, `${from}/${name}`, `${to}/${name}`);
    else files.writeFileAtomic(`${to}/${name}`, files.readFile(`${from}/${name}`));
  }
}

test("a head that is due waits for the delay, while blocks are merged, and is written behind it", async () => {
  const files = createFaultyFiles();
  let nowMs = 1_000_000;
  const db = await openTestDb(files, { ...SMALL, compactionDelayMs: 10 * MINUTE, nowMs: () => nowMs });
  const day = createDay();
  for (let hour = 0; hour < 4; hour++) day.appendHour(db, hour);
  await db.maintain();
  nowMs += 10 * MINUTE - 1;
  await db.maintain();
  expect(db.blocks()).toEqual([]);
  nowMs++;
  await db.maintain();
  expect(db.blocks()).toHaveLength(1);
  // The next one waits anew.
  for (let hour = 4; hour < 6; hour++) day.appendHour(db, hour);
  await db.maintain();
  expect(db.blocks()).toHaveLength(1);
  nowMs += 10 * MINUTE;
  await db.maintain();
  expect(db.blocks()).toHaveLength(2);
  expect(readAll(db)).toEqual(day.expected(db));
  await db.close();
});

test("chunks of the head's blocks are counted by what they are like, once", async () => {
  const { db } = await dayOf(6, createFaultyFiles());
  const blocks = db.blocks();
  const tally = (name: string): { count: number; sum: number } => {
    const source = db.metrics.find((one) => one.name === `prometheus_tsdb_compaction_chunk_${name}`);
    if (source === undefined || !("tally" in source)) throw new Error(`there is no distribution ${name}`);
    const { count, sum, upperBounds = [], counts = [] } = source.tally();
    expect(counts).toHaveLength(upperBounds.length + 1);
    return { count, sum };
  };
  const total = (of: "numChunks" | "numSamples"): number => blocks.reduce((sum, { stats }) => sum + stats[of], 0);
  expect(blocks).toHaveLength(2);
  expect(tally("samples")).toEqual({ count: total("numChunks"), sum: total("numSamples") });
  expect(tally("size_bytes").count).toBe(total("numChunks"));
  // Each has a sample a minute.
  expect(tally("range_seconds")).toEqual({ count: total("numChunks"), sum: (total("numSamples") - total("numChunks")) * MINUTE });
  await db.close();
});

test.each(["none", "snappy"] as const)("what is logged with compression %s is read again", async (walCompression) => {
  const files = createFaultyFiles();
  const options = { walCompression, outOfOrderWindowMs: HOUR };
  const db = await openTestDb(files, options);
  const rows = Array.from({ length: 500 }, (_, i) => ["__name__=up", 2 * HOUR + i * 1000, 1] as const);
  db.append(batchOf(db, rows));
  db.append(batchOf(db, [["__name__=up", 1.5 * HOUR, 2]]));
  const want = readAll(db);
  const sizes = ["wal", "wbl"].map((folder) => files.stat(`/data/${folder}/00000000`)?.sizeBytes ?? 0);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  // Equal values and steady times are most of a record.
  expect(sizes[0] < 3000).toBe(walCompression === "snappy");
  const again = await openTestDb(files, { ...options, walCompression: defaultTsdbOptions.walCompression });
  expect(readAll(again)).toEqual(want);
  await again.close();
});
