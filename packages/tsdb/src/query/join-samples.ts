import { growSampleColumns, pushHistogram, type HistogramColumns, type SampleColumns } from "@ferula/model";

/** The floats and histograms that one source has of a series, each by ascending time; no two are of the same time. */
export interface SeriesColumns {
  readonly floats: SampleColumns;
  readonly histograms: HistogramColumns;
}

/** The time of the oldest sample; Infinity when there is none. */
export function firstTimeMs({ floats, histograms }: SeriesColumns): number {
  const float = floats.length === 0 ? Infinity : floats.timestampsMs[0];
  return histograms.length === 0 ? float : Math.min(float, histograms.timestampsMs[0]);
}

/** The time of the newest sample; -Infinity when there is none. */
export function lastTimeMs({ floats, histograms }: SeriesColumns): number {
  const float = floats.length === 0 ? -Infinity : floats.timestampsMs[floats.length - 1];
  return histograms.length === 0 ? float : Math.max(float, histograms.timestampsMs[histograms.length - 1]);
}

/** Puts the floats of each of `parts`, which lie one behind the other in time, into `out`. */
export function joinFloats(parts: readonly SeriesColumns[], out: SampleColumns): void {
  let length = 0;
  for (const { floats } of parts) length += floats.length;
  out.length = 0;
  growSampleColumns(out, length);
  for (const { floats } of parts) {
    out.timestampsMs.set(floats.timestampsMs.subarray(0, floats.length), out.length);
    // Bits, not doubles: copying a stale marker as a number may change it.
    out.valueBits.set(floats.valueBits.subarray(0, 2 * floats.length), 2 * out.length);
    out.length += floats.length;
  }
}

/** Puts their histograms into `out`. */
export function joinHistograms(parts: readonly SeriesColumns[], out: HistogramColumns): void {
  out.length = 0;
  for (const { histograms } of parts) {
    for (let i = 0; i < histograms.length; i++) pushHistogram(out, histograms.timestampsMs[i], histograms.histograms[i]);
  }
}

/** Where samples go on in another source, whether counters were reset since the last one is not known. Source: storage/merge.go `consecutive`. */
export function forgetReset(part: SeriesColumns): void {
  const { histograms } = part;
  if (histograms.length === 0 || histograms.timestampsMs[0] !== firstTimeMs(part)) return;
  const [first] = histograms.histograms;
  if (first.counterResetHint !== "gauge") first.counterResetHint = "unknown";
}
