import { expect, test } from "@jest/globals";
import {
  createHistogramColumns,
  createMatcher,
  createSampleBatch,
  createSampleColumns,
  labelsOf,
  labelValue,
  setStaleAt,
  type SampleBatch,
} from "@ferula/model";
import type { SeriesSet } from "@ferula/storage";
import type { Db, TsdbOptions } from "../../src/index.ts";
import { histogramOf } from "../head/out-of-order/support.ts";
import { openTestDb, testDisk } from "../support.ts";
import { isFullCampaign } from "./extent.ts";
import { random } from "./random.ts";

const STEPS = isFullCampaign ? 10_000 : 1200;
const SEEDS = isFullCampaign ? 20 : 2;
const WINDOW_MS = 90_000;
const RANGE_MS = 60_000;

const options: Partial<TsdbOptions> = {
  chunkRangeMs: RANGE_MS,
  maxBlockMs: 9 * RANGE_MS,
  samplesPerChunk: 6,
  walSegmentBytes: 32_768,
  outOfOrderWindowMs: WINDOW_MS,
  outOfOrderCap: 4,
  staleSeriesThreshold: 0.15,
  maintainsItself: false,
};

/** Series from this on have histograms, those behind it floats as well. */
const FIRST_HISTOGRAM_SERIES = 4;

/** What a series has at a time is always the same, so that a sample sent twice is one: a count of a histogram, a value or a stale marker. */
function sampleAt(series: number, timeMs: number): { readonly kind: "float" | "histogram" | "stale"; readonly value: number } {
  const value = ((timeMs % 1009) + 1) * (series + 1);
  if (timeMs % 41 === 0 && series !== FIRST_HISTOGRAM_SERIES + 1) return { kind: "stale", value: NaN };
  const isHistogram = series === FIRST_HISTOGRAM_SERIES || (series > FIRST_HISTOGRAM_SERIES && timeMs % 5 < 2);
  return { kind: isHistogram ? "histogram" : "float", value };
}

function textAt(series: number, timeMs: number): string {
  const { kind, value } = sampleAt(series, timeMs);
  if (kind === "stale") return `${timeMs}:stale`;
  return kind === "histogram" ? `${timeMs}:h${2 * value}` : `${timeMs}:${value}`;
}

function batchAt(db: Db, series: number, timeMs: number): SampleBatch {
  const ref = db.seriesRef(labelsOf({ n: String(series) }));
  const { kind, value } = sampleAt(series, timeMs);
  if (kind === "histogram")
    return { ...createSampleBatch(0), histograms: [{ ref, timestampMs: timeMs, startTimestampMs: 0, histogram: histogramOf(value) }] };
  const batch = createSampleBatch(1);
  batch.length = 1;
  batch.refs[0] = ref;
  batch.timestampsMs[0] = timeMs;
  batch.values[0] = value;
  if (kind === "stale") setStaleAt(batch, 0);
  return batch;
}

/** Plain sets of the times that a database must hold. */
class Model {
  newestMs = -Infinity;
  readonly samples: Set<number>[] = Array.from({ length: 6 }, () => new Set<number>());
  readonly deleted: [minMs: number, maxMs: number][][] = this.samples.map(() => []);

  isDeleted(series: number, timeMs: number): boolean {
    return this.deleted[series].some(([minMs, maxMs]) => timeMs >= minMs && timeMs <= maxMs);
  }

  lastMs(series: number): number {
    return Math.max(-Infinity, ...this.samples[series]);
  }

  /** All samples, each with its series, by series and time. */
  all(): string[] {
    return this.samples.flatMap((times, series) => [...times].sort((a, b) => a - b).map((timeMs) => `${series} ${textAt(series, timeMs)}`));
  }
}

