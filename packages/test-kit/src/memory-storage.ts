import {
  compareUtf8,
  copyHistogram,
  createFloatHistogram,
  createIntegerHistogram,
  growSampleColumns,
  type Histogram,
  type HistogramColumns,
  type HistogramRow,
  histogramsEqual,
  labelPairs,
  labelsKey,
  labelValue,
  matchesLabels,
  isStaleAt,
  pushHistogram,
  toFloatHistogram,
  validateHistogram,
  type Labels,
  type Matcher,
  type SampleBatch,
  type SampleColumns,
} from "@ferula/model";
import type { Appender, AppendOutcome, LabelListing, Querier, Queryable, RejectionListener, SeriesRef, SeriesSet } from "@ferula/storage";

/** A batch may reach back this far behind the newest sample (half of the head's chunk range, tsdb/head.go). */
const APPEND_WINDOW_MS = 3_600_000;

/** A storage on plain arrays, with the append rules of a real one. It never forgets and is not fast. */
export type MemoryStorage = Appender & Queryable;

/** Samples of one series, oldest first. A float is the two words of its bits, low and high; where there is a histogram, there is none. */
interface MemorySeries {
  readonly labels: Labels;
  readonly timestampsMs: number[];
  readonly low: number[];
  readonly high: number[];
  readonly histograms: (Histogram | undefined)[];
}

/** What becomes of a sample. */
type Verdict = "appended" | "outOfOrder" | "duplicate" | "outOfBounds" | "invalid";

/** An empty storage. */
export function memoryStorage(): MemoryStorage {
  const series: MemorySeries[] = [];
  const refs = new Map<string, SeriesRef>();
  let newestMs = -Infinity;

  const seriesRef = (labels: Labels): SeriesRef => {
    const key = labelsKey(labels);
    const known = refs.get(key);
    if (known !== undefined) return known;
    const ref = series.push({ labels: [...labels], timestampsMs: [], low: [], high: [], histograms: [] });
    refs.set(key, ref);
    return ref;
  };

  const append = (batch: SampleBatch, onRejected?: RejectionListener): AppendOutcome => {
    const outcome = { appended: 0, outOfOrder: 0, duplicate: 0, outOfBounds: 0, tooOld: 0, invalid: 0 };
    const count = (kind: "float" | "histogram", index: number, verdict: Verdict): void => {
      outcome[verdict]++;
      if (verdict === "appended") return;
      const isFloatDuplicate = kind === "float" && verdict === "duplicate";
      onRejected?.(kind, index, verdict, isFloatDuplicate ? newestOf(series[batch.refs[index] - 1]) : undefined);
    };
    const firstMs = batch.length > 0 ? batch.timestampsMs[0] : (batch.histograms?.[0]?.timestampMs ?? 0);
    // The window stands still while a batch is looked at. An empty storage takes its place from the first sample.
    const oldestMs = (newestMs === -Infinity ? firstMs : newestMs) - APPEND_WINDOW_MS;
    for (let i = 0; i < batch.length; i++) {
      const one = series[batch.refs[i] - 1];
      count("float", i, one === undefined || batch.timestampsMs[i] < oldestMs ? "outOfBounds" : appendSample(one, batch, i));
    }
    for (const [i, row] of (batch.histograms ?? []).entries()) {
      const one = series[row.ref - 1];
      count("histogram", i, one === undefined || row.timestampMs < oldestMs ? "outOfBounds" : appendHistogram(one, row));
    }
    for (const { timestampsMs } of series) newestMs = Math.max(newestMs, timestampsMs[timestampsMs.length - 1] ?? -Infinity);
    return outcome;
  };

  return {
    seriesRef,
    append,
    epoch: 0,
    isLive: (ref) => ref > 0 && ref <= series.length,
    querier: (minTimeMs, maxTimeMs) => createQuerier(series, minTimeMs, maxTimeMs),
  };
}

function appendSample(one: MemorySeries, batch: SampleBatch, i: number): Verdict {
  const timestampMs = batch.timestampsMs[i];
  const low = batch.valueBits[2 * i];
  const high = batch.valueBits[2 * i + 1];
  const last = one.timestampsMs.length - 1;
  const newest = one.histograms[last];
  if (last >= 0 && timestampMs < one.timestampsMs[last]) return "outOfOrder";
  if (last >= 0 && timestampMs === one.timestampsMs[last])
    return newest === undefined && one.low[last] === low && one.high[last] === high ? "appended" : "duplicate";
  // The end of a series of histograms is a stale histogram.
  push(one, timestampMs, low, high, newest !== undefined && isStaleAt(batch, i) ? staleLike(newest) : undefined);
  return "appended";
}

