import type { MetricFamily } from "@ferula/exposition";
import { compareUtf8, type Labels } from "@ferula/model";

/**
 * Families with the labels of their group on every metric: they win over labels of the same name, and a metric without `instance` gets
 * an empty one, so that the scraper does not add its own. Labels are sorted by name.
 */
export function groupedFamilies(families: readonly MetricFamily[], groupLabels: Labels): MetricFamily[] {
  const relabel = relabeller(groupLabels);
  return families.map((family) => withLabels(family, relabel));
}

type Relabel = <Metric extends { readonly labels: Labels }>(metric: Metric) => Metric;

/** The metrics keep their shape, which the compiler can't see across the union. */
function withLabels(family: MetricFamily, relabel: Relabel): MetricFamily {
  return { ...family, metrics: family.metrics.map((metric) => relabel(metric)) } as MetricFamily;
}

function relabeller(groupLabels: Labels): Relabel {
  const group = new Map<string, string>();
  for (let i = 0; i < groupLabels.length; i += 2) group.set(groupLabels[i], groupLabels[i + 1]);
  return (metric) => {
    const labels: [string, string][] = [...group];
    let hasInstance = group.has("instance");
    for (let i = 0; i < metric.labels.length; i += 2) {
      const name = metric.labels[i];
      if (group.has(name)) continue;
      labels.push([name, metric.labels[i + 1]]);
      hasInstance ||= name === "instance";
    }
    if (!hasInstance) labels.push(["instance", ""]);
    return { ...metric, labels: labels.sort(([a], [b]) => compareUtf8(a, b)).flat() };
  };
}
