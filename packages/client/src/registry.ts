import { Buffer } from "node:buffer";
import {
  negotiate,
  TEXT_CONTENT_TYPE,
  writeFamilies,
  writeOpenMetrics,
  writeText,
  type MetricFamily,
  type NegotiateOptions,
  type WriteTextOptions,
} from "@ferula/exposition";
import { compareUtf8, isLegacyLabelName, type Labels } from "@ferula/model";
import type { Metric, MetricJson } from "./metric.ts";

/** The content type of `metrics`: that of the text format 0.0.4. `expose` has others. */
export const prometheusContentType: string = TEXT_CONTENT_TYPE;

/** The other content type that `setContentType` takes. */
export const openMetricsContentType: string = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Settings of a registry. */
export interface RegistryOptions {
  /**
   * Told when a metric's `collect` hook fails; the metric is then left out and the others are exposed. Without it the first failure
   * rejects the whole scrape, after every hook has ended.
   */
  readonly onCollectError?: (error: unknown, metricName: string) => void;
}

/** What `expose` is to write. */
export interface ExposeOptions extends NegotiateOptions {
  /** Only families of these names. Default: all. */
  readonly names?: readonly string[];
}

/** An exposition, to be sent as it is. */
export interface Exposition {
  readonly contentType: string;
  readonly body: Uint8Array;
}

type AnyMetric = Metric<string, unknown>;

/** A set of metrics that are exposed together. Their names are unique, the names of histograms' and summaries' lines included. */
export class Registry {
  private writtenType: string = prometheusContentType;
  private readonly metricsByName = new Map<string, AnyMetric>();
  private readonly onCollectError: RegistryOptions["onCollectError"];
  private defaultLabels: readonly (readonly [name: string, value: string])[] = [];

  constructor(options: RegistryOptions = {}) {
    this.onCollectError = options.onCollectError;
  }

  /** The content type of `metrics`. */
  get contentType(): string {
    return this.writtenType;
  }

  /** Adds a metric. Throws when its name, or a name that its lines use, is taken by another one; the same metric again is nothing. */
  registerMetric(metric: Metric<never, never> | AnyMetric): void {
    const added = metric as AnyMetric;
    const known = this.metricsByName.get(added.name);
    if (known === added) return;
    if (known !== undefined) throw new Error(`A metric with the name ${added.name} has already been registered.`);
    for (const other of this.metricsByName.values()) {
      const [composite, plain] = lineSuffixes(added).some((suffix) => added.name + suffix === other.name) ? [added, other] : [other, added];
      if (lineSuffixes(composite).some((suffix) => composite.name + suffix === plain.name)) {
        throw new Error(
          `A metric with the name ${added.name} collides with ${other.name}: ${composite.type} ${composite.name} has lines named ${plain.name}.`,
        );
      }
    }
    this.metricsByName.set(added.name, added);
  }

  /** Runs every `collect` hook, concurrently, and gives all metrics as families, the registry's default labels added. */
  async collect(): Promise<MetricFamily[]> {
    const metrics = [...this.metricsByName.values()];
    const outcomes = await Promise.allSettled(metrics.map((metric) => metric.family()));
    const families: MetricFamily[] = [];
    outcomes.forEach((outcome, i) => {
      if (outcome.status === "fulfilled") families.push(this.withDefaultLabels(outcome.value));
      else if (this.onCollectError === undefined) throw outcome.reason;
      else this.onCollectError(outcome.reason, metrics[i].name);
    });
    return families;
  }

  /** The exposition in the format of `contentType`; families sorted by name, samples by label values. */
  async metrics(): Promise<string> {
    return this.textOf(await this.collect());
  }

  /** The exposition as text, as the bytes to send. */
  async metricsBytes(options: WriteTextOptions = {}): Promise<Uint8Array> {
    return writeText(await this.collect(), options);
  }

  /** The exposition in the format that a scraper's Accept header asks for. */
  async expose(accept: string, { names = [], ...offer }: ExposeOptions = {}): Promise<Exposition> {
    const families = await this.collect();
    const wanted = names.length === 0 ? families : families.filter(({ name }) => names.includes(name));
    const negotiated = negotiate(accept, offer);
    return { contentType: negotiated.contentType, body: writeFamilies(wanted, negotiated) };
  }

