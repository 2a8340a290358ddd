import { setImmediate } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { createMatcher, setStaleAt } from "@ferula/model";
import type { Db } from "../../src/index.ts";
import { batchOf, metricValue, openTestDb, readAll } from "../support.ts";
import { HOUR, MINUTE } from "./support.ts";

const ENDING = "__name__=up,i=1";
const LASTING = "__name__=up,i=2";
const OF_ENDING = [createMatcher("=", "i", "1")];

function appendStale(db: Db, timestampMs: number): void {
  const batch = batchOf(db, [[ENDING, timestampMs, 0]]);
  setStaleAt(batch, 0);
  expect(db.append(batch).appended).toBe(1);
}

/** Two series, of which one has ended with a stale marker at five seconds. */
async function openWithStale(files: FaultyFiles): Promise<Db> {
  const db = await openTestDb(files, { staleSeriesThreshold: 0.4 });
  db.append(
    batchOf(db, [
      [ENDING, 1000, 1],
      [LASTING, 10_000, 2],
    ]),
  );
  appendStale(db, 5000);
  return db;
}

test("a series that was dropped as stale and comes again with an older time has it after a restart", async () => {
  const files = createFaultyFiles();
  const db = await openWithStale(files);
  await db.maintain();
  expect(db.append(batchOf(db, [[ENDING, 3000, 4]])).appended).toBe(1);
  const want = { '{__name__="up", i="1"}': "1000:1 3000:4 5000:NaN" };
  expect(readAll(db, OF_ENDING)).toEqual(want);
  const again = await openTestDb(files);
  expect(readAll(again, OF_ENDING)).toEqual(want);
  await again.close();
});

test("restarts neither bring dropped series back nor write them once more", async () => {
  const files = createFaultyFiles();
  let db = await openWithStale(files);
  await db.maintain();
  const blocks = db.blocks();
  for (let restarts = 0; restarts < 3; restarts++) {
    await db.close();
    db = await openTestDb(files, { staleSeriesThreshold: 0.4 });
    expect(metricValue(db, "prometheus_tsdb_head_series")).toBe(1);
    await db.maintain();
    expect(db.blocks()).toEqual(blocks);
  }
  await db.close();
});

test("a dropped series of which the log has no sample any more is not made anew by a restart", async () => {
  const files = createFaultyFiles();
  const db = await openWithStale(files);
  await db.maintain();
  // The head's first block is written; the log tells of it still, as it has had no checkpoint.
  for (let minute = 1; minute < 200; minute++) db.append(batchOf(db, [[LASTING, minute * MINUTE, minute]]));
  await db.maintain();
  expect(db.blocks().some(({ maxTime }) => maxTime === 2 * HOUR)).toBe(true);
  const want = readAll(db);
  const again = await openTestDb(files);
  expect(metricValue(again, "prometheus_tsdb_head_series")).toBe(1);
  expect(readAll(again)).toEqual(want);
  await again.close();
});

test("a series that goes on and ends again while it is written to a block is not dropped", async () => {
  const files = createFaultyFiles();
  const db = await openWithStale(files);
  const state = { isDone: false };
  const maintained = db.maintain().then(() => {
    state.isDone = true;
  });
  let hasGoneOn = false;
  while (!state.isDone) {
    await Promise.resolve();
    if (!hasGoneOn && files.readFolder("/data").some((name) => /^[0-9A-Z]{26}$/.test(name))) {
      hasGoneOn = true;
      db.append(batchOf(db, [[ENDING, 6000, 42]]));
      appendStale(db, 7000);
    }
    if (hasGoneOn) await setImmediate();
  }
  await maintained;
  expect(hasGoneOn).toBe(true);
  expect(readAll(db, OF_ENDING)).toEqual({ '{__name__="up", i="1"}': "1000:1 5000:NaN 6000:42 7000:NaN" });
  await db.close();
});
