import { formatFloat, isValidLabelName, type Labels } from "@ferula/model";
import { goQuote } from "@ferula/durations";
import type { FamilyType, MetricFamily } from "./metric-family.ts";
import { sortFamilies } from "./sort-families.ts";

/** What gathering yields: the families that are sound, sorted, and a message for each thing that is not. */
export interface Gathered {
  readonly families: readonly MetricFamily[];
  readonly errors: readonly string[];
}

type Metric = MetricFamily["metrics"][number];

interface Merged {
  readonly head: MetricFamily;
  readonly metrics: Metric[];
}

/**
 * Puts families from several sources together as upstream's Gatherers do: families of one name are merged when their types and helps
 * agree. A family that clashes and a metric that stands twice or has bad labels are left out, with a message each; the first one in
 * wins. Whether errors fail the scrape is the caller's to say.
 */
export function gatherFamilies(sources: readonly (readonly MetricFamily[])[]): Gathered {
  const merged = new Map<string, Merged>();
  const seen = new Set<string>();
  const errors: string[] = [];
  for (const family of sources.flat()) {
    const target = merged.get(family.name) ?? { head: family, metrics: [] };
    const clash = target.head === family ? suffixCollision(family, merged) : familyClash(target.head, family);
    if (clash !== undefined) {
      errors.push(clash);
      continue;
    }
    merged.set(family.name, target);
    for (const metric of family.metrics) {
      const problem = metricProblem(family, metric, seen);
      if (problem === undefined) target.metrics.push(metric);
      else errors.push(`collected metric ${goQuote(family.name)} { ${describeMetric(family, metric)}} ${problem}`);
    }
  }
  return { families: sortFamilies(Array.from(merged.values(), close)), errors };
}

/** The metrics are of the shape that the head's type says: families only merge when their types agree. */
function close({ head, metrics }: Merged): MetricFamily {
  return { ...head, metrics } as MetricFamily;
}

/** The messages of `gatherFamilies` for families of one source: none when they can be exposed together. */
export function checkConsistency(families: readonly MetricFamily[]): readonly string[] {
  return gatherFamilies([families]).errors;
}

/** Errors as upstream prints them in the body of a failed scrape: one as it is, several as a list. */
export function formatGatherErrors(errors: readonly string[]): string {
  if (errors.length === 1) return errors[0];
  return `${errors.length} error(s) occurred:${errors.map((error) => `\n* ${error}`).join("")}`;
}

function familyClash(first: MetricFamily, next: MetricFamily): string | undefined {
  const firstHelp = first.help ?? "";
  const nextHelp = next.help ?? "";
  if (firstHelp !== nextHelp) {
    return `gathered metric family ${next.name} has help ${goQuote(nextHelp)} but should have ${goQuote(firstHelp)}`;
  }
  if (first.type === next.type) return undefined;
  return `gathered metric family ${next.name} has type ${typeName(next.type)} but should have ${typeName(first.type)}`;
}

/** A histogram or summary `x` also owns the names `x_count` and `x_sum`, a histogram `x_bucket`. */
function suffixCollision({ name, type }: MetricFamily, merged: ReadonlyMap<string, Merged>): string | undefined {
  const suffix = /_(?:count|sum|bucket)$/.exec(name)?.[0];
  const owner = suffix === undefined ? undefined : merged.get(name.slice(0, -suffix.length))?.head;
  if (owner?.type === "histogram" || (owner?.type === "summary" && suffix !== "_bucket")) {
    return `collected metric named ${goQuote(name)} collides with previously collected ${owner.type} named ${goQuote(owner.name)}`;
  }
  if (type !== "histogram" && type !== "summary") return undefined;
  for (const part of ["_count", "_sum", ...(type === "histogram" ? ["_bucket"] : [])]) {
    if (!merged.has(name + part)) continue;
    const kind = part === "_bucket" ? "histogram" : "histogram or summary";
    return `collected ${kind} named ${goQuote(name)} collides with previously collected metric named ${goQuote(name + part)}`;
  }
  return undefined;
}

function metricProblem({ name, type }: MetricFamily, { labels, timestampMs }: Metric, seen: Set<string>): string | undefined {
  for (let i = 0; i < labels.length; i += 2) {
    if (i > 0 && labels[i] === labels[i - 2]) return `has two or more labels with the same name: ${labels[i]}`;
    if (!isValidLabelName(labels[i]) || labels[i].startsWith("__")) return `has a label with an invalid name: ${labels[i]}`;
    if (type === "summary" && labels[i] === "quantile") return 'must not have an explicit "quantile" label';
  }
  const key = JSON.stringify([name, labels, timestampMs]);
  if (seen.has(key)) return "was collected before with the same name and label values";
  seen.add(key);
  return undefined;
}

function typeName(type: FamilyType): string {
  return type === "gaugehistogram" ? "GAUGE_HISTOGRAM" : type.toUpperCase();
}

/** The metric in the text form of its protobuf message, which upstream's messages quote. */
function describeMetric(family: MetricFamily, metric: Metric): string {
  const parts = [describeLabels(metric.labels), describeValue(family, metric)];
  if (metric.timestampMs !== undefined) parts.push(`timestamp_ms:${metric.timestampMs}`);
  return parts.filter((part) => part !== "").join(" ");
}

function describeLabels(labels: Labels): string {
  const parts: string[] = [];
  for (let i = 0; i < labels.length; i += 2) parts.push(`label:{name:${goQuote(labels[i])} value:${goQuote(labels[i + 1])}}`);
  return parts.join(" ");
}

function describeValue(family: MetricFamily, metric: Metric): string {
  if ("value" in metric) return `${family.type}:{value:${formatFloat(metric.value)}}`;
  const totals = `sample_count:${formatFloat(metric.count)} sample_sum:${formatFloat(metric.sum)}`;
  if ("quantiles" in metric) {
    const quantiles = metric.quantiles.map(
      ({ quantile, value }) => `quantile:{quantile:${formatFloat(quantile)} value:${formatFloat(value)}}`,
    );
    return `summary:{${[totals, ...quantiles].join(" ")}}`;
  }
  const buckets = metric.buckets.map(
    ({ upperBound, cumulativeCount }) => `bucket:{cumulative_count:${formatFloat(cumulativeCount)} upper_bound:${formatFloat(upperBound)}}`,
  );
  return `histogram:{${[totals, ...buckets].join(" ")}}`;
}
