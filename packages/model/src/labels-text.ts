import { goQuote } from "@ferula/durations";
import { isLegacyLabelName, isLegacyMetricName } from "./names.ts";
import { labelsWithout, labelValue, METRIC_NAME, type Labels } from "./labels.ts";

const NAME_ONLY: ReadonlySet<string> = new Set([METRIC_NAME]);

/** A label set as Go prints one: `{__name__="up", job="node"}`. Names that are not of the old form are quoted. */
export function formatLabels(labels: Labels): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const name = isLegacyLabelName(labels[i]) ? labels[i] : goQuote(labels[i]);
    pairs.push(`${name}=${goQuote(labels[i + 1])}`);
  }
  return `{${pairs.join(", ")}}`;
}

/** A series as PromQL and the exposition formats write it: `up{job="node"}`, or `{"odd name", job="node"}`. */
export function formatSeries(labels: Labels): string {
  const name = labelValue(labels, METRIC_NAME);
  if (name === "") return formatLabels(labels);
  const rest = labelsWithout(labels, NAME_ONLY);
  if (isLegacyMetricName(name)) return rest.length === 0 ? name : name + formatLabels(rest);
  const inside = formatLabels(rest).slice(1, -1);
  return `{${goQuote(name)}${inside === "" ? "" : `, ${inside}`}}`;
}
