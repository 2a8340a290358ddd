import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import type { Db, TsdbOptions } from "../../src/index.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { listSnapshots } from "../../src/snapshot/snapshot-folder.ts";
import { SNAPSHOT_SERIES } from "../../src/snapshot/snapshot-records.ts";
import { HOUR, MINUTE } from "../db/support.ts";
import { batchOf, openTestDb, readAll, type Sample } from "../support.ts";

const SERIES = "__name__=s";
const OF_SERIES = [createMatcher("=", "__name__", "s")];
const options: Partial<TsdbOptions> = { snapshotOnClose: true, outOfOrderWindowMs: 20 * HOUR };

/** A database in which the series has died and come again, so that the log has two references for it; `later` are samples of its second life. */
async function openReborn(files: FaultyFiles, later: readonly Sample[]): Promise<Db> {
  const db = await openTestDb(files, { ...options, snapshotOnClose: false });
  db.append(batchOf(db, [[SERIES, 0, 1]]));
  db.append(batchOf(db, minutesOf("__name__=other", 0, 240)));
  await db.maintain();
  for (const sample of later) expect(db.append(batchOf(db, [sample])).appended).toBe(1);
  return db;
}

function minutesOf(series: string, from: number, to: number): Sample[] {
  return Array.from({ length: to - from }, (_, i) => [series, (from + i) * MINUTE, i]);
}

async function seriesRecords(files: FaultyFiles): Promise<number> {
  const [{ path }] = listSnapshots(files, "/data");
  let count = 0;
  await readSnapshot(files, path, ([type]) => {
    if (type === SNAPSHOT_SERIES) count++;
  });
  return count;
}

test.each([
  { what: "chunks in files", later: Array.from({ length: 300 }, (_, i): Sample => [SERIES, 4 * HOUR + i * 15_000, i]) },
  {
    what: "samples out of order",
    later: [
      [SERIES, 4 * HOUR, 1],
      [SERIES, 3 * HOUR, 5],
    ] satisfies Sample[],
  },
])("$what that go by a series' second reference are there after a snapshot, and after the next", async ({ later }) => {
  const files = createFaultyFiles();
  const db = await openReborn(files, later);
  const want = readAll(db, OF_SERIES);
  await db.close();
  // The log has both references: the series goes by the first from here on.
  for (let starts = 0; starts < 3; starts++) {
    const again = await openTestDb(files, options);
    expect(readAll(again, OF_SERIES)).toEqual(want);
    await again.close();
    expect(await seriesRecords(files)).toBe(3);
  }
});

test("no new series gets the reference of one that had ended before the snapshot", async () => {
  const files = createFaultyFiles();
  const db = await openTestDb(files, options);
  db.append(batchOf(db, minutesOf("__name__=other", 0, 10)));
  db.append(batchOf(db, minutesOf(SERIES, 0, 10)));
  db.append(batchOf(db, minutesOf("__name__=other", 10, 240)));
  await db.maintain();
  await db.close();
  for (const [series, fromMs] of [
    ["__name__=new", 4 * HOUR],
    [SERIES, 6 * HOUR],
  ] as const) {
    const next = await openTestDb(files, options);
    for (let i = 0; i < 300; i++) next.append(batchOf(next, [[series, fromMs + i * 15_000, i]]));
    await next.close();
  }
  const last = await openTestDb(files, options);
  const want = readAll(last);
  // Without the snapshot the log tells of both.
  for (const { path } of listSnapshots(files, "/data")) files.removeFolder(path);
  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual(want);
  await again.close();
});

test("a reference by which no sample goes any more is not written again", async () => {
  const files = createFaultyFiles();
  await (await openReborn(files, [[SERIES, 4 * HOUR, 1]])).close();
  const db = await openTestDb(files, options);
  for (const [from, to] of [
    [300, 900],
    [900, 1500],
  ]) {
    db.append(batchOf(db, minutesOf(SERIES, from, to)));
    await db.maintain();
  }
  const want = readAll(db);
  await db.close();
  expect(await seriesRecords(files)).toBe(1);
  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual(want);
  await again.close();
});