/** What a database holds, as `Model.all` has it; series are sorted by their labels. */
function allOf(db: Db): string[] {
  const querier = db.querier(-Infinity, Infinity);
  try {
    const set = querier.select([createMatcher("!=", "n", "")]);
    const out = createSampleColumns(64);
    const histograms = createHistogramColumns(64);
    const all: string[] = [];
    const order = Array.from({ length: set.seriesCount }, (_, i) => i).sort((a, b) => Number(seriesOf(set, a)) - Number(seriesOf(set, b)));
    for (const i of order) {
      set.read(i, out);
      set.readHistograms(i, histograms);
      const samples = [
        ...Array.from({ length: out.length }, (_, k): [number, string] => [out.timestampsMs[k], textOf(out.values[k])]),
        ...Array.from({ length: histograms.length }, (_, k): [number, string] => {
          const { isStale, count } = histograms.histograms[k];
          return [histograms.timestampsMs[k], isStale ? "stale" : `h${count}`];
        }),
      ];
      samples.sort(([a], [b]) => a - b);
      for (const [timeMs, text] of samples) all.push(`${seriesOf(set, i)} ${timeMs}:${text}`);
    }
    return all;
  } finally {
    querier.close();
  }
}

function seriesOf(set: SeriesSet, index: number): string {
  return labelValue(set.labels(index), "n");
}

function textOf(value: number): string {
  return Number.isNaN(value) ? "stale" : String(value);
}

function expectSame(step: number, db: Db, model: Model): void {
  const found = allOf(db);
  const wanted = model.all();
  const inFound = new Set(found);
  const inWanted = new Set(wanted);
  const missing = wanted.filter((sample) => !inFound.has(sample));
  const extra = found.filter((sample) => !inWanted.has(sample));
  expect({ step, missing, extra }).toEqual({ step, missing: [], extra: [] });
  // The order, and that none is there twice; as texts, since jest takes long over thousands of pairs.
  expect(found.join("\n") === wanted.join("\n")).toBe(true);
}

test.each(Array.from({ length: SEEDS }, (_, seed) => seed))(
  `${STEPS} random steps agree with a plain map (seed %d)`,
  async (seed) => {
    const next = random(seed * 7919 + 1);
    const below = (limit: number): number => Math.trunc(next() * limit);
    const files = testDisk();
    const model = new Model();
    let nowMs = 1_700_000_040_000;
    const reopen = (): Promise<Db> => openTestDb(files, { ...options, snapshotOnClose: below(2) === 0 });
    let db = await reopen();

    function send(series: number, timeMs: number): void {
      if (model.isDeleted(series, timeMs)) return;
      const { appended } = db.append(batchAt(db, series, timeMs));
      if (timeMs >= model.newestMs - WINDOW_MS && timeMs >= model.lastMs(series) && timeMs > model.newestMs - RANGE_MS / 2) {
        expect([series, timeMs, appended]).toEqual([series, timeMs, 1]);
      }
      if (appended === 0) return;
      model.samples[series].add(timeMs);
      model.newestMs = Math.max(model.newestMs, timeMs);
    }

    async function remove(series: number, minMs: number, maxMs: number): Promise<void> {
      await db.deleteSeries(minMs, maxMs, [createMatcher("=", "n", String(series))]);
      for (const timeMs of model.samples[series]) if (timeMs >= minMs && timeMs <= maxMs) model.samples[series].delete(timeMs);
      model.deleted[series].push([minMs, maxMs]);
    }

    /** Whole blocks, now and then of all series. */
    async function removeSome(series: number): Promise<void> {
      const minMs = nowMs - below(600_000);
      if (below(6) > 0) return remove(series, minMs, minMs + below(120_000));
      const maxMs = minMs + RANGE_MS + below(4 * RANGE_MS);
      for (let one = 0; one < model.samples.length; one++) await remove(one, minMs, maxMs);
      if (below(2) === 0) await db.cleanTombstones();
    }

    for (let step = 0; step < STEPS; step++) {
      const dice = below(1000);
      const series = below(6);
      if (dice < 700) {
        nowMs += below(2000);
        send(series, nowMs);
      } else if (dice < 930) {
        send(series, nowMs - below(WINDOW_MS + 20_000));
      } else if (dice < 960) {
        const last = model.lastMs(series);
        if (last > -Infinity) send(series, last);
      } else if (dice < 969) {
        await removeSome(series);
      } else if (dice < 973) {
        await db.cleanTombstones();
      } else if (dice < 990) {
        await db.maintain();
      } else if (dice < 995) {
        await db.close();
        db = await reopen();
      } else {
        db = await reopen();
      }
      if (step % 100 === 99) expectSame(step, db, model);
    }
    expectSame(STEPS, db, model);
    await db.close();
  },
  3_600_000,
);
