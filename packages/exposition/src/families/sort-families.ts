import { compareUtf8, type Labels } from "@ferula/model";
import type { MetricFamily } from "./metric-family.ts";

interface Sortable {
  readonly labels: Labels;
  readonly timestampMs?: number;
}

type Metric = MetricFamily["metrics"][number];

/**
 * Families by name and the metrics of each by their label values, as upstream's registries order what they expose: fewer labels first,
 * then value by value, then by time. Families without metrics are left out. What is in order already is not copied.
 */
export function sortFamilies(families: readonly MetricFamily[]): readonly MetricFamily[] {
  const sorted = families.filter((family) => family.metrics.length > 0).toSorted((a, b) => compareUtf8(a.name, b.name));
  return sorted.map(withSortedMetrics);
}

function withSortedMetrics(family: MetricFamily): MetricFamily {
  if (isSorted(family.metrics)) return family;
  // The metrics keep their shape, which the compiler can't see across the union.
  return { ...family, metrics: (family.metrics as readonly Metric[]).toSorted(compareMetrics) } as MetricFamily;
}

function isSorted(metrics: readonly Sortable[]): boolean {
  for (let i = 1; i < metrics.length; i++) if (compareMetrics(metrics[i - 1], metrics[i]) > 0) return false;
  return true;
}

function compareMetrics(a: Sortable, b: Sortable): number {
  if (a.labels.length !== b.labels.length) return a.labels.length - b.labels.length;
  for (let i = 1; i < a.labels.length; i += 2) {
    if (a.labels[i] !== b.labels[i]) return compareUtf8(a.labels[i], b.labels[i]);
  }
  return (a.timestampMs ?? Infinity) - (b.timestampMs ?? Infinity) || 0;
}
