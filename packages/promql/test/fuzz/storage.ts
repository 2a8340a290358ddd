import {
  createFloatHistogram,
  createHistogramColumns,
  createSampleColumns,
  type FloatHistogram,
  growSampleColumns,
  type HistogramColumns,
  type Labels,
  labelValue,
  pushHistogram,
  type SampleColumns,
  setStaleAt,
} from "@ferula/model";
import { parseSeriesDescription } from "@ferula/promql-syntax";
import type { Queryable, SeriesSet, StartColumns } from "@ferula/storage";
import { oddSeries, type OddSample } from "./odd-series.ts";

/** Times of the first sample of a series, and between two; not all series begin at the first of them. */
export const FIRST_SAMPLE_MS = -60_000;
/** See `FIRST_SAMPLE_MS`. */
export const SAMPLE_INTERVAL_MS = 15_000;

interface StoredSeries {
  readonly labels: Labels;
  readonly samples: SampleColumns;
  readonly histograms: HistogramColumns;
  readonly starts: StartColumns;
}

/** A storage, and what tells whether a query left it as it was. */
export interface OddStorage {
  readonly queryable: Queryable;
  readonly openQueriers: () => number;
  /** All that is stored, as text: queries share its histograms, and must not change them. */
  readonly contents: () => string;
}

/** The storage of `oddSeries`. Each series is a little behind the one before, so that few samples are of the same time. */
export function createOddStorage(): OddStorage {
  const stored = oddSeries.map(([labels, samples], index) => storedSeries(labels, samples, (index % 5) * 7));
  let open = 0;
  const queryable: Queryable = {
    querier: (minTimeMs, maxTimeMs) => {
      open++;
      return {
        select: (matchers) => {
          const found = stored.filter(({ labels }) => matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name))));
          return seriesSet(found, minTimeMs, maxTimeMs);
        },
        labelNames: () => ({ values: [], truncated: false }),
        labelValues: () => ({ values: [], truncated: false }),
        close: () => {
          open--;
        },
      };
    },
  };
  return { queryable, openQueriers: () => open, contents: () => JSON.stringify(stored, (_key, value: unknown) => jsonOf(value)) };
}

/** JSON has no word for some numbers. */
function jsonOf(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return [...(value as Float64Array)].map(String);
  return typeof value === "number" ? String(value) : value;
}

function storedSeries(description: string, all: readonly OddSample[], delayMs: number): StoredSeries {
  const { labels } = parseSeriesDescription(`${description} _`);
  const samples = createSampleColumns(all.length);
  const histograms = createHistogramColumns(0);
  const starts = { length: 0, timestampsMs: new Float64Array(all.length), startsMs: new Float64Array(all.length) };
  for (const [k, sample] of all.entries()) {
    if (sample === undefined) continue;
    const timeMs = FIRST_SAMPLE_MS + k * SAMPLE_INTERVAL_MS + delayMs;
    if (typeof sample === "object") pushHistogram(histograms, timeMs, sample);
    else pushFloat(samples, timeMs, sample);
    starts.timestampsMs[starts.length] = timeMs;
    starts.startsMs[starts.length++] = startOf(k, timeMs);
  }
  return { labels, samples, histograms, starts };
}

/** Counters that began just before a sample, long ago, at it, after it, or nobody knows when. */
function startOf(k: number, timeMs: number): number {
  return [0, timeMs - 1, FIRST_SAMPLE_MS - 1, timeMs, timeMs + 1, timeMs - 40_000][k % 6];
}

function pushFloat(samples: SampleColumns, timeMs: number, sample: number | "stale"): void {
  const i = samples.length++;
  samples.timestampsMs[i] = timeMs;
  if (sample === "stale") setStaleAt(samples, i);
  else samples.values[i] = sample;
}

function seriesSet(found: readonly StoredSeries[], minTimeMs: number, maxTimeMs: number): SeriesSet {
  const isWithin = (timeMs: number): boolean => timeMs >= minTimeMs && timeMs <= maxTimeMs;
  return {
    seriesCount: found.length,
    labels: (index) => found[index].labels,
    read: (index, out) => {
      const { samples } = found[index];
      growSampleColumns(out, samples.length);
      out.length = 0;
      for (let i = 0; i < samples.length; i++) {
        if (!isWithin(samples.timestampsMs[i])) continue;
        const to = out.length++;
        out.timestampsMs[to] = samples.timestampsMs[i];
        out.valueBits.set(samples.valueBits.subarray(2 * i, 2 * i + 2), 2 * to);
      }
    },
    readHistograms: (index, out) => {
      const { histograms, timestampsMs, length } = found[index].histograms;
      out.length = 0;
      for (let i = 0; i < length; i++) if (isWithin(timestampsMs[i])) pushHistogram(out, timestampsMs[i], histograms[i]);
    },
    readStarts: (index, out) => {
      const { starts } = found[index];
      out.length = starts.length;
      out.timestampsMs = starts.timestampsMs.slice();
      out.startsMs = starts.startsMs.slice();
    },
  };
}

/** The end of a series of histograms. */
export function staleHistogram(): FloatHistogram {
  return createFloatHistogram({ sum: NaN, isStale: true });
}
