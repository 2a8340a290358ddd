import { formatRfc3339Ms } from "@ferula/durations";
import { hasLabel, labelPairs, LabelsBuilder, type Labels } from "@ferula/model";
import { relabel, type RelabelRule } from "@ferula/relabel";

/** An alert to send. Times are milliseconds. */
export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly generatorUrl: string;
}

/** The alert with the external labels that it lacks, relabelled; undefined when a rule drops it. */
export function relabelAlert(alert: Alert, externalLabels: Labels, rules: readonly RelabelRule[]): Alert | undefined {
  const builder = new LabelsBuilder(alert.labels);
  for (const [name, value] of labelPairs(externalLabels)) if (!hasLabel(alert.labels, name)) builder.set(name, value);
  const labels = relabel(builder.labels(), rules);
  return labels === undefined ? undefined : { ...alert, labels };
}

/** The body of a `POST /api/v2/alerts`. */
export function alertsJson(alerts: readonly Alert[]): string {
  return JSON.stringify(
    alerts.map(({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }) => ({
      annotations: record(annotations),
      endsAt: formatRfc3339Ms(endsAtMs),
      startsAt: formatRfc3339Ms(startsAtMs),
      generatorURL: generatorUrl,
      labels: record(labels),
    })),
  );
}

/** An object without a prototype: a label may be called `__proto__`. */
function record(labels: Labels): Readonly<Record<string, string>> {
  const result = Object.create(null) as Record<string, string>;
  for (const [name, value] of labelPairs(labels)) result[name] = value;
  return result;
}