function appendHistogram(one: MemorySeries, { timestampMs, histogram }: HistogramRow): Verdict {
  if (validateHistogram(histogram) !== undefined) return "invalid";
  const last = one.timestampsMs.length - 1;
  if (last >= 0 && timestampMs < one.timestampsMs[last]) return "outOfOrder";
  if (last >= 0 && timestampMs === one.timestampsMs[last]) {
    const newest = one.histograms[last];
    return newest !== undefined && histogramsEqual(newest, histogram) ? "appended" : "duplicate";
  }
  push(one, timestampMs, 0, 0, copyHistogram(histogram));
  return "appended";
}

function push(one: MemorySeries, timestampMs: number, low: number, high: number, histogram: Histogram | undefined): void {
  one.timestampsMs.push(timestampMs);
  one.low.push(low);
  one.high.push(high);
  one.histograms.push(histogram);
}

function newestOf({ low, high, histograms }: MemorySeries): number | "histogram" {
  const last = histograms.length - 1;
  return histograms[last] === undefined ? new Float64Array(Uint32Array.of(low[last], high[last]).buffer)[0] : "histogram";
}

function staleLike({ kind }: Histogram): Histogram {
  return (kind === "integer" ? createIntegerHistogram : createFloatHistogram)({ sum: NaN, isStale: true });
}

function createQuerier(series: readonly MemorySeries[], minTimeMs: number, maxTimeMs: number): Querier {
  const matching = (matchers: readonly Matcher[]): MemorySeries[] => series.filter(({ labels }) => matchesLabels(matchers, labels));
  return {
    select: (matchers) => createSeriesSet(matching(matchers), minTimeMs, maxTimeMs),
    labelNames: (matchers, limit) =>
      listing(
        matching(matchers).flatMap(({ labels }) => labelPairs(labels).map(([name]) => name)),
        limit,
      ),
    labelValues: (name, matchers, limit) =>
      listing(
        matching(matchers).map(({ labels }) => labelValue(labels, name)),
        limit,
      ),
    close: () => undefined,
  };
}

/** Of each series, those samples in the range that were there when the set was made. */
function createSeriesSet(found: readonly MemorySeries[], minTimeMs: number, maxTimeMs: number): SeriesSet {
  const counts = found.map(({ timestampsMs }) => timestampsMs.length);
  const inRange = found.map(({ timestampsMs }, i) => timestampsMs.slice(0, counts[i]).map((t) => t >= minTimeMs && t <= maxTimeMs));
  const shown = found.map((_, i) => i).filter((i) => inRange[i].includes(true));
  return {
    seriesCount: shown.length,
    labels: (index) => found[shown[index]].labels,
    read: (index, out) => {
      readSamples(found[shown[index]], inRange[shown[index]], out);
    },
    readHistograms: (index, out) => {
      readHistograms(found[shown[index]], inRange[shown[index]], out);
    },
  };
}

function readSamples({ timestampsMs, low, high, histograms }: MemorySeries, inRange: readonly boolean[], out: SampleColumns): void {
  growSampleColumns(out, inRange.length);
  out.length = 0;
  for (let k = 0; k < inRange.length; k++) {
    if (!inRange[k] || histograms[k] !== undefined) continue;
    const i = out.length++;
    out.timestampsMs[i] = timestampsMs[k];
    out.valueBits[2 * i] = low[k];
    out.valueBits[2 * i + 1] = high[k];
  }
}

function readHistograms({ timestampsMs, histograms }: MemorySeries, inRange: readonly boolean[], out: HistogramColumns): void {
  out.length = 0;
  for (let k = 0; k < inRange.length; k++) {
    const histogram = histograms[k];
    if (inRange[k] && histogram !== undefined) pushHistogram(out, timestampsMs[k], toFloatHistogram(histogram));
  }
}

function listing(texts: readonly string[], limit: number): LabelListing {
  const sorted = [...new Set(texts)].filter((text) => text !== "").sort(compareUtf8);
  const truncated = limit > 0 && sorted.length > limit;
  return { values: truncated ? sorted.slice(0, limit) : sorted, truncated };
}
