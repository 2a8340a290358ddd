import type { AnnotationKind, Annotations, NanNote } from "@ferula/model";
import { quoteString } from "@ferula/promql-syntax";
import { forMetric } from "./annotations.ts";
import type { TextRange } from "./plan/nodes.ts";

/** What there is to say about histograms. Texts are those of util/annotations/annotations.go. */

/** An annotation about a series: what it begins with; the metric's name follows in quotes. */
interface SeriesNote {
  readonly kind: AnnotationKind;
  readonly text: string;
}

const SERIES_NOTES = {
  mixedFloats: { kind: "warning", text: "encountered a mix of histograms and floats for metric name" },
  mixedSchemas: {
    kind: "warning",
    text: "vector contains a mix of histograms with exponential and custom buckets schemas for metric name",
  },
  notCounter: { kind: "warning", text: "this native histogram metric is not a counter:" },
  notGauge: { kind: "warning", text: "this native histogram metric is not a gauge:" },
  startOverlap: { kind: "warning", text: "sample has start time that overlaps with previous sample timestamp for metric" },
  ignoredInRange: { kind: "info", text: "ignored histograms in a range containing both floats and histograms for metric name" },
} as const satisfies Readonly<Record<string, SeriesNote>>;

/** What can be said about the samples of one series. */
export type SeriesNoteName = keyof typeof SERIES_NOTES;

/** What a histogram was made by; upstream's texts name it. */
export type HistogramOperation = "addition" | "subtraction" | "aggregation";

/** Annotates one series after another. A series has many windows, so each thing is said but once of it. */
export class SeriesNotes {
  private readonly annotations: Annotations;
  private readonly pos: TextRange;
  private metricName = "";
  private readonly said: Set<string> = new Set();

  constructor(annotations: Annotations, pos: TextRange) {
    this.annotations = annotations;
    this.pos = pos;
  }

  /** From here on, notes are about the series of this name, which may be empty. */
  about(metricName: string): void {
    this.metricName = metricName;
    this.said.clear();
  }

  /** Adds an annotation that names the metric. */
  add(name: SeriesNoteName): void {
    if (this.isSaid(name)) return;
    const { kind, text } = SERIES_NOTES[name];
    const message = `PromQL ${kind}: ${text} ${quoteString(this.metricName)}`;
    if (kind === "warning") this.annotations.addWarning(message, this.pos);
    else this.annotations.addInfo(message, this.pos);
  }

  /** The bounds of custom buckets differed. */
  boundsReconciled(operation: HistogramOperation): void {
    if (!this.isSaid(operation)) boundsReconciled(this.annotations, operation, this.pos);
  }

  /** Of the histograms that were put together, some marked a counter reset and some none. */
  resetCollision(operation: HistogramOperation): void {
    if (!this.isSaid(`reset ${operation}`)) resetCollision(this.annotations, operation, this.pos);
  }

  private isSaid(what: string): boolean {
    if (this.said.has(what)) return true;
    this.said.add(what);
    return false;
  }
}

/** The bounds of custom buckets differed; the result has those only that all have. */
export function boundsReconciled(annotations: Annotations, operation: HistogramOperation, pos: TextRange): void {
  annotations.addInfo(`PromQL info: mismatched custom buckets were reconciled during ${operation}`, pos);
}

/** Some histograms marked a counter reset and some that there was none. */
export function resetCollision(annotations: Annotations, operation: HistogramOperation, pos: TextRange): void {
  annotations.addWarning(`PromQL warning: conflicting counter resets during histogram ${operation}`, pos);
}

/** Exponential and custom buckets in one group of an aggregation. */
export function mixedSchemas(annotations: Annotations, metricName: string, pos: TextRange): void {
  annotations.addWarning(`PromQL warning: ${SERIES_NOTES.mixedSchemas.text} ${quoteString(metricName)}`, pos);
}

/** Floats and histograms in one group of an aggregation. */
export function mixedInAggregation(annotations: Annotations, pos: TextRange): void {
  annotations.addWarning("PromQL warning: encountered a mix of histograms and floats for aggregation", pos);
}

/** An aggregation that leaves histograms out. */
export function ignoredInAggregation(annotations: Annotations, aggregation: string, pos: TextRange): void {
  annotations.addInfo(`PromQL info: ignored histogram in ${aggregation} aggregation`, pos);
}

/** An operator that the two types, "float" or "histogram", don't have between them. */
export function incompatibleTypes(annotations: Annotations, left: string, op: string, right: string, pos: TextRange): void {
  annotations.addInfo(
    `PromQL info: incompatible sample types encountered for binary operator ${quoteString(op)}: ${left} ${op} ${right}`,
    pos,
  );
}

/** An operator between exponential and custom buckets. */
export function incompatibleBuckets(annotations: Annotations, op: string, pos: TextRange): void {
  annotations.addWarning(`PromQL warning: incompatible bucket layout encountered for binary operator ${op}`, pos);
}

/** Classic buckets and a native histogram under the same labels at the same time. */
export function mixedClassicAndNative(annotations: Annotations, metricName: string, pos: TextRange): void {
  annotations.addWarning(`PromQL warning: vector contains a mix of classic and native histograms${forMetric(metricName)}`, pos);
}

/** What observations of NaN did to a quantile, if anything. */
export function nanInQuantile(annotations: Annotations, { nan }: NanNote, metricName: string, pos: TextRange): void {
  if (nan === "none") return;
  const effect = nan === "result" ? "NaN" : "skewed higher";
  annotations.addInfo(`PromQL info: input to histogram_quantile has NaN observations, result is ${effect}${forMetric(metricName)}`, pos);
}

/** What observations of NaN did to a fraction, if anything. */
export function nanInFraction(annotations: Annotations, { nan }: NanNote, metricName: string, pos: TextRange): void {
  if (nan === "none") return;
  const text = "input to histogram_fraction has NaN observations, which are excluded from all fractions";
  annotations.addInfo(`PromQL info: ${text}${forMetric(metricName)}`, pos);
}
