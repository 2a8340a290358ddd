import { formatFloat } from "../number-text.ts";
import { compactHistogram } from "./compact.ts";
import { detailedHistogramError, histogramError, type HistogramError } from "./errors.ts";
import { createFloatHistogram, createIntegerHistogram, type Histogram } from "./histogram.ts";
import { CUSTOM_BUCKETS_SCHEMA } from "./schema.ts";

/** Integer histograms keep short runs of empty buckets, as upstream's do. */
const MAX_EMPTY_BUCKETS = 2;

/**
 * Gathers the series of one classic histogram and makes a native one with custom buckets of them. The first fault is kept and thrown by
 * `convert`. Source: util/convertnhcb/convertnhcb.go.
 */
export class ClassicHistogram {
  private readonly bounds: number[] = [];
  private readonly cumulative: number[] = [];
  private count: number | undefined;
  private sum = 0;
  private fault: HistogramError | undefined;

  /** Forgets everything. */
  reset(): void {
    this.bounds.length = 0;
    this.cumulative.length = 0;
    this.count = undefined;
    this.sum = 0;
    this.fault = undefined;
  }

  /** The value of the series `_bucket{le="<upperBound>"}`: the observations up to there. Of a bound that comes twice, the first counts. */
  setBucket(upperBound: number, count: number): void {
    if (this.fault !== undefined) return;
    if (Number.isNaN(upperBound)) this.fault = histogramError("classicNanBound");
    else if (count < 0)
      this.fault = detailedHistogramError("classicNegativeBucket", `le=${formatFloat(upperBound)}, count=${formatFloat(count)}`);
    else this.insert(upperBound, count);
  }

  /** The value of the series `_count`. Without it, the highest bucket's counts. */
  setCount(count: number): void {
    if (this.fault !== undefined) return;
    if (count < 0) this.fault = detailedHistogramError("classicNegativeCount", `count=${formatFloat(count)}`);
    else this.count = count;
  }

  /** The value of the series `_sum`. */
  setSum(sum: number): void {
    this.sum = sum;
  }

  /**
   * The native histogram: of whole numbers if all counts are whole and not beyond 2^53, else of floats. Throws HistogramError, when the
   * counts go down with rising bounds, or the highest differs from `_count`.
   */
  convert(): Histogram {
    if (this.fault !== undefined) throw this.fault;
    const { bounds, cumulative } = this;
    const count = this.count ?? cumulative.at(-1) ?? 0;
    const endsAtInfinity = bounds.at(-1) === Infinity;
    const counts = endsAtInfinity ? cumulative : [...cumulative, count];
    const highest = counts[counts.length - 1];
    const isWhole = Number.isSafeInteger(count) && counts.every((value) => Number.isSafeInteger(value));
    if (count !== highest) throw countMismatch(isWhole ? String(count) : formatFloat(count), highest);
    const fields = {
      schema: CUSTOM_BUCKETS_SCHEMA,
      count,
      sum: this.sum,
      positiveSpans: Int32Array.of(0, counts.length),
      customValues: Float64Array.from(endsAtInfinity ? bounds.slice(0, -1) : bounds),
    };
    const positiveBuckets = differences(counts);
    const histogram = isWhole
      ? createIntegerHistogram({ ...fields, positiveBuckets: differences(positiveBuckets) })
      : createFloatHistogram({ ...fields, positiveBuckets });
    compactHistogram(histogram, isWhole ? MAX_EMPTY_BUCKETS : 0);
    return histogram;
  }

  /** Keeps bounds ascending and counts from going down. Bounds nearly always come in order, so the search starts from the end. */
  private insert(upperBound: number, count: number): void {
    const { bounds, cumulative } = this;
    let at = bounds.length;
    while (at > 0 && bounds[at - 1] >= upperBound) at--;
    if (bounds[at] === upperBound) return;
    if (at > 0 && count < cumulative[at - 1]) {
      this.fault = detailedHistogramError("classicNotCumulative", `${formatFloat(count)} < ${formatFloat(cumulative[at - 1])}`);
    } else if (at < bounds.length && count > cumulative[at]) {
      this.fault = detailedHistogramError("classicNotCumulative", `${formatFloat(count)} > ${formatFloat(cumulative[at])}`);
    } else {
      bounds.splice(at, 0, upperBound);
      cumulative.splice(at, 0, count);
    }
  }
}

function countMismatch(count: string, highest: number): HistogramError {
  return detailedHistogramError("classicCountMismatch", `count=${count} != le=+Inf count=${formatFloat(highest)}`);
}

/** Each number less the one before it. */
function differences(values: ArrayLike<number>): Float64Array {
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) result[i] = i === 0 ? values[0] : values[i] - values[i - 1];
  return result;
}
