import { Buffer } from "node:buffer";
import { goQuote } from "@ferula/durations";
import {
  isLegacyLabelName,
  isValidMetricName,
  METRIC_NAME,
  parseFloatText,
  type Labels,
  type MetricType,
  type NameValidation,
} from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import { scanOpenMetrics } from "../openmetrics/scan-openmetrics.ts";
import { unescaped } from "../text/sample-labels.ts";
import type { SampleLine } from "../text/sample-line.ts";
import { LabelCollector } from "./label-collector.ts";
import type { Exemplar, FamilyType, MetricFamily } from "./metric-family.ts";
import { OpenMetricsBuilder, type OpenMetricsFamily } from "./open-metrics-builder.ts";

/**
 * Reads OpenMetrics 0.0.1 or 1.0.0. Unlike a scrape it knows which samples belong together, so that a sample of a typed family needs the
 * suffix that its type wants; families may lie apart all the same. Names and units are checked as upstream does it
 * (common/expfmt/openmetrics_parse.go); info and stateset, which upstream refuses, are read.
 */
export function readOpenMetrics(bytes: Uint8Array, nameValidation: NameValidation): MetricFamily[] {
  const builder = new OpenMetricsBuilder();
  const described = (start: number, end: number): OpenMetricsFamily =>
    builder.described(validName(unescaped(bytes, start, end), nameValidation));
  scanOpenMetrics(bytes, 0, bytes.length, {
    sample: (line) => addSample(builder, bytes, line, nameValidation),
    type: (_start, _end, nameStart, nameEnd, type) => setOnce(described(nameStart, nameEnd), "type", familyTypeOf(type)),
    help: (_start, _end, nameStart, nameEnd, helpStart, helpEnd) =>
      setOnce(described(nameStart, nameEnd), "help", unescaped(bytes, helpStart, helpEnd)),
    unit: (_start, _end, nameStart, nameEnd, unitStart, unitEnd) =>
      setUnit(described(nameStart, nameEnd), unescaped(bytes, unitStart, unitEnd)),
    comment: () => {},
  });
  return builder.finished();
}

/** Of the types that OpenMetrics names, only the unknown one has another name here. */
function familyTypeOf(type: MetricType): FamilyType {
  return type === "unknown" ? "untyped" : type;
}

function setOnce<Key extends "type" | "help" | "unit">(
  family: OpenMetricsFamily,
  key: Key,
  value: NonNullable<OpenMetricsFamily[Key]>,
): void {
  if (family[key] !== undefined) throw new ExpositionError(0, `second ${key.toUpperCase()} line for metric name ${goQuote(family.name)}`);
  family[key] = value;
}

function setUnit(family: OpenMetricsFamily, unit: string): void {
  if (unit === "") return;
  if (!family.name.endsWith(`_${unit}`)) {
    throw new ExpositionError(0, `unit ${goQuote(unit)} not a suffix of metric ${goQuote(family.name)}`);
  }
  setOnce(family, "unit", unit);
}

function addSample(builder: OpenMetricsBuilder, bytes: Uint8Array, line: SampleLine, nameValidation: NameValidation): void {
  const name = validName(unescaped(bytes, line.nameStart, line.nameEnd), nameValidation);
  builder.add({
    name,
    labels: labelsOf(bytes, name, line.labelRanges, line.labelCount, nameValidation),
    value: line.value,
    timestampMs: line.hasTimestamp ? timestampMsOf(bytes, line) : undefined,
    exemplar: line.hasExemplar ? exemplarOf(bytes, name, line, nameValidation) : undefined,
  });
}

function validName(name: string, nameValidation: NameValidation): string {
  if (!isValidMetricName(name, nameValidation)) throw new ExpositionError(0, `invalid metric name ${goQuote(name)}`);
  return name;
}

function labelsOf(bytes: Uint8Array, metricName: string, ranges: Uint32Array, count: number, nameValidation: NameValidation): Labels {
  const labels = new LabelCollector();
  for (let i = 0; i < 4 * count; i += 4) {
    const label = unescaped(bytes, ranges[i], ranges[i + 1]);
    if (label === METRIC_NAME) throw new ExpositionError(0, `label name ${goQuote(METRIC_NAME)} is reserved`);
    if (nameValidation === "legacy" && !isLegacyLabelName(label)) throw new ExpositionError(0, `invalid label name ${goQuote(label)}`);
    if (labels.has(label)) throw new ExpositionError(0, `duplicate label ${goQuote(label)} for metric ${goQuote(metricName)}`);
    labels.add(label, unescaped(bytes, ranges[i + 2], ranges[i + 3]));
  }
  return labels.sorted();
}

/** Rounded: the scanner's milliseconds are cut off, as upstream's server does it, so that a time would not survive being written. */
function timestampMsOf(bytes: Uint8Array, line: SampleLine): number {
  const [text = ""] = latin1(bytes, line.valueEnd, line.end).trim().split(" ");
  return Math.round((parseFloatText(text) ?? line.timestampMs / 1000) * 1000) || 0;
}

function exemplarOf(bytes: Uint8Array, name: string, line: SampleLine, nameValidation: NameValidation): Exemplar {
  const labels = labelsOf(bytes, name, line.exemplarLabelRanges, line.exemplarLabelCount, nameValidation);
  const exemplar = { labels, value: line.exemplarValue };
  if (!line.hasExemplarTimestamp) return exemplar;
  const text = latin1(bytes, line.seriesEnd, line.end).trimEnd();
  const timestampSeconds = parseFloatText(text.slice(text.lastIndexOf(" ") + 1)) ?? line.exemplarTimestampMs / 1000;
  return { ...exemplar, timestampSeconds };
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
