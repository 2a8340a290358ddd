import type { MetricFamily, SummaryMetric } from "@ferula/exposition";
import { checkNumber, type MetricConfig } from "./metric.ts";
import { Observations, ObservingMetric, type ObservingChild } from "./observing-metric.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** What a summary is made from. */
export interface SummaryConfig<Name extends string> extends MetricConfig<Name> {
  /** Quantiles from 0 to 1 to tell. Default: none, only the count and the sum, as the guidelines for client libraries ask. */
  readonly percentiles?: readonly number[];
  /** How far back quantiles look, in seconds. Default: 600. */
  readonly maxAgeSeconds?: number;
  /** In how many steps old observations are dropped. Default: 5. */
  readonly ageBuckets?: number;
  /** The clock of the window. Default: `Date.now`. */
  readonly nowMs?: () => number;
  /** Runs before each scrape, with the metric as `this`. */
  readonly collect?: (this: Summary<Name>) => void | Promise<void>;
}

/** One series of a summary. */
export type SummaryChild = ObservingChild;

class Digest extends Observations {
  count = 0;
  sum = 0;
  readonly createdMs = Date.now();
  /** Only with quantiles. */
  readonly window: SlidingWindow | undefined;

  constructor(window: SlidingWindow | undefined) {
    super();
    this.window = window;
  }

  observe = (value: number): void => {
    checkNumber(value);
    this.count++;
    this.sum += value;
    this.window?.add(value);
  };
}

/** Counts and sums observations and, when asked, tells quantiles of the last minutes of this process. */
export class Summary<Name extends string = string> extends ObservingMetric<Name> {
  readonly type = "summary";
  private readonly percentiles: readonly number[];

  constructor(config: SummaryConfig<Name>) {
    const { percentiles = [], maxAgeSeconds = 600, ageBuckets = 5, nowMs = Date.now } = config;
    for (const percentile of percentiles) {
      if (!(percentile >= 0 && percentile <= 1)) throw new TypeError(`Percentile is not between 0 and 1: ${percentile}`);
    }
    if (!(maxAgeSeconds > 0)) throw new TypeError(`maxAgeSeconds is not positive: ${maxAgeSeconds}`);
    if (!Number.isInteger(ageBuckets) || ageBuckets < 1) throw new TypeError(`ageBuckets is not a positive integer: ${ageBuckets}`);
    const createWindow = (): SlidingWindow | undefined =>
      percentiles.length === 0 ? undefined : new SlidingWindow(maxAgeSeconds * 1000, ageBuckets, nowMs);
    super(config, ["quantile"], () => new Digest(createWindow()), config.collect as (() => void | Promise<void>) | undefined);
    this.percentiles = [...new Set(percentiles)].sort((a, b) => a - b);
    this.registerIn(config.registers);
  }

  protected currentFamily(): MetricFamily {
    const metrics: SummaryMetric[] = [];
    this.children.forEach((values, child) => {
      const { count, sum, createdMs, window } = child as Digest;
      const told = window?.quantiles(this.percentiles) ?? [];
      const quantiles = told.map((value, i) => ({ quantile: this.percentiles[i], value }));
      metrics.push({ labels: this.labelsOf(values), quantiles, count, sum, createdSeconds: createdMs / 1000 });
    });
    return { name: this.name, type: this.type, help: this.help, metrics };
  }
}
