import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import type { Db } from "../../src/index.ts";
import { chosenCases } from "../campaigns/extent.ts";
import { openTestDb, readAll } from "../support.ts";
import { createDay, HOUR, type Day } from "./support.ts";

const OPTIONS = { retention: { durationMs: 8 * HOUR }, maxBlockMs: 6 * HOUR };
const HOURS = 14;

/** Does as much of a day as can be done; what fails is left to the next hour. */
async function liveThrough(files: FaultyFiles, day: Day): Promise<Db> {
  let db: Db | undefined;
  for (let hour = 0; hour < HOURS; hour++) {
    db ??= await openTestDb(files, OPTIONS).catch(() => undefined);
    if (db === undefined) continue;
    await attempt(() => day.appendHour(db as Db, hour));
    await attempt(() => (db as Db).maintain());
    if (hour === 9) {
      await attempt(() => (db as Db).close());
      db = undefined;
    }
  }
  return db ?? (await openTestDb(files, OPTIONS));
}

async function attempt(action: () => void | Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    // Faults of the disk are told as what they are; all else is a bug.
    expect((error as Error).message).toMatch(/EIO|cannot /);
  }
}

test("whichever operation of a day fails, nothing acknowledged is lost and all goes on", async () => {
  const reference = createFaultyFiles();
  await liveThrough(reference, createDay());
  for (const n of chosenCases(reference.operationCount, 16)) {
    const files = createFaultyFiles();
    const day = createDay();
    files.failAt(n + 1, { code: "EIO", writtenBytes: 50 });
    const db = await liveThrough(files, day);
    expect([n, readAll(db)]).toEqual([n, day.expected(db)]);
    files.heal();
    await db.maintain();
    expect([n, readAll(db)]).toEqual([n, day.expected(db)]);
    await db.close();
    const again = await openTestDb(files, OPTIONS);
    expect([n, readAll(again)]).toEqual([n, day.expected(again)]);
    await again.close();
  }
}, 7_200_000);

test("a block that can't be read is left out and told; it is served again when it can be", async () => {
  const files = createFaultyFiles();
  const day = createDay();
  const first = await openTestDb(files, OPTIONS);
  for (let hour = 0; hour < 6; hour++) day.appendHour(first, hour);
  await first.maintain();
  const whole = readAll(first);
  const [{ ulid }] = first.blocks();
  await first.close();
  const path = `/data/${ulid}/index`;
  const index = files.readFile(path);
  files.corrupt(path, (content) => content.subarray(0, 20));
  const db = await openTestDb(files, OPTIONS);
  const unreadable = db.metrics.find(({ name }) => name === "prometheus_tsdb_blocks_unreadable");
  expect(unreadable !== undefined && "value" in unreadable ? unreadable.value() : 0).toBe(1);
  expect(db.blocks().map((meta) => meta.ulid)).not.toContain(ulid);
  expect(readAll(db)).not.toEqual(whole);
  files.corrupt(path, () => index);
  await db.maintain();
  expect(readAll(db)).toEqual(whole);
  await db.close();
});

test("an obsolete block stays until the last selection that names it is released", async () => {
  const files = createFaultyFiles();
  const day = createDay();
  const db = await openTestDb(files, { maxBlockMs: 6 * HOUR });
  for (let hour = 0; hour < 6; hour++) day.appendHour(db, hour);
  await db.maintain();
  const named = db.blocks().map(({ ulid }) => ulid);
  expect(named.length).toBeGreaterThan(0);
  const everything = [createMatcher("=~", "__name__", ".+")];
  const selection = db.select(0, 30 * HOUR, everything);
  const querier = db.querier(0, 30 * HOUR);
  querier.select(everything);
  for (let hour = 6; hour < 12; hour++) day.appendHour(db, hour);
  await db.maintain();
  expect(db.blocks().map(({ ulid }) => ulid)).not.toContain(named[0]);
  expect(files.stat(`/data/${named[0]}`)).toBeDefined();
  db.release(selection.pin);
  await db.maintain();
  expect(files.stat(`/data/${named[0]}`)).toBeDefined();
  querier.close();
  await db.maintain();
  expect(files.stat(`/data/${named[0]}`)).toBeUndefined();
  expect(readAll(db)).toEqual(day.expected(db));
  await db.close();
});
