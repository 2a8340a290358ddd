import { expect, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { createMatcher, setStaleAt } from "@ferula/model";
import { batchOf, openTestDb, readAll, type Sample } from "../support.ts";
import { HOUR, MINUTE } from "./support.ts";

test("samples out of order become blocks of their own that are merged with those that they overlap", async () => {
  const files = createFaultyFiles();
  const options = { outOfOrderWindowMs: 5 * HOUR };
  const db = await openTestDb(files, options);
  const series = "__name__=up";
  const inOrder: Sample[] = Array.from({ length: 240 }, (_, i) => [series, i * MINUTE, i]);
  db.append(batchOf(db, inOrder));
  const late: Sample[] = Array.from({ length: 60 }, (_, i) => [series, i * MINUTE + 1000, -i]);
  expect(db.append(batchOf(db, late)).appended).toBe(60);
  const want = readAll(db);
  expect(want['{__name__="up"}'].split(" ")).toHaveLength(300);
  await db.maintain();
  expect(readAll(db)).toEqual(want);
  expect(db.blocks().map(({ compaction, stats }) => [compaction.level, stats.numSamples])).toEqual([[2, 180]]);
  await db.close();
  const again = await openTestDb(files, options);
  expect(readAll(again)).toEqual(want);
  await again.close();
});

test("stale series are written to blocks and dropped before their time, and come back where they go on", async () => {
  const files = createFaultyFiles();
  const db = await openTestDb(files, { staleSeriesThreshold: 0.5 });
  const headSeries = (): number => {
    const series = db.metrics.find(({ name }) => name === "prometheus_tsdb_head_series");
    return series !== undefined && "value" in series ? series.value() : NaN;
  };
  db.append(
    batchOf(db, [
      ["__name__=up,i=1", 1000, 1],
      ["__name__=up,i=2", 1000, 2],
      ["__name__=up,i=3", 1000, 3],
    ]),
  );
  const end = batchOf(db, [
    ["__name__=up,i=1", 2000, 0],
    ["__name__=up,i=2", 2000, 0],
  ]);
  setStaleAt(end, 0);
  setStaleAt(end, 1);
  db.append(end);
  const want = readAll(db);
  await db.maintain();
  expect(headSeries()).toBe(1);
  expect(db.blocks().map(({ compaction }) => compaction.hints)).toEqual([["from-stale-series"]]);
  expect(readAll(db)).toEqual(want);
  db.append(batchOf(db, [["__name__=up,i=1", 3000, 4]]));
  expect(readAll(db, [createMatcher("=", "i", "1")])).toEqual({ '{__name__="up", i="1"}': "1000:1 2000:NaN 3000:4" });
  await db.close();
  const again = await openTestDb(files);
  expect(readAll(again, [createMatcher("=", "i", "1")])).toEqual({ '{__name__="up", i="1"}': "1000:1 2000:NaN 3000:4" });
  await again.close();
});

test("a deletion outlives a restart and hits nothing that comes later", async () => {
  const files = createFaultyFiles();
  const db = await openTestDb(files);
  db.append(
    batchOf(db, [
      ["__name__=up", 1000, 1],
      ["__name__=up", 2000, 2],
    ]),
  );
  await db.deleteSeries(1500, 99 * HOUR, [createMatcher("=", "__name__", "up")]);
  db.append(batchOf(db, [["__name__=up", 3000, 3]]));
  const want = { '{__name__="up"}': "1000:1 3000:3" };
  expect(readAll(db)).toEqual(want);
  await db.close();
  const again = await openTestDb(files);
  expect(readAll(again)).toEqual(want);
  await again.close();
});