  /** Every metric as prom-client's JSON, after its `collect` hook; rejects when one fails. */
  async getMetricsAsJSON(): Promise<MetricJson[]> {
    return Promise.all(this.getMetricsAsArray().map((metric) => metric.get()));
  }

  /** The metrics themselves, in the order in which they were registered. */
  getMetricsAsArray(): AnyMetric[] {
    return [...this.metricsByName.values()];
  }

  /** One metric's exposition. Its `collect` hook runs. */
  async getMetricsAsString(metric: AnyMetric): Promise<string> {
    return this.textOf([this.withDefaultLabels(await metric.family())]);
  }

  /** The metric of this name; undefined when none is registered. */
  getSingleMetric(name: string): AnyMetric | undefined {
    return this.metricsByName.get(name);
  }

  /** As `getMetricsAsString`, by name. Throws when there is no such metric. */
  async getSingleMetricAsString(name: string): Promise<string> {
    const metric = this.metricsByName.get(name);
    if (metric === undefined) throw new Error(`cannot print metric ${JSON.stringify(name)}: it is not registered`);
    return this.getMetricsAsString(metric);
  }

  /** Forgets the metric of this name; does nothing when none is registered. */
  removeSingleMetric(name: string): void {
    this.metricsByName.delete(name);
  }

  /** Forgets all metrics and the default labels. */
  clear(): void {
    this.metricsByName.clear();
    this.defaultLabels = [];
  }

  /** Resets every metric; they stay registered. */
  resetMetrics(): void {
    for (const metric of this.metricsByName.values()) metric.reset();
  }

  /** Labels that every series gets, unless it has a label of that name itself. */
  setDefaultLabels(labels: Readonly<Record<string, string | number>>): void {
    const pairs = Object.entries(labels).map(([name, value]) => [name, String(value)] as const);
    for (const [name] of pairs) if (!isLegacyLabelName(name)) throw new Error(`Invalid label name: ${name}`);
    this.defaultLabels = pairs.filter(([, value]) => value !== "");
  }

  /** Sets what `metrics` is: `prometheusContentType` or `openMetricsContentType`. Throws for another one. */
  setContentType(contentType: string): void {
    if (contentType !== prometheusContentType && contentType !== openMetricsContentType) {
      throw new TypeError(`Content type ${contentType} is unsupported`);
    }
    this.writtenType = contentType;
  }

  /** A new registry with the metrics of all of `registries`. Throws when a name stands in two of them. */
  static merge(registries: readonly Registry[]): Registry {
    const merged = new Registry();
    for (const registry of registries) for (const metric of registry.metricsByName.values()) merged.registerMetric(metric);
    return merged;
  }

  private textOf(families: readonly MetricFamily[]): string {
    const bytes = this.writtenType === openMetricsContentType ? writeOpenMetrics(families) : writeText(families);
    return Buffer.from(bytes).toString("utf8");
  }

  private withDefaultLabels(family: MetricFamily): MetricFamily {
    if (this.defaultLabels.length === 0) return family;
    const metrics = family.metrics.map((metric) => ({ ...metric, labels: mergedLabels(metric.labels, this.defaultLabels) }));
    // The metrics keep their shape, which the compiler can't see across the union.
    return { ...family, metrics } as MetricFamily;
  }
}

/** Where metrics are registered that name no registry. */
export const register: Registry = new Registry();

function lineSuffixes({ type }: AnyMetric): readonly string[] {
  switch (type) {
    case "histogram":
    case "gaugehistogram":
      return ["_bucket", "_sum", "_count"];
    case "summary":
      return ["_sum", "_count"];
    default:
      return [];
  }
}

function mergedLabels(labels: Labels, defaults: readonly (readonly [string, string])[]): Labels {
  const merged = new Map(defaults);
  for (let i = 0; i < labels.length; i += 2) merged.set(labels[i], labels[i + 1]);
  return [...merged].sort((a, b) => compareUtf8(a[0], b[0])).flat();
}
