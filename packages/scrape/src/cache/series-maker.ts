import { sampleLabels, type SampleLine, type TextType } from "@ferula/exposition";
import { compareUtf8, isLegacyLabelName, isLegacyMetricName, labelPairs, LabelsBuilder, labelValue, METRIC_NAME, type Labels } from "@ferula/model";
import { relabel, type RelabelRule } from "@ferula/relabel";

/** What a job asks of the labels of its series; 0 is no limit, lengths are bytes. */
export interface SeriesRules {
  readonly targetLabels: Labels;
  readonly honorLabels: boolean;
  readonly metricRelabel: readonly RelabelRule[];
  readonly labelLimit: number;
  readonly labelNameLengthLimit: number;
  readonly labelValueLengthLimit: number;
  readonly legacyNames: boolean;
}

/** A scrape that can't be stored as it is; the message is for the targets page. */
export class ScrapeError extends Error {
  override name = "ScrapeError";
}

/**
 * The labels under which a line's sample is stored, or undefined when relabelling drops it. Done once in a series' life at a target: the
 * line cache remembers the outcome. Throws a ScrapeError that fails the scrape.
 */
export function seriesLabels(bytes: Uint8Array, line: SampleLine, lastType: TextType | undefined, rules: SeriesRules): Labels | undefined {
  const exposed = sampleLabels(bytes, line, lastType);
  const labels = relabel(withTargetLabels(exposed, rules), rules.metricRelabel);
  if (labels === undefined) return undefined;
  checkName(labels, rules);
  checkLimits(labels, rules);
  return labels;
}

/** The target's labels win and what they push aside is kept as `exported_…`, unless labels are honoured. */
function withTargetLabels(exposed: Labels, { targetLabels, honorLabels }: SeriesRules): Labels {
  const builder = new LabelsBuilder(exposed);
  if (honorLabels) {
    for (const [name, value] of labelPairs(targetLabels)) if (builder.get(name) === "") builder.set(name, value);
    return builder.labels();
  }
  const clashes: (readonly [name: string, value: string])[] = [];
  for (const [name, value] of labelPairs(targetLabels)) {
    const own = builder.get(name);
    if (own !== "") clashes.push([name, own]);
    builder.set(name, value);
  }
  for (const [name, value] of clashes.toSorted(([a], [b]) => compareUtf8(a, b))) {
    let free = `exported_${name}`;
    while (builder.get(free) !== "") free = `exported_${free}`;
    builder.set(free, value);
  }
  return builder.labels();
}

function checkName(labels: Labels, { legacyNames }: SeriesRules): void {
  const name = labelValue(labels, METRIC_NAME);
  if (name === "") throw new ScrapeError("metric name is missing");
  if (!legacyNames) return;
  if (!isLegacyMetricName(name)) throw new ScrapeError(`invalid metric name "${name}"`);
  for (const [label] of labelPairs(labels)) if (!isLegacyLabelName(label)) throw new ScrapeError(`invalid label name "${label}"`);
}

function checkLimits(labels: Labels, { labelLimit, labelNameLengthLimit, labelValueLengthLimit }: SeriesRules): void {
  if (labelLimit > 0 && labels.length / 2 > labelLimit) {
    throw new ScrapeError(`label_limit exceeded (metric: ${metric(labels)}, number of labels: ${labels.length / 2}, limit: ${labelLimit})`);
  }
  if (labelNameLengthLimit === 0 && labelValueLengthLimit === 0) return;
  for (const [name, value] of labelPairs(labels)) {
    const nameLength = Buffer.byteLength(name);
    if (labelNameLengthLimit > 0 && nameLength > labelNameLengthLimit) {
      throw new ScrapeError(`label_name_length_limit exceeded (metric: ${metric(labels)}, label name: ${shortened(name)}, length: ${nameLength}, limit: ${labelNameLengthLimit})`);
    }
    const valueLength = Buffer.byteLength(value);
    if (labelValueLengthLimit > 0 && valueLength > labelValueLengthLimit) {
      throw new ScrapeError(
        `label_value_length_limit exceeded (metric: ${metric(labels)}, label name: ${shortened(name)}, value: ${shortened(value)}, length: ${valueLength}, limit: ${labelValueLengthLimit})`,
      );
    }
  }
}

function metric(labels: Labels): string {
  return shortened(labelValue(labels, METRIC_NAME));
}

/** An error stands on a page: fifty characters of a name of a megabyte are enough. */
function shortened(text: string): string {
  return JSON.stringify(text.length > 50 ? `${text.slice(0, 50)}...` : text);
}
