import type { HistogramMetric, MetricFamily } from "@ferula/exposition";
import { secondsSince } from "./gauge.ts";
import type { LabelValues } from "./label-values.ts";
import { checkNumber, Metric, type MetricConfig } from "./metric.ts";

/** The defaults of every official client library; they suit seconds of a request. */
const DEFAULT_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface HistogramConfig<Name extends string> extends MetricConfig<Name> {
  /** Upper bounds, each inclusive, in any order; +Inf is always there. Default: those of the official libraries, 5 ms to 10 s. */
  readonly buckets?: readonly number[];
  readonly collect?: (this: Histogram<Name>) => void | Promise<void>;
}

/** One series of a histogram. */
export interface HistogramChild {
  /** Counts a value. Infinity is counted above all bounds. Throws when it is no number. */
  readonly observe: (value: number) => void;
  /** Starts a timer; the function it returns observes the seconds that went by, and returns them. */
  readonly startTimer: () => () => number;
}

class Distribution implements HistogramChild {
  /** Observations by bucket, not cumulated; the last is +Inf. */
  readonly counts: Float64Array;
  sum = 0;
  private readonly bounds: Float64Array;

  constructor(bounds: Float64Array) {
    this.bounds = bounds;
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
  };

  startTimer = (): (() => number) => {
    const elapsed = secondsSince();
    return () => {
      const seconds = elapsed();
      this.observe(seconds);
      return seconds;
    };
  };
}

/** Counts observations in buckets, so that quantiles can be told over many processes. */
export class Histogram<Name extends string = string> extends Metric<Name, HistogramChild> {
  readonly type = "histogram";
  private readonly bounds: Float64Array;

  constructor(config: HistogramConfig<Name>) {
    const bounds = Float64Array.from(boundsOf(config.buckets ?? DEFAULT_BUCKETS));
    super(config, ["le"], () => new Distribution(bounds), config.collect as (() => void | Promise<void>) | undefined);
    this.bounds = bounds;
    this.registerIn(config.registers);
  }

  /** `observe(0.3)` or `observe({ path: "/" }, 0.3)`. */
  observe(labelsOrValue: LabelValues<Name> | number, value?: number): void {
    if (typeof labelsOrValue === "object") this.children.byLabels(labelsOrValue).observe(value as number);
    else this.children.withoutLabels().observe(labelsOrValue);
  }

  /** Starts a timer; the function it returns observes the seconds that went by, under these labels and those given at the end. */
  startTimer(labels?: LabelValues<Name>): (endLabels?: LabelValues<Name>) => number {
    const elapsed = secondsSince();
    return (endLabels) => {
      const seconds = elapsed();
      this.observe({ ...labels, ...endLabels } as LabelValues<Name>, seconds);
      return seconds;
    };
  }

  /** Makes the series of these labels without an observation, or sets it to zero. */
  zero(labels: LabelValues<Name>): void {
    this.remove(labels);
    this.labels(labels);
  }

  protected currentFamily(): MetricFamily {
    const metrics: HistogramMetric[] = [];
    this.children.forEach((values, child) => {
      const { counts, sum } = child as Distribution;
      let count = 0;
      const buckets = Array.from(counts, (inBucket, i) => {
        count += inBucket;
        return { upperBound: i < this.bounds.length ? this.bounds[i] : Infinity, cumulativeCount: count };
      });
      metrics.push({ labels: this.labelsOf(values), buckets, count, sum });
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
