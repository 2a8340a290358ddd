import { expect, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import { openTestDb, readAll } from "../support.ts";
import { createDay, HOUR } from "./support.ts";

const JOB = createMatcher("=", "job", "web");

test("a day of appends, compactions, deletes, a snapshot and restarts reads as what was appended", async () => {
  const files = createFaultyFiles();
  const options = { retention: { durationMs: 10 * HOUR }, maxBlockMs: 6 * HOUR };
  let db = await openTestDb(files, options);
  const day = createDay();
  for (let hour = 0; hour < 26; hour++) {
    day.appendHour(db, hour);
    await db.maintain();
    expect(readAll(db)).toEqual(day.expected(db));
    if (hour === 7) {
      await db.deleteSeries(2 * HOUR, 7.2 * HOUR, [JOB, createMatcher("=", "instance", "1")]);
      day.remove(2 * HOUR, 7.2 * HOUR, "1");
      expect(readAll(db)).toEqual(day.expected(db));
    }
    if (hour === 9) {
      await db.cleanTombstones();
      expect(db.blocks().map(({ stats }) => stats.numTombstones)).not.toContain(1);
      expect(readAll(db)).toEqual(day.expected(db));
    }
    if (hour === 12) {
      await db.snapshot("/snapshot", true);
      files.makeFolder("/snapshot/wal");
      const copy = await openTestDb(files, { ...options, dir: "/snapshot" });
      expect(readAll(copy)).toEqual(day.expected(db));
      await copy.close();
    }
    if (hour % 5 === 4) {
      await db.close();
      db = await openTestDb(files, options);
      expect(readAll(db)).toEqual(day.expected(db));
    }
  }
  const levels = db.blocks().map(({ compaction }) => compaction.level);
  expect(Math.max(...levels)).toBeGreaterThan(1);
  expect(db.blocks()[0].minTime).toBeGreaterThan(0);
  expect(files.readFolder("/data/wal").some((name) => name.startsWith("checkpoint."))).toBe(true);
  await db.close();
});
