import { compareUtf8, isLegacyLabelName, isLegacyMetricName, type Labels } from "@ferula/model";
import type { FamilyType, MetricFamily } from "@ferula/exposition";
import { Children, type LabelValues } from "./label-values.ts";
import { register, type Registry } from "./registry.ts";

/** What every metric is made from. */
export interface MetricConfig<Name extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly Name[];
  /** Where the metric is registered; an empty list is nowhere. Default: the global registry. */
  readonly registers?: readonly Registry[];
  /** How workers' values are put together; only kept for `getMetricsAsJSON`. Default: "sum". */
  readonly aggregator?: string;
}

/** A metric as prom-client's JSON: histograms and summaries have one value a line of the exposition. */
export interface MetricJson {
  readonly name: string;
  readonly help: string;
  readonly type: FamilyType;
  readonly aggregator: string;
  readonly values: readonly MetricJsonValue[];
}

/** One line of the exposition. */
export interface MetricJsonValue {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** The line's name where it is not the metric's: with `_bucket`, `_sum` or `_count`. */
  readonly metricName?: string;
}

/** What counters, gauges, histograms and summaries have in common: a name, labels, children, and a hook that runs before each scrape. */
export abstract class Metric<Name extends string, Child> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Name[];
  readonly aggregator: string;
  abstract readonly type: FamilyType;
  protected readonly children: Children<Name, Child>;
  private readonly order: readonly number[];
  private readonly hook: (() => void | Promise<void>) | undefined;

  protected constructor(
    config: MetricConfig<Name>,
    reservedLabels: readonly string[],
    createChild: () => Child,
    collect: (() => void | Promise<void>) | undefined,
  ) {
    const { name, help, labelNames = [], aggregator = "sum" } = config;
    if (!help) throw new Error("Missing mandatory help parameter");
    if (!name) throw new Error("Missing mandatory name parameter");
    if (!isLegacyMetricName(name)) throw new Error(`Invalid metric name: ${name}`);
    for (const label of labelNames) {
      if (!isLegacyLabelName(label) || label.startsWith("__")) throw new Error(`Invalid label name: ${label}`);
      if (reservedLabels.includes(label)) throw new Error(`${label} is a reserved label keyword`);
    }
    if (new Set(labelNames).size !== labelNames.length) throw new Error(`Label names are not unique: ${labelNames.join(", ")}`);
    this.name = name;
    this.help = help;
    this.labelNames = [...labelNames];
    this.aggregator = aggregator;
    this.children = new Children(this.labelNames, createChild);
    this.order = labelNames.map((_, i) => i).sort((a, b) => compareUtf8(labelNames[a], labelNames[b]));
    this.hook = collect;
  }

  /**
   * The child of these label values, by position or by name; made at zero when it is new. Keep it where the same labels are observed
   * often: observing through a child looks nothing up and allocates nothing. After `remove` or `reset` a kept child is exposed no more.
   */
  labels(...values: (string | number | undefined)[] | [LabelValues<Name>]): Child {
    return isLabelObject(values) ? this.children.byLabels(values[0]) : this.children.byValues(values as string[]);
  }

  /** Forgets one series, by the same arguments as `labels`. */
  remove(...values: (string | number | undefined)[] | [LabelValues<Name>]): void {
    this.children.remove(isLabelObject(values) ? this.children.valuesOf(values[0]) : (values as string[]));
  }

  /** Forgets every series; a metric without labels is at zero again. */
  reset(): void {
    this.children.clear();
  }

  /** Runs the `collect` hook, then gives the metric as it stands. */
  async family(): Promise<MetricFamily> {
    await this.hook?.();
    return this.currentFamily();
  }

  /** The metric as prom-client's JSON, after its `collect` hook. */
  async get(): Promise<MetricJson> {
    const family = await this.family();
    return { name: this.name, help: this.help, type: family.type, aggregator: this.aggregator, values: jsonValues(family) };
  }

  /** The metric without running its hook. */
  protected abstract currentFamily(): MetricFamily;

  /** A child's labels as an exposition has them: sorted, without empty values. */
  protected labelsOf(values: readonly string[]): Labels {
    const labels: string[] = [];
    for (const i of this.order) if (values[i] !== "") labels.push(this.labelNames[i], values[i]);
    return labels;
  }

  /** Called by each subclass's constructor when all of it is set. */
  protected registerIn(registers: readonly Registry[] = [register]): void {
    for (const registry of registers) registry.registerMetric(this);
  }
}

function isLabelObject<Name extends string>(values: readonly unknown[]): values is [LabelValues<Name>] {
  return values.length === 1 && typeof values[0] === "object" && values[0] !== null;
}

/** Throws prom-client's error when a value is not a number, NaN included. */
export function checkNumber(value: number): void {
  if (typeof value !== "number" || Number.isNaN(value)) throw new TypeError(`Value is not a valid number: ${value}`);
}

function jsonValues(family: MetricFamily): MetricJsonValue[] {
  switch (family.type) {
    case "summary":
      return family.metrics.flatMap(({ labels, quantiles, count, sum }) => [
        ...quantiles.map(({ quantile, value }) => ({ labels: { ...jsonLabels(labels), quantile }, value })),
        { labels: jsonLabels(labels), value: sum, metricName: `${family.name}_sum` },
        { labels: jsonLabels(labels), value: count, metricName: `${family.name}_count` },
      ]);
    case "histogram":
    case "gaugehistogram":
      return family.metrics.flatMap(({ labels, buckets, count, sum }) => [
        ...buckets.map(({ upperBound, cumulativeCount }) => ({
          labels: { ...jsonLabels(labels), le: upperBound === Infinity ? "+Inf" : upperBound },
          value: cumulativeCount,
          metricName: `${family.name}_bucket`,
        })),
        { labels: jsonLabels(labels), value: sum, metricName: `${family.name}_sum` },
        { labels: jsonLabels(labels), value: count, metricName: `${family.name}_count` },
      ]);
    default:
      return family.metrics.map(({ labels, value }) => ({ labels: jsonLabels(labels), value }));
  }
}

function jsonLabels(labels: Labels): Record<string, string> {
  const json: Record<string, string> = {};
  for (let i = 0; i < labels.length; i += 2) json[labels[i]] = labels[i + 1];
  return json;
}
