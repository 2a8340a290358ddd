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

/** The body of a `POST /api/v2/alerts`, byte by byte as upstream's library writes it (api/v2/models/postable_alert.go of Alertmanager). */
export function alertsJson(alerts: readonly Alert[]): string {
  return `[${alerts.map(alertJson).join(",")}]`;
}

function alertJson({ labels, annotations, startsAtMs, endsAtMs, generatorUrl }: Alert): string {
  const texts = annotations.length === 0 ? "" : `"annotations":${labelsJson(annotations)},`;
  const times = `"endsAt":"${formatRfc3339Ms(endsAtMs)}","startsAt":"${formatRfc3339Ms(startsAtMs)}"`;
  const generator = generatorUrl === "" ? "" : `"generatorURL":${goJsonText(generatorUrl)},`;
  return `{${texts}${times},${generator}"labels":${labelsJson(labels)}}`;
}

/** Not by an object: its keys would not stay in order where some look like numbers. */
function labelsJson(labels: Labels): string {
  return `{${labelPairs(labels)
    .map(([name, value]) => `${goJsonText(name)}:${goJsonText(value)}`)
    .join(",")}}`;
}

/** Go's encoder escapes what would end a script in a page, too. */
function goJsonText(text: string): string {
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
