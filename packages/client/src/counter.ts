import type { MetricFamily, ScalarMetric } from "@ferula/exposition";
import type { LabelValues } from "./label-values.ts";
import { checkNumber, Metric, type MetricConfig } from "./metric.ts";

/** One series of a counter. */
export interface CounterChild {
  /** Adds `value`, 1 when absent. Throws when it is negative or no number. */
  readonly inc: (value?: number) => void;
}

class Count implements CounterChild {
  value = 0;
  readonly createdMs = Date.now();

  inc = (value: number = 1): void => {
    checkNumber(value);
    if (value < 0) throw new Error("It is not possible to decrease a counter");
    this.value += value;
  };
}

/** Counts events: it only goes up, and starts at 0 again with the process. */
export class Counter<Name extends string = string> extends Metric<Name, CounterChild> {
  readonly type = "counter";

  constructor(config: MetricConfig<Name> & { readonly collect?: (this: Counter<Name>) => void | Promise<void> }) {
    super(config, [], () => new Count(), config.collect as (() => void | Promise<void>) | undefined);
    this.registerIn(config.registers);
  }

  /** `inc()`, `inc(2)`, `inc({ code: "200" })` or `inc({ code: "200" }, 2)`. */
  inc(labelsOrValue: LabelValues<Name> | number = 1, value: number = 1): void {
    if (typeof labelsOrValue === "object") this.children.byLabels(labelsOrValue).inc(value);
    else this.children.withoutLabels().inc(labelsOrValue);
  }

  protected currentFamily(): MetricFamily {
    const metrics: ScalarMetric[] = [];
    this.children.forEach((values, child) => {
      const { value, createdMs } = child as Count;
      metrics.push({ labels: this.labelsOf(values), value, createdSeconds: createdMs / 1000 });
    });
    return { name: this.name, type: this.type, help: this.help, metrics };
  }
}
