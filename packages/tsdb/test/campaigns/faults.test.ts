import { expect, test } from "@jest/globals";
import { isPromError } from "@ferula/model";
import type { Db } from "../../src/index.ts";
import { metricValue, openTestDb, testDisk } from "../support.ts";
import { chosenCases } from "./extent.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { COPY_FOLDER, DAY_OPTIONS, isInOrder, runDay } from "./scripted-day.ts";

const KEPT_MS = 240_000;

/** From here on retention must keep all: it counts from the newest block's end. */
function keptSinceMs(db: Db): number {
  return Math.max(...db.blocks().map(({ maxTime }) => maxTime)) - KEPT_MS;
}

const days = [
  { what: "a day", options: DAY_OPTIONS, since: () => -Infinity, usual: 3 },
  { what: "a day with memory snapshots", options: { ...DAY_OPTIONS, snapshotOnClose: true }, since: () => -Infinity, usual: 1 },
  { what: "a day with retention", options: { ...DAY_OPTIONS, retention: { durationMs: KEPT_MS } }, since: keptSinceMs, usual: 1 },
] as const;

test.each(days)("$what without faults keeps all samples", async ({ options, since }) => {
  const files = testDisk();
  const ledger = createLedger();
  const db = await runDay(files, ledger, options);
  expect(ledger.faults(db, since(db))).toBe("");
  expect(ledger.acknowledgedCount()).toBeGreaterThan(1400);
  expect(db.blocks().length).toBeGreaterThan(1);
  expect(metricValue(db, "prometheus_tsdb_compactions_total")).toBeGreaterThan(0);
  expect(metricValue(db, "prometheus_tsdb_compactions_failed_total")).toBe(0);
  expect(ledger.compare(db).lost.length > 0).toBe("retention" in options);
  await db.close();
  const again = await openTestDb(files, options);
  expect(ledger.faults(again, since(again))).toBe("");
  await again.close();
});

test("a copy of all that is made in the course of a day has nothing wrong in it", async () => {
  const files = testDisk();
  const ledger = createLedger();
  await (await runDay(files, ledger)).close();
  const copy = await openTestDb(files, { ...DAY_OPTIONS, dir: COPY_FOLDER });
  const { wrong, lost } = ledger.compare(copy);
  const copiedMs = Math.max(...copy.blocks().map(({ maxTime }) => maxTime));
  expect(wrong).toEqual([]);
  // As in upstream's, what is out of order and in no block is not in it.
  const missing = lost.filter(({ series, timeMs }) => timeMs < copiedMs && !series.startsWith("exemplar") && isInOrder(timeMs));
  expect(missing).toEqual([]);
  await copy.close();
});

/** The operations on files of a day on which none fails, counted once for each kind of day. */
const operationsOf: Map<object, number> = new Map();

async function operationsOfDay(options: (typeof days)[number]["options"]): Promise<number> {
  const known = operationsOf.get(options);
  if (known !== undefined) return known;
  const files = testDisk();
  await (await runDay(files, createLedger(), options)).close();
  operationsOf.set(options, files.operationCount);
  return files.operationCount;
}

/** A query that meets the fault itself may fail, if it says so; the next one must not. */
function faultsRead(ledger: Ledger, db: Db, sinceMs: number): string {
  try {
    return ledger.faults(db, sinceMs);
  } catch (error) {
    if (!isPromError(error) || error.errorType !== "internal") throw error;
    return ledger.faults(db, sinceMs);
  }
}

const faults = [
  { code: "EIO", writtenBytes: 0 },
  { code: "EIO", writtenBytes: 13 },
  { code: "ENOSPC", writtenBytes: 0 },
];

test.each(days.flatMap((day) => faults.map((fault) => ({ ...day, fault }))))(
  "whichever operation of $what fails with $fault.code behind $fault.writtenBytes bytes, nothing acknowledged is lost and nothing wrong is answered",
  async ({ options, since, fault, usual }) => {
    const found: string[] = [];
    const note = (n: number, faultsFound: string): void => void (faultsFound !== "" && found.push(`operation ${n}: ${faultsFound}`));
    for (const n of chosenCases(await operationsOfDay(options), usual)) {
      const files = testDisk();
      files.failAt(n + 1, fault);
      const ledger = createLedger();
      const db = await runDay(files, ledger, options);
      note(n, faultsRead(ledger, db, since(db)));
      // Whatever failed is made up for. The last operations of a day are these, and who asks for them is told.
      await db.maintain().catch(() => db.maintain());
      await db.close().catch(() => undefined);
      const again = await openTestDb(files, options);
      note(n, ledger.faults(again, since(again)));
      await again.close();
    }
    expect(found).toEqual([]);
  },
  7_200_000,
);
