import type { LabelValues } from "./label-values.ts";
import { Metric } from "./metric.ts";
import { secondsSince } from "./seconds-since.ts";

/** One series of a histogram or a summary. */
export interface ObservingChild {
  /** Counts a value; a histogram counts Infinity above all bounds. Throws when it is no number. */
  readonly observe: (value: number) => void;
  /** Starts a timer; the function it returns observes the seconds that went by, and returns them. */
  readonly startTimer: () => () => number;
}

/** The timer of a child. */
export abstract class Observations implements ObservingChild {
  abstract readonly observe: (value: number) => void;

  startTimer = (): (() => number) => {
    const elapsed = secondsSince();
    return () => {
      const seconds = elapsed();
      this.observe(seconds);
      return seconds;
    };
  };
}

/** How histograms and summaries are used: what they make of the observations is theirs. */
export abstract class ObservingMetric<Name extends string> extends Metric<Name, ObservingChild> {
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
}
