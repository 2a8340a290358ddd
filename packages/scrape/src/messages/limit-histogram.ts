import {
  type Histogram,
  isExponentialSchema,
  isHistogramError,
  MAX_EXPONENTIAL_SCHEMA,
  MIN_EXPONENTIAL_SCHEMA,
  reduceResolution,
  validateHistogram,
} from "@ferula/model";
import { ScrapeError } from "../cache/scrape-error.ts";

/** What a job asks of native histograms. */
export interface HistogramLimits {
  /** How many buckets one may have; 0 is no limit. */
  readonly bucketLimit: number;
  /** The finest schema that is kept, see `finestSchema`. */
  readonly finestSchema: number;
}

/** The finest schema that may arrive, to be reduced (model/histogram/generic.go). */
const FINEST_RESERVED_SCHEMA = 52;

/** A factor that asks for nothing is one that the finest schema has. */
const FINEST_FACTOR = 1.00271;

/** The finest schema whose buckets grow by `minBucketFactor` at least (scrape/scrape.go `pickSchema`). */
export function finestSchema(minBucketFactor: number): number {
  const factor = minBucketFactor <= 1 ? FINEST_FACTOR : minBucketFactor;
  const schema = Math.floor(-Math.log2(Math.log2(factor)));
  return Math.max(MIN_EXPONENTIAL_SCHEMA, Math.min(MAX_EXPONENTIAL_SCHEMA, schema));
}

/**
 * Makes a histogram coarser, in place, until it keeps the limits; returns whether it does. Throws a ScrapeError, in upstream's words, for
 * one that contradicts itself.
 */
export function limitHistogram(histogram: Histogram, { bucketLimit, finestSchema: finest }: HistogramLimits): boolean {
  if (histogram.schema > finest && histogram.schema <= FINEST_RESERVED_SCHEMA) reduce(histogram, finest);
  if (bucketLimit > 0) {
    while (bucketCount(histogram) > bucketLimit) {
      if (!isExponentialSchema(histogram.schema) || histogram.schema <= MIN_EXPONENTIAL_SCHEMA) return false;
      reduce(histogram, histogram.schema - 1);
    }
  }
  const fault = validateHistogram(histogram);
  if (fault !== undefined) throw new ScrapeError(fault.message);
  return true;
}

function bucketCount({ positiveBuckets, negativeBuckets }: Histogram): number {
  return positiveBuckets.length + negativeBuckets.length;
}

function reduce(histogram: Histogram, schema: number): void {
  try {
    reduceResolution(histogram, schema);
  } catch (error) {
    throw isHistogramError(error) ? new ScrapeError(error.message) : error;
  }
}
