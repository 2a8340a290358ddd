import {
  copyHistogram,
  createFloatHistogram,
  createHistogramColumns,
  createSampleColumns,
  detectReset,
  type FloatHistogram,
  growSampleColumns,
  type HistogramColumns,
  type Labels,
  labelValue,
  type Matcher,
  pushHistogram,
  type SampleColumns,
  setStaleAt,
} from "@ferula/model";
import { parseSeriesDescription } from "@ferula/promql-syntax";
import type { Queryable, SeriesSet } from "@ferula/storage";

interface StoredSeries {
  readonly labels: Labels;
  readonly samples: SampleColumns;
  readonly histograms: HistogramColumns;
}

/**
 * Series in the notation of rule tests (`up{job="a"} 0+1x5 _ stale {{count:1 sum:2 buckets:[1]}}`), a value every `intervalMs` from time 0. As
 * in a real storage, a counter histogram behind another one tells that there was no reset between them, if there was none.
 */
export function storageOf(intervalMs: number, ...lines: readonly string[]): Queryable & { readonly openQueriers: () => number } {
  const stored = lines.map((line) => storedSeries(line, intervalMs));
  let open = 0;
  return {
    openQueriers: () => open,
    querier: (minTimeMs, maxTimeMs) => {
      open++;
      return {
        select: (matchers) => select(stored, matchers, minTimeMs, maxTimeMs),
        labelNames: () => ({ values: [], truncated: false }),
        labelValues: () => ({ values: [], truncated: false }),
        close: () => {
          open--;
        },
      };
    },
  };
}

function storedSeries(line: string, intervalMs: number): StoredSeries {
  const { labels, values } = parseSeriesDescription(line);
  const samples = createSampleColumns(values.length);
  const histograms = createHistogramColumns(0);
  let previous: FloatHistogram | undefined;
  for (const [k, value] of values.entries()) {
    if (value === "_") continue;
    const timeMs = k * intervalMs;
    if (typeof value === "object") {
      const histogram = copyHistogram(value.histogram);
      if (previous !== undefined && histogram.counterResetHint === "unknown") {
        histogram.counterResetHint = detectReset(histogram, previous) ? "unknown" : "not_reset";
      }
      previous = histogram;
      pushHistogram(histograms, timeMs, histogram);
    } else if (value === "stale" && previous !== undefined) {
      pushHistogram(histograms, timeMs, createFloatHistogram({ sum: NaN, isStale: true }));
      previous = undefined;
    } else {
      const i = samples.length++;
      samples.timestampsMs[i] = timeMs;
      if (value === "stale") setStaleAt(samples, i);
      else samples.values[i] = value;
      previous = undefined;
    }
  }
  return { labels, samples, histograms };
}

function select(stored: readonly StoredSeries[], matchers: readonly Matcher[], minTimeMs: number, maxTimeMs: number): SeriesSet {
  const found = stored.filter(({ labels }) => matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name))));
  return {
    seriesCount: found.length,
    labels: (index) => found[index].labels,
    read: (index, out) => {
      const { samples } = found[index];
      growSampleColumns(out, samples.length);
      out.length = 0;
      for (let i = 0; i < samples.length; i++) {
        const timeMs = samples.timestampsMs[i];
        if (timeMs < minTimeMs || timeMs > maxTimeMs) continue;
        const to = out.length++;
        out.timestampsMs[to] = timeMs;
        out.valueBits[2 * to] = samples.valueBits[2 * i];
        out.valueBits[2 * to + 1] = samples.valueBits[2 * i + 1];
      }
    },
    readHistograms: (index, out) => {
      const { histograms, timestampsMs, length } = found[index].histograms;
      out.length = 0;
      for (let i = 0; i < length; i++) {
        if (timestampsMs[i] >= minTimeMs && timestampsMs[i] <= maxTimeMs) pushHistogram(out, timestampsMs[i], histograms[i]);
      }
    },
  };
}
