import type { EscapingScheme, Labels } from "@ferula/model";
import { escaped } from "../families/escape-names.ts";
import type { HistogramMetric } from "../families/metric-family.ts";

/** Labels whose names are within the old alphabet; those that are already come back as they are. */
export function escapedLabels(labels: Labels, escaping: EscapingScheme): Labels {
  for (let i = 0; i < labels.length; i += 2) {
    if (escaped(labels[i], escaping) !== labels[i]) return labels.map((text, k) => (k % 2 === 0 ? escaped(text, escaping) : text));
  }
  return labels;
}

/** The same of a histogram. */
export function withEscapedLabelNames(metric: HistogramMetric, escaping: EscapingScheme): HistogramMetric {
  const labels = escapedLabels(metric.labels, escaping);
  return labels === metric.labels ? metric : { ...metric, labels };
}
