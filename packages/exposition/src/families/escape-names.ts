import { escapeName, isLegacyMetricName, type EscapingScheme, type Labels } from "@ferula/model";
import type { MetricFamily } from "./metric-family.ts";

/**
 * Families whose names, and those of their labels, are within the old alphabet; `allow-utf-8` changes nothing. Names that are within it
 * stay as they are, even with `dots`, which would double their underscores: so does upstream (common/model/metric.go `EscapeMetricFamily`).
 * Names of exemplars' labels are not touched.
 */
export function withEscapedNames(families: readonly MetricFamily[], escaping: EscapingScheme): readonly MetricFamily[] {
  if (escaping === "allow-utf-8") return families;
  return families.map((family) => {
    const name = escaped(family.name, escaping);
    const metrics = family.metrics.map((metric) => withEscapedLabels(metric, escaping));
    // The metrics keep their shape, which the compiler can't see across the union.
    return { ...family, name, metrics } as MetricFamily;
  });
}

function withEscapedLabels<Metric extends { readonly labels: Labels }>(metric: Metric, escaping: EscapingScheme): Metric {
  const { labels } = metric;
  for (let i = 0; i < labels.length; i += 2) {
    if (isLegacyMetricName(labels[i])) continue;
    return { ...metric, labels: labels.map((text, k) => (k % 2 === 0 ? escaped(text, escaping) : text)) };
  }
  return metric;
}

/** A name within the old alphabet; `allow-utf-8` changes nothing. */
export function escaped(name: string, escaping: EscapingScheme): string {
  return escaping === "allow-utf-8" || isLegacyMetricName(name) ? name : escapeName(name, escaping);
}
