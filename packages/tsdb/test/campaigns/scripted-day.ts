import type { FaultyFiles } from "@ferula/files";
import { createMatcher, labelsOf } from "@ferula/model";
import type { Db, NewExemplar, TsdbOptions } from "../../src/index.ts";
import { labelsFrom, openTestDb } from "../support.ts";
import { campaignBatch, type CampaignSample, HISTOGRAM_KINDS, histogramOf } from "./campaign-sample.ts";
import { copyBlockIn } from "./foreign-block.ts";
import { EXEMPLAR_LIMIT, type Ledger } from "./ledger.ts";

const STEP_MS = 5000;
const STEPS = 110;
const SERIES = 8;
const START_MS = 1_700_000_040_000;

/** Blocks of a minute and of three, chunks of six samples, segments of a page: in ten minutes all happens that in a real day does. */
export const DAY_OPTIONS: Partial<TsdbOptions> = {
  chunkRangeMs: 60_000,
  maxBlockMs: 180_000,
  samplesPerChunk: 6,
  walSegmentBytes: 32_768,
  outOfOrderWindowMs: 45_000,
  outOfOrderCap: 4,
  exemplarLimit: EXEMPLAR_LIMIT,
  maintainsItself: false,
};

/** Where the day's copy of all blocks and the head is made, see `Db.snapshot`. */
export const COPY_FOLDER = "/copy";

/** Opens the database; one that fails once must open at the second try. */
export async function openAgain(files: FaultyFiles, options: Partial<TsdbOptions> = DAY_OPTIONS): Promise<Db> {
  try {
    return await openTestDb(files, options);
  } catch {
    return openTestDb(files, options);
  }
}

/** What is sent at a step: series of floats and of histograms, one that changes its kind, short ones, now and then samples out of order. */
export function samplesAt(step: number): CampaignSample[] {
  const nowMs = START_MS + step * STEP_MS;
  const short = `n=short,g=${Math.trunc(step / 15)}`;
  const samples = Array.from({ length: SERIES }, (_, i): CampaignSample => [`n=${i}`, nowMs + i, step % 7 === 0 ? step : step * i]);
  samples.push([short, nowMs, step]);
  for (const kind of HISTOGRAM_KINDS) samples.push([`n=${kind}`, nowMs, histogramOf(kind, step % 40)]);
  samples.push(["n=mixed", nowMs + 9, step % 20 < 10 ? step : histogramOf(HISTOGRAM_KINDS[Math.trunc(step / 20) % 3], step)]);
  if (step % 4 === 3) samples.push(["n=2", nowMs - 20_000 - 1, -step]);
  if (step % 6 === 5) samples.push([short, nowMs - 31_000, -step]);
  if (step % 5 === 4) samples.push(["n=integer", nowMs - 17_000, histogramOf("integer", step)]);
  return samples;
}

/** Whether a time is one of the samples that come in order. */
export function isInOrder(timeMs: number): boolean {
  return timeMs >= START_MS && (timeMs - START_MS) % STEP_MS < 1000;
}

/** Appends what is sent at a step. What is refused, the caller of a database knows of. */
export function append(db: Db, ledger: Ledger, samples: readonly CampaignSample[]): void {
  ledger.sent(samples);
  try {
    const { appended } = db.append(campaignBatch(db, samples));
    // What is out of the window is told apart only in sum; then none is counted on.
    if (appended === samples.length) ledger.acknowledged(samples);
  } catch {
    // Refused: the caller knows.
  }
}

function appendExemplars(db: Db, ledger: Ledger, step: number): void {
  const series = `n=${step % 3}`;
  const timestampMs = START_MS + step * STEP_MS;
  try {
    const ref = db.seriesRef(labelsFrom(series));
    const exemplars: NewExemplar[] = [0, 7].map((ms) => ({ ref, timestampMs: timestampMs + ms, value: step, labels: TRACE }));
    ledger.sentExemplars(series, exemplars);
    if (db.appendExemplars(exemplars).stored === exemplars.length) ledger.acknowledgedExemplars(series, exemplars);
  } catch {
    // Refused: the caller knows.
  }
}

const TRACE = labelsOf({ trace_id: "4bf92f35" });

async function deleteSome(db: Db, ledger: Ledger, step: number): Promise<void> {
  const [minMs, maxMs] = [START_MS + (step - 20) * STEP_MS, START_MS + (step - 8) * STEP_MS];
  for (const n of ["3", "float"]) {
    ledger.deleting(`n=${n}`, minMs, maxMs);
    try {
      await db.deleteSeries(minMs, maxMs, [createMatcher("=", "n", n)]);
      ledger.deleted(`n=${n}`, minMs, maxMs);
    } catch {
      // Not done, or half done: the caller knows.
    }
  }
}

/** What fails is left to the next round or told to whoever asked. */
async function attempt(action: () => Promise<void>): Promise<void> {
  await action().catch(() => undefined);
}

/** What happens beside appending, by the step behind which it does. */
type Event = (day: Day) => Promise<void>;

interface Day {
  readonly files: FaultyFiles;
  readonly ledger: Ledger;
  readonly options: Partial<TsdbOptions>;
  readonly step: number;
  db: Db;
}

const clean: Event = async ({ db }) => attempt(() => db.cleanTombstones());
const remove: Event = async ({ db, ledger, step }) => deleteSome(db, ledger, step);
const copyOut: Event = async ({ db }) => attempt(() => db.snapshot(COPY_FOLDER, true));
const copyIn: Event = async ({ files, ledger }) => copyBlockIn(files, ledger, START_MS);

const restart: Event = async (day) => {
  await attempt(() => day.db.close());
  await kill(day);
};

const kill: Event = async (day) => {
  day.db = await openAgain(day.files, day.options);
};

const EVENTS: Readonly<Record<number, readonly Event[]>> = {
  34: [copyIn],
  40: [restart],
  50: [remove],
  60: [clean],
  65: [copyOut],
  70: [kill],
  75: [remove],
  95: [restart],
};

/**
 * A day of a database: ingest, head compaction, block compaction, deletes, checkpoints, a block from elsewhere, a copy of all, restarts and a
 * kill. Ends with it open.
 */
export async function runDay(files: FaultyFiles, ledger: Ledger, options: Partial<TsdbOptions> = DAY_OPTIONS): Promise<Db> {
  const day = { files, ledger, options, step: 0, db: await openAgain(files, options) };
  for (; day.step < STEPS; day.step++) {
    append(day.db, ledger, samplesAt(day.step));
    appendExemplars(day.db, ledger, day.step);
    if (day.step % 8 === 7) await attempt(() => day.db.maintain());
    for (const event of EVENTS[day.step] ?? []) await event(day);
  }
  await attempt(() => day.db.maintain());
  return day.db;
}

/** Goes on for some steps behind the day's last: old series and new ones. */
export function goOn(db: Db, ledger: Ledger): void {
  for (let step = STEPS; step < STEPS + 4; step++) {
    append(db, ledger, samplesAt(step));
    append(db, ledger, [[`n=late,g=${step}`, START_MS + step * STEP_MS, step]]);
  }
}
