import type { FaultyFiles } from "@ferula/files";
import { createMatcher } from "@ferula/model";
import type { Db, TsdbOptions } from "../../src/index.ts";
import { batchOf, openTestDb, type Sample } from "../support.ts";
import type { Ledger } from "./ledger.ts";

const STEP_MS = 5000;
const STEPS = 110;
const SERIES = 8;
const START_MS = 1_700_000_040_000;

/** Blocks of a minute and of three, chunks of six samples, segments of a few kilobytes: in ten minutes all happens that in a real day does. */
export const DAY_OPTIONS: Partial<TsdbOptions> = {
  chunkRangeMs: 60_000,
  maxBlockMs: 180_000,
  samplesPerChunk: 6,
  walSegmentBytes: 32_768,
  outOfOrderWindowMs: 45_000,
  outOfOrderCap: 4,
  retention: { durationMs: 480_000 },
  maintainsItself: false,
};

/** The oldest time that retention leaves alone whatever the blocks' edges are. */
export const KEPT_SINCE_MS: number = START_MS + STEPS * STEP_MS - 300_000;

/** Opens the database; one that fails once must open at the second try. */
export async function openAgain(files: FaultyFiles, options: Partial<TsdbOptions> = DAY_OPTIONS): Promise<Db> {
  try {
    return await openTestDb(files, options);
  } catch {
    return openTestDb(files, options);
  }
}

/** What is sent at a step: all series, one that lives for a short time, now and then one sample out of order. */
function samplesAt(step: number): Sample[] {
  const nowMs = START_MS + step * STEP_MS;
  const samples = Array.from({ length: SERIES }, (_, i): Sample => [`n=${i}`, nowMs + i, step % 7 === 0 ? step : step * i]);
  samples.push([`n=short,g=${Math.trunc(step / 15)}`, nowMs, step]);
  if (step % 4 === 3) samples.push(["n=2", nowMs - 20_000 - 1, -step]);
  if (step % 6 === 5) samples.push([`n=short,g=${Math.trunc(step / 15)}`, nowMs - 31_000, -step]);
  return samples;
}

function append(db: Db, ledger: Ledger, samples: readonly Sample[]): void {
  ledger.sent(samples);
  try {
    const { appended } = db.append(batchOf(db, samples));
    // What is out of the window is told apart only in sum; then none is counted on.
    if (appended === samples.length) ledger.acknowledged(samples);
  } catch {
    // Refused: the caller knows.
  }
}

async function deleteSome(db: Db, ledger: Ledger, step: number): Promise<void> {
  const [minMs, maxMs] = [START_MS + (step - 20) * STEP_MS, START_MS + (step - 8) * STEP_MS];
  ledger.deleting("n=3", minMs, maxMs);
  try {
    await db.deleteSeries(minMs, maxMs, [createMatcher("=", "n", "3")]);
    ledger.deleted("n=3", minMs, maxMs);
  } catch {
    // Not done, or half done: the caller knows.
  }
}

/** What a round can't do is left to the next. */
async function maintain(db: Db): Promise<void> {
  await db.maintain().catch(() => undefined);
}

async function reopen(db: Db, files: FaultyFiles, options: Partial<TsdbOptions>): Promise<Db> {
  try {
    await db.close();
  } catch {
    // What is wrong shows in what is there afterwards.
  }
  return openAgain(files, options);
}

/** A day of a database: ingest, head compaction, block compaction, deletes, checkpoints, reload, two restarts. Ends with it open. */
export async function runDay(files: FaultyFiles, ledger: Ledger, options: Partial<TsdbOptions> = DAY_OPTIONS): Promise<Db> {
  let db = await openAgain(files, options);
  for (let step = 0; step < STEPS; step++) {
    append(db, ledger, samplesAt(step));
    if (step % 8 === 7) await maintain(db);
    if (step === 50 || step === 75) await deleteSome(db, ledger, step);
    if (step === 60) await db.cleanTombstones().catch(() => undefined);
    if (step === 40 || step === 85) db = await reopen(db, files, options);
  }
  await maintain(db);
  return db;
}
