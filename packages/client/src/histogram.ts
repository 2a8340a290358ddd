import type { HistogramMetric, MetricFamily } from "@ferula/exposition";
import type { LabelValues } from "./label-values.ts";
import { checkNumber, type MetricConfig } from "./metric.ts";
import { NativeBuckets } from "./native-buckets.ts";
import { Observations, ObservingMetric, type ObservingChild } from "./observing-metric.ts";

/** The defaults of every official client library; they suit seconds of a request. */
const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What a histogram is made from. */
export interface HistogramConfig<Name extends string> extends MetricConfig<Name> {
  /** Upper bounds, each inclusive, in any order; +Inf is always there. Default: those of the official libraries, 5 ms to 10 s. */
  readonly buckets?: readonly number[];
  /** Counts in exponential buckets as well, which only protobuf tells. Default: false. */
  readonly native?: boolean;
  /** Runs before each scrape, with the metric as `this`. */
  readonly collect?: (this: Histogram<Name>) => void | Promise<void>;
}

/** One series of a histogram. */
export type HistogramChild = ObservingChild;

class Distribution extends Observations {
  /** Observations by bucket, not cumulated; the last is +Inf. */
  readonly counts: Float64Array;
  sum = 0;
  readonly createdMs = Date.now();
  readonly native: NativeBuckets | undefined;
  private readonly bounds: Float64Array;

  constructor(bounds: Float64Array, native: NativeBuckets | undefined) {
    super();
    this.bounds = bounds;
    this.native = native;
    this.counts = new Float64Array(bounds.length + 1);
  }

  observe = (value: number): void => {
    checkNumber(value);
    const { bounds } = this;
    // Bounds are few, and most values are small: a loop beats a binary search.
    let i = 0;
    while (i < bounds.length && value > bounds[i]) i++;
    this.counts[i]++;
    this.sum += value;
    this.native?.add(value);
  };
}

/** Counts observations in buckets, so that quantiles can be told over many processes. */
export class Histogram<Name extends string = string> extends ObservingMetric<Name> {
  readonly type = "histogram";
  private readonly bounds: Float64Array;

  constructor(config: HistogramConfig<Name>) {
    const bounds = Float64Array.from(boundsOf(config.buckets ?? DEFAULT_BUCKETS));
    const create = (): Distribution => new Distribution(bounds, config.native === true ? new NativeBuckets() : undefined);
    super(config, ["le"], create, config.collect as (() => void | Promise<void>) | undefined);
    this.bounds = bounds;
    this.registerIn(config.registers);
  }

  /** Makes the series of these labels without an observation, or sets it to zero. */
  zero(labels: LabelValues<Name>): void {
    this.remove(labels);
    this.labels(labels);
  }

  protected currentFamily(): MetricFamily {
    const metrics: HistogramMetric[] = [];
    this.children.forEach((values, child) => {
      const { counts, sum, createdMs, native } = child as Distribution;
      let count = 0;
      const buckets = Array.from(counts, (inBucket, i) => {
        count += inBucket;
        return { upperBound: i < this.bounds.length ? this.bounds[i] : Infinity, cumulativeCount: count };
      });
      const metric = { labels: this.labelsOf(values), buckets, count, sum, createdSeconds: createdMs / 1000 };
      metrics.push(native === undefined ? metric : { ...metric, native: native.histogram(count, sum) });
    });
    return { name: this.name, type: this.type, help: this.help, metrics };
  }
}

function boundsOf(buckets: readonly number[]): number[] {
  for (const bound of buckets) {
    if (typeof bound !== "number" || Number.isNaN(bound)) throw new TypeError(`Bucket bound is not a valid number: ${String(bound)}`);
  }
  return [...new Set(buckets)].filter((bound) => bound !== Infinity).sort((a, b) => a - b);
}
