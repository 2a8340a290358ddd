import {
  addHistogram,
  areCompatible,
  copyHistogram,
  createCompensation,
  divideHistogram,
  type FloatHistogram,
  hasOverflow,
  kahanAddHistogram,
  multiplyHistogram,
} from "@ferula/model";

/** What went in, and what there is to say of it. */
interface Contents {
  readonly boundsReconciled: boolean;
  readonly sawReset: boolean;
  readonly sawNoReset: boolean;
}

/** Histograms added up, or their mean. */
export interface HistogramTotal extends Contents {
  /** Takes one more, which is only read. False when it can't be added, as one has exponential and one custom buckets. */
  readonly add: (histogram: FloatHistogram) => boolean;
  /** The total, once all are in; it is asked for once. Empty buckets may be among its. */
  readonly finish: () => FloatHistogram;
}

/** A sum with Kahan's compensation, from a first histogram, which is only read (promql/engine.go `aggregation`, `SUM`). */
export function sumFrom(first: FloatHistogram): HistogramTotal {
  return new CompensatedSum(first);
}

/** A mean, from a first histogram, which is only read (promql/engine.go `aggregation`, `AVG`). */
export function meanFrom(first: FloatHistogram): HistogramTotal {
  return new Mean(first);
}

class CompensatedSum implements HistogramTotal {
  boundsReconciled = false;
  sawReset: boolean;
  sawNoReset: boolean;
  private readonly sum: FloatHistogram;
  private compensation: FloatHistogram | undefined;

  constructor(first: FloatHistogram) {
    this.sum = copyHistogram(first);
    this.sawReset = first.counterResetHint === "reset";
    this.sawNoReset = first.counterResetHint === "not_reset";
  }

  add(histogram: FloatHistogram): boolean {
    if (histogram.counterResetHint === "reset") this.sawReset = true;
    else if (histogram.counterResetHint === "not_reset") this.sawNoReset = true;
    if (!areCompatible(this.sum, histogram)) return false;
    this.compensation ??= createCompensation(this.sum);
    if (kahanAddHistogram(this.sum, histogram, this.compensation).boundsReconciled) this.boundsReconciled = true;
    return true;
  }

  finish(): FloatHistogram {
    if (this.compensation !== undefined) addHistogram(this.sum, this.compensation);
    return this.sum;
  }
}

/** The sum divided at the end, and from the histogram on that would make the sum overflow an incremental mean. */
class Mean implements HistogramTotal {
  boundsReconciled = false;
  sawReset: boolean;
  sawNoReset: boolean;
  /** The sum, or the mean once that is incremental. */
  private value: FloatHistogram;
  private compensation: FloatHistogram | undefined;
  private count = 1;
  private isIncremental = false;

  constructor(first: FloatHistogram) {
    this.value = copyHistogram(first);
    this.sawReset = first.counterResetHint === "reset";
    this.sawNoReset = first.counterResetHint === "not_reset";
  }

  add(histogram: FloatHistogram): boolean {
    if (histogram.counterResetHint === "reset") this.sawReset = true;
    else if (histogram.counterResetHint === "not_reset") this.sawNoReset = true;
    if (!areCompatible(this.value, histogram)) return false;
    this.count++;
    if (!this.isIncremental && this.addToSum(histogram)) return true;
    this.addToMean(histogram);
    return true;
  }

  finish(): FloatHistogram {
    const { value, compensation } = this;
    if (!this.isIncremental) {
      divideHistogram(value, this.count);
      if (compensation !== undefined) divideHistogram(compensation, this.count);
    }
    if (compensation !== undefined) addHistogram(value, compensation);
    return value;
  }

  /** False when the sum would overflow; the mean is then incremental from here on. */
  private addToSum(histogram: FloatHistogram): boolean {
    if (isFarFromOverflow(this.value) && isFarFromOverflow(histogram)) {
      this.compensation ??= createCompensation(this.value);
      this.addCompensated(this.value, histogram, this.compensation);
      return true;
    }
    const sum = copyHistogram(this.value);
    const compensation = this.compensation === undefined ? createCompensation(sum) : copyHistogram(this.compensation);
    this.addCompensated(sum, histogram, compensation);
    if (!hasOverflow(sum)) {
      this.value = sum;
      this.compensation = compensation;
      return true;
    }
    this.isIncremental = true;
    divideHistogram(this.value, this.count - 1);
    if (this.compensation !== undefined) divideHistogram(this.compensation, this.count - 1);
    return false;
  }

  private addToMean(histogram: FloatHistogram): void {
    const weight = (this.count - 1) / this.count;
    multiplyHistogram(this.value, weight);
    if (this.compensation === undefined) this.compensation = createCompensation(this.value);
    else multiplyHistogram(this.compensation, weight);
    const part = copyHistogram(histogram);
    divideHistogram(part, this.count);
    this.addCompensated(this.value, part, this.compensation);
  }

  private addCompensated(sum: FloatHistogram, histogram: FloatHistogram, compensation: FloatHistogram): void {
    if (kahanAddHistogram(sum, histogram, compensation).boundsReconciled) this.boundsReconciled = true;
  }
}

/** Numbers below this can be added up by the thousand before they overflow; whether a sum does overflow needs no second copy of it then. */
const FAR_FROM_OVERFLOW = 2 ** 1000;

function isFarFromOverflow({ zeroCount, count, sum, positiveBuckets, negativeBuckets }: FloatHistogram): boolean {
  if (!(Math.abs(zeroCount) < FAR_FROM_OVERFLOW && Math.abs(count) < FAR_FROM_OVERFLOW && Math.abs(sum) < FAR_FROM_OVERFLOW)) return false;
  return areFarFromOverflow(positiveBuckets) && areFarFromOverflow(negativeBuckets);
}

function areFarFromOverflow(counts: Float64Array): boolean {
  for (let i = 0; i < counts.length; i++) if (!(Math.abs(counts[i]) < FAR_FROM_OVERFLOW)) return false;
  return true;
}
