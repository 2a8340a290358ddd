import { type Labels, type Matcher, createSampleColumns, growSampleColumns, labelValue, setStaleAt } from "@ferula/model";
import { parseSeriesDescription } from "@ferula/promql-syntax";
import type { Queryable, SeriesSet } from "@ferula/storage";

interface StoredSeries {
  readonly labels: Labels;
  readonly samples: ReturnType<typeof createSampleColumns>;
}

/** Series in the notation of rule tests (`up{job="a"} 0+1x5 _ stale`), a value every `intervalMs` from time 0. */
export function storageOf(intervalMs: number, ...lines: readonly string[]): Queryable & { readonly openQueriers: () => number } {
  const stored = lines.map((line): StoredSeries => {
    const { labels, values } = parseSeriesDescription(line);
    const samples = createSampleColumns(values.length);
    for (const [k, value] of values.entries()) {
      if (value === "_") continue;
      const i = samples.length++;
      samples.timestampsMs[i] = k * intervalMs;
      if (value === "stale") setStaleAt(samples, i);
      else samples.values[i] = value;
    }
    return { labels, samples };
  });
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
    readHistograms: (_index, out) => {
      out.length = 0;
    },
  };
}
