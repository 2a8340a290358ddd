import { formatRfc3339 } from "@ferula/durations";
import type { HistogramMetric, MetricFamily, SummaryMetric } from "@ferula/exposition";
import { formatFloat, type Labels } from "@ferula/model";
import { isLastPushSuccessful, type Group, type StoredFamily } from "../store/group.ts";

/** JSON objects whose keys are the user's: without a prototype, so that a metric may be called `__proto__`. */
type JsonObject = Record<string, unknown>;

/** A group as `/api/v1/metrics` shows it: its labels, and a key for each family. Keys are sorted, as Go prints maps. */
export function groupJson(group: Group): JsonObject {
  const members = new Map<string, unknown>();
  for (const [name, stored] of group.families) members.set(name, familyJson(stored));
  // A family of one of these names gives way, as in upstream.
  members.set("labels", labelsJson(group.labels));
  members.set("last_push_successful", isLastPushSuccessful(group));
  return object([...members].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function familyJson({ pushedMs, family }: StoredFamily): JsonObject {
  return object([
    ["time_stamp", formatRfc3339(pushedMs)],
    ["type", family.type === "gaugehistogram" ? "GAUGE_HISTOGRAM" : family.type.toUpperCase()],
    ...(family.help === undefined || family.help === "" ? [] : [["help", family.help] as const]),
    ["metrics", metricsJson(family)],
  ]);
}

function metricsJson(family: MetricFamily): readonly JsonObject[] {
  switch (family.type) {
    case "summary":
      return family.metrics.map(summaryJson);
    case "histogram":
    case "gaugehistogram":
      return family.metrics.map(histogramJson);
    default:
      return family.metrics.map(({ labels, value }) =>
        object([
          ["labels", labelsJson(labels)],
          ["value", formatFloat(value)],
        ]),
      );
  }
}

function summaryJson({ labels, quantiles, count, sum }: SummaryMetric): JsonObject {
  return object([
    ["count", formatFloat(count)],
    ["labels", labelsJson(labels)],
    ["quantiles", object(quantiles.map(({ quantile, value }) => [formatFloat(quantile), formatFloat(value)]))],
    ["sum", formatFloat(sum)],
  ]);
}

function histogramJson({ labels, buckets, count, sum }: HistogramMetric): JsonObject {
  return object([
    ["buckets", object(buckets.map(({ upperBound, cumulativeCount }) => [formatFloat(upperBound), formatFloat(cumulativeCount)]))],
    ["count", formatFloat(count)],
    ["labels", labelsJson(labels)],
    ["sum", formatFloat(sum)],
  ]);
}

function labelsJson(labels: Labels): JsonObject {
  const pairs: [string, string][] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push([labels[i], labels[i + 1]]);
  return object(pairs);
}

function object(entries: Iterable<readonly [string, unknown]>): JsonObject {
  const result = Object.create(null) as JsonObject;
  for (const [key, value] of entries) result[key] = value;
  return result;
}
