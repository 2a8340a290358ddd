import {
  compactHistogram,
  copyHistogram,
  detectReset,
  type FloatHistogram,
  type Histogram,
  subtractHistogram,
  toFloatHistogram,
} from "@ferula/model";

/** What is known of a histogram whose start is made up. */
export interface HistogramBaseline {
  /** What it counted last. */
  previous: FloatHistogram;
  /** What it had counted when it was first seen; undefined since it began anew. */
  readonly first: FloatHistogram | undefined;
}

/** The baseline of a histogram that was never seen. */
export function baselineOf(histogram: Histogram): HistogramBaseline {
  const first = kept(histogram);
  return { previous: first, first };
}

/** Whether a histogram began anew since it was seen last. */
export function hasBegunAnew(histogram: Histogram, { previous }: HistogramBaseline): boolean {
  return detectReset(toFloatHistogram(histogram), previous);
}

/** The baseline of one that has begun anew: it counts from 0. */
export function newBaseline(histogram: Histogram): HistogramBaseline {
  return { previous: kept(histogram), first: undefined };
}

/** What a histogram has counted since it was first seen; it is seen last from now on. Source: scrape/st_synthesis.go `synthesizeHistogram`. */
export function countedSince(histogram: Histogram, baseline: HistogramBaseline): Histogram {
  const counted = kept(histogram);
  baseline.previous = counted;
  if (baseline.first === undefined) return histogram;
  const adjusted = copyHistogram(counted);
  subtractHistogram(adjusted, baseline.first);
  compactHistogram(adjusted, 0);
  return histogram.kind === "float" ? adjusted : asIntegers(adjusted, histogram);
}

/** Spans and bounds of a body's histograms lie in memory that the next body overwrites. */
function kept(histogram: Histogram): FloatHistogram {
  const counts = toFloatHistogram(histogram);
  const { positiveSpans, negativeSpans, customValues } = counts;
  return { ...counts, positiveSpans: positiveSpans.slice(), negativeSpans: negativeSpans.slice(), customValues: customValues.slice() };
}

function asIntegers(counted: FloatHistogram, { counterResetHint }: Histogram): Histogram {
  const positiveBuckets = differences(counted.positiveBuckets);
  const negativeBuckets = differences(counted.negativeBuckets);
  return { ...counted, kind: "integer", counterResetHint, positiveBuckets, negativeBuckets };
}

function differences(counts: Float64Array): Float64Array {
  return counts.map((count, i) => (i === 0 ? count : count - counts[i - 1]));
}
