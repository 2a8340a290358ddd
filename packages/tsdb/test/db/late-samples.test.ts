import { expect, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import { batchOf, openTestDb, readAll, type Sample } from "../support.ts";
import { HOUR, MINUTE } from "./support.ts";

const SERIES = "__name__=up";
const UP = [createMatcher("=", "__name__", "up")];
const options = { outOfOrderWindowMs: 10 * HOUR };

/** A sample a minute of one series. */
function minutes(from: number, to: number, offsetMs = 0): Sample[] {
  return Array.from({ length: to - from }, (_, i) => [SERIES, (from + i) * MINUTE + offsetMs, from + i]);
}

test("a block of samples out of order that is ahead of those in order costs the head nothing, and is merged when these have caught up", async () => {
  const files = createFaultyFiles();
  const db = await openTestDb(files, options);
  db.append(batchOf(db, minutes(0, 391)));
  db.append(
    batchOf(db, [
      [SERIES, 5 * HOUR + 1, 5],
      [SERIES, 6 * HOUR + 1, 6],
    ]),
  );
  const want = readAll(db);
  await db.maintain();
  expect(db.blocks().map(({ minTime, maxTime }) => [minTime / HOUR, maxTime / HOUR])).toEqual([
    [0, 2],
    [2, 4],
    [4, 6],
    [6, 8],
  ]);
  await db.close();
  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual(want);

  again.append(batchOf(again, minutes(391, 751)));
  const wantLater = readAll(again);
  await again.maintain();
  expect(again.blocks().map(({ minTime, maxTime }) => [minTime / HOUR, maxTime / HOUR])).toEqual([
    [0, 6],
    [6, 8],
    [8, 10],
  ]);
  expect(readAll(again)).toEqual(wantLater);
  await again.close();
  const last = await openTestDb(files, options);
  expect(readAll(last)).toEqual(wantLater);
  await last.close();
});

test.each([
  { why: "all samples", maxTimeMs: 99 * HOUR },
  { why: "those of the head's first hour and more", maxTimeMs: 100 * MINUTE },
])("of $why that were deleted, none comes back when the head is written to blocks", async ({ maxTimeMs }) => {
  const db = await openTestDb(createFaultyFiles(), options);
  db.append(batchOf(db, minutes(0, 170)));
  expect(db.append(batchOf(db, minutes(0, 60, 1000))).appended).toBe(60);
  await db.deleteSeries(0, maxTimeMs, UP);
  db.append(batchOf(db, minutes(170, 270)));
  const want = readAll(db);
  expect(want['{__name__="up"}'].split(" ")).toHaveLength(maxTimeMs > HOUR * 3 ? 100 : 169);
  await db.maintain();
  expect(readAll(db)).toEqual(want);
  await db.close();
});

test("samples out of order that are older than all of their series in order can be deleted", async () => {
  const db = await openTestDb(createFaultyFiles(), options);
  db.append(batchOf(db, [[SERIES, 2 * HOUR, 1]]));
  db.append(batchOf(db, [[SERIES, HOUR, 5]]));
  await db.deleteSeries(0, HOUR + 1, UP);
  expect(readAll(db)).toEqual({ '{__name__="up"}': "7200000:1" });
  await db.close();
});

test("samples out of order that were compacted and then deleted stay away after a restart", async () => {
  const files = createFaultyFiles();
  const db = await openTestDb(files, options);
  db.append(batchOf(db, minutes(0, 240)));
  db.append(batchOf(db, minutes(0, 100, 1000)));
  await db.maintain();
  await db.deleteSeries(0, 119 * MINUTE, UP);
  const want = readAll(db);
  expect(want['{__name__="up"}'].split(" ")).toHaveLength(120);
  await db.close();
  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual(want);
  await again.close();
});

test("a batch that asks for order has nothing taken out of it", async () => {
  const db = await openTestDb(createFaultyFiles(), options);
  db.append(batchOf(db, minutes(0, 10)));
  const late = batchOf(db, [
    [SERIES, 5 * MINUTE + 1, 5],
    [SERIES, 10 * MINUTE, 10],
  ]);
  expect(db.append({ ...late, inOrderOnly: true })).toMatchObject({ appended: 1, outOfOrder: 1 });
  expect(db.append(late)).toMatchObject({ appended: 2 });
  await db.close();
});
