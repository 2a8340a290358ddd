import type { MetricFamily, ScalarMetric } from "@ferula/exposition";
import type { LabelValues } from "./label-values.ts";
import { Metric, type MetricConfig } from "./metric.ts";
import { secondsSince } from "./seconds-since.ts";

/** One series of a gauge. */
export interface GaugeChild {
  /** NaN and infinities may be set. Throws when it is no number. */
  readonly set: (value: number) => void;
  /** Adds `value`, 1 when absent. Throws when it is no number. */
  readonly inc: (value?: number) => void;
  /** Takes `value`, 1 when absent. Throws when it is no number. */
  readonly dec: (value?: number) => void;
  /** Sets the time in seconds since the epoch. */
  readonly setToCurrentTime: () => void;
  /** Starts a timer; the function it returns sets the seconds that went by, and returns them. */
  readonly startTimer: () => () => number;
}

class Level implements GaugeChild {
  value = 0;

  set = (value: number): void => {
    if (typeof value !== "number") throw new TypeError(`Value is not a valid number: ${String(value)}`);
    this.value = value;
  };

  inc = (value: number = 1): void => this.set(this.value + checked(value));

  dec = (value: number = 1): void => this.set(this.value - checked(value));

  setToCurrentTime = (): void => this.set(Date.now() / 1000);

  startTimer = (): (() => number) => {
    const elapsed = secondsSince();
    return () => {
      this.set(elapsed());
      return this.value;
    };
  };
}

/** A value that goes up and down. */
export class Gauge<Name extends string = string> extends Metric<Name, GaugeChild> {
  readonly type = "gauge";

  constructor(config: MetricConfig<Name> & { readonly collect?: (this: Gauge<Name>) => void | Promise<void> }) {
    super(config, [], () => new Level(), config.collect as (() => void | Promise<void>) | undefined);
    this.registerIn(config.registers);
  }

  /** `set(5)` or `set({ room: "a" }, 5)`. */
  set(labelsOrValue: LabelValues<Name> | number, value?: number): void {
    if (typeof labelsOrValue === "object") this.children.byLabels(labelsOrValue).set(value as number);
    else this.children.withoutLabels().set(labelsOrValue);
  }

  /** `inc()`, `inc(2)`, `inc({ room: "a" })` or `inc({ room: "a" }, 2)`. */
  inc(labelsOrValue: LabelValues<Name> | number = 1, value: number = 1): void {
    if (typeof labelsOrValue === "object") this.children.byLabels(labelsOrValue).inc(value);
    else this.children.withoutLabels().inc(labelsOrValue);
  }

  /** As `inc`, down. */
  dec(labelsOrValue: LabelValues<Name> | number = 1, value: number = 1): void {
    if (typeof labelsOrValue === "object") this.children.byLabels(labelsOrValue).dec(value);
    else this.children.withoutLabels().dec(labelsOrValue);
  }

  /** Sets the time in seconds since the epoch, of the series of these labels or of the metric without any. */
  setToCurrentTime(labels?: LabelValues<Name>): void {
    const child = labels === undefined ? this.children.withoutLabels() : this.children.byLabels(labels);
    child.setToCurrentTime();
  }

  /** Starts a timer; the function it returns sets the seconds that went by, under these labels and those given at the end. */
  startTimer(labels?: LabelValues<Name>): (endLabels?: LabelValues<Name>) => number {
    const elapsed = secondsSince();
    return (endLabels) => {
      const seconds = elapsed();
      this.set({ ...labels, ...endLabels } as LabelValues<Name>, seconds);
      return seconds;
    };
  }

  protected currentFamily(): MetricFamily {
    const metrics: ScalarMetric[] = [];
    this.children.forEach((values, child) => metrics.push({ labels: this.labelsOf(values), value: (child as Level).value }));
    return { name: this.name, type: this.type, help: this.help, metrics };
  }
}

function checked(value: number): number {
  if (typeof value !== "number") throw new TypeError(`Value is not a valid number: ${String(value)}`);
  return value;
}
