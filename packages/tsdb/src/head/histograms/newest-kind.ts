import { type Histogram, STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";

/*
 * A series may change between floats and histograms, and its newest sample decides what comes of a duplicate and of a stale marker. The
 * series table keeps the newest float's bits; where the newest sample is a histogram, it keeps a NaN that no computation gives. (Who sends
 * that very NaN gets it back like any other; only a stale marker behind it is stored as that of a histogram.)
 */

/** The high word of that NaN. */
const HISTOGRAM_HIGH = 0x7ff44953;
/** Its low word, with two bits for what the histogram is. */
const HISTOGRAM_LOW = 0x544f4700;
const IS_STALE = 1;
const IS_FLOAT = 2;

/** Whether the newest bits of a series are those of a histogram. */
export function isHistogramBits(low: number, high: number): boolean {
  return high === HISTOGRAM_HIGH && (low & ~3) >>> 0 === HISTOGRAM_LOW;
}

/** Whether they are those of a float histogram; they are a histogram's. */
export function isFloatHistogramBits(low: number): boolean {
  return (low & IS_FLOAT) !== 0;
}

/** Whether the newest bits of a series are those of a stale marker, of floats or of histograms. */
export function isStaleBits(low: number, high: number): boolean {
  if (high === STALE_NAN_HIGH) return low === STALE_NAN_LOW;
  return isHistogramBits(low, high) && (low & IS_STALE) !== 0;
}

/** Notes in the newest bits of each series, two words each, that the newest sample of `ref` is a histogram. */
export function setHistogramBits(lastBits: Uint32Array, ref: number, kind: Histogram["kind"], isStale: boolean): void {
  lastBits[2 * ref] = HISTOGRAM_LOW | (kind === "float" ? IS_FLOAT : 0) | (isStale ? IS_STALE : 0);
  lastBits[2 * ref + 1] = HISTOGRAM_HIGH;
}
