import { goQuote } from "@ferula/durations";
import type { Labels } from "@ferula/model";
import { parseValueText } from "../text/parse-value.ts";
import type { Bucket, FamilyType, HistogramMetric, MetricFamily, Quantile, ScalarMetric, SummaryMetric } from "./metric-family.ts";

/** A sample as a line gives it. The labels are sorted and without the metric's name, but with `le` and `quantile`. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number | undefined;
}

/** A family that is still being read; `type` is unset until a TYPE line or the first sample. */
export interface OpenFamily {
  readonly name: string;
  type: FamilyType | undefined;
  help: string | undefined;
  readonly scalars: ScalarMetric[];
  /** By label set: the lines of one histogram or summary may lie apart. */
  readonly composites: Map<string, Composite>;
}

interface Composite {
  readonly labels: Labels;
  readonly buckets: Bucket[];
  readonly quantiles: Quantile[];
  count: number;
  sum: number;
  timestampMs: number | undefined;
}

type Part = "count" | "sum" | "other";

/** The reason why a sample does not fit its family. */
export class SampleRefused extends Error {}

/** Gathers lines into families: which family a name belongs to, and which histogram or summary a line is a part of. */
export class FamilyBuilder {
  private readonly families = new Map<string, OpenFamily>();

  /** The family that a line with this name belongs to, made when it is new: `x_count` may be a part of the histogram or summary `x`. */
  family(name: string): OpenFamily {
    return this.families.get(name) ?? this.compositeOf(name) ?? this.open(name);
  }

  /** Adds a sample to `family`. Throws SampleRefused. */
  add(family: OpenFamily, sample: ParsedSample): void {
    family.type ??= "untyped";
    switch (family.type) {
      case "summary":
        addSummaryLine(family, sample);
        return;
      case "histogram":
      case "gaugehistogram":
        addHistogramLine(family, sample);
        return;
      default:
        family.scalars.push({ labels: sample.labels, value: sample.value, ...timestamp(sample.timestampMs) });
    }
  }

  /** What was read, in order of first appearance, without families that got no sample. */
  finished(): MetricFamily[] {
    return [...this.families.values()].map(close).filter((family) => family.metrics.length > 0);
  }

  private compositeOf(name: string): OpenFamily | undefined {
    const suffix = /_(?:count|sum|bucket)$/.exec(name)?.[0];
    if (suffix === undefined || suffix.length === name.length) return undefined;
    const family = this.families.get(name.slice(0, -suffix.length));
    if (family?.type === "histogram" || family?.type === "gaugehistogram") return family;
    return family?.type === "summary" && suffix !== "_bucket" ? family : undefined;
  }

  private open(name: string): OpenFamily {
    const family: OpenFamily = { name, type: undefined, help: undefined, scalars: [], composites: new Map() };
    this.families.set(name, family);
    return family;
  }
}

function addSummaryLine(family: OpenFamily, sample: ParsedSample): void {
  const part = partOf(family, sample);
  const [labels, quantileText] = withoutLabel(sample.labels, "quantile");
  const quantile = quantileText === undefined ? NaN : boundOf("quantile", quantileText);
  const summary = compositeFor(family, labels, sample);
  if (part === "count") {
    if (!(sample.value >= 0)) throw new SampleRefused(`negative count for summary ${goQuote(family.name)}`);
    summary.count = Math.trunc(sample.value);
  } else if (part === "sum") summary.sum = sample.value;
  else if (!Number.isNaN(quantile)) summary.quantiles.push({ quantile, value: sample.value });
}

function addHistogramLine(family: OpenFamily, sample: ParsedSample): void {
  const part = partOf(family, sample);
  const [labels, boundText] = withoutLabel(sample.labels, "le");
  const upperBound = boundText === undefined ? NaN : boundOf("le", boundText);
  const histogram = compositeFor(family, labels, sample);
  if (part === "count") {
    if (sample.value < 0) throw new SampleRefused(`negative count for histogram ${goQuote(family.name)}`);
    histogram.count = sample.value;
  } else if (part === "sum") histogram.sum = sample.value;
  else if (!Number.isNaN(upperBound)) {
    if (sample.value < 0) throw new SampleRefused(`negative bucket population for histogram ${goQuote(family.name)}`);
    histogram.buckets.push({ upperBound, cumulativeCount: sample.value });
  }
}

/** What a line tells of its composite. A family may itself be named `x_count`: then only a longer name is a part of it. */
function partOf(family: OpenFamily, sample: ParsedSample): Part {
  if (sample.name === family.name) return "other";
  return sample.name.endsWith("_count") ? "count" : sample.name.endsWith("_sum") ? "sum" : "other";
}

function boundOf(label: "le" | "quantile", text: string): number {
  const bound = parseValueText(text);
  if (bound === undefined) throw new SampleRefused(`expected float as value for '${label}' label, got ${goQuote(text)}`);
  return bound;
}

function compositeFor(family: OpenFamily, labels: Labels, sample: ParsedSample): Composite {
  // Pushed labels may have empty values, which keys of label sets leave out.
  const key = JSON.stringify(labels);
  let composite = family.composites.get(key);
  if (composite === undefined) {
    composite = { labels, buckets: [], quantiles: [], count: 0, sum: 0, timestampMs: undefined };
    family.composites.set(key, composite);
  }
  composite.timestampMs = sample.timestampMs ?? composite.timestampMs;
  return composite;
}

function withoutLabel(labels: Labels, name: string): [Labels, string | undefined] {
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === name) return [[...labels.slice(0, i), ...labels.slice(i + 2)], labels[i + 1]];
  }
  return [labels, undefined];
}

function close({ name, type, help, scalars, composites }: OpenFamily): MetricFamily {
  const head = { name, ...(help === undefined ? {} : { help }) };
  switch (type) {
    case "histogram":
    case "gaugehistogram":
      return { ...head, type, metrics: [...composites.values()].map(closeHistogram) };
    case "summary":
      return { ...head, type, metrics: [...composites.values()].map(closeSummary) };
    default:
      return { ...head, type: type ?? "untyped", metrics: scalars };
  }
}

function closeHistogram({ labels, buckets, count, sum, timestampMs }: Composite): HistogramMetric {
  return { labels, buckets, count, sum, ...timestamp(timestampMs) };
}

function closeSummary({ labels, quantiles, count, sum, timestampMs }: Composite): SummaryMetric {
  return { labels, quantiles, count, sum, ...timestamp(timestampMs) };
}

function timestamp(timestampMs: number | undefined): { timestampMs?: number } {
  return timestampMs === undefined ? {} : { timestampMs };
}
