import { isUtf8 } from "node:buffer";
import { goQuote } from "@ferula/durations";
import { ExpositionError, sampleLabels, unescaped, type SampleLine } from "@ferula/exposition";
import {
  compareUtf8,
  formatLabels,
  isLegacyLabelName,
  isLegacyMetricName,
  labelPairs,
  LabelsBuilder,
  labelValue,
  METRIC_NAME,
  type Labels,
} from "@ferula/model";
import { relabel, type RelabelRule } from "@ferula/relabel";
import type { FamilyContext } from "./comments.ts";
import { ScrapeError } from "./scrape-error.ts";

/** What a job asks of the labels of its series; 0 is no limit, lengths are bytes. */
export interface SeriesRules {
  readonly targetLabels: Labels;
  readonly honorLabels: boolean;
  readonly metricRelabel: readonly RelabelRule[];
  readonly labelLimit: number;
  readonly labelNameLengthLimit: number;
  readonly labelValueLengthLimit: number;
  readonly legacyNames: boolean;
  /** Whether TYPE and UNIT become labels of the series (upstream's feature type-and-unit-labels); not, when it is left out. */
  readonly typeAndUnitLabels?: boolean;
}

/** What bytes that are no UTF-8 are read as. */
const REPLACEMENT = "\ufffd";

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * The labels under which a line's sample is stored, or undefined when relabelling drops it. Done once in a series' life at a target: the
 * line cache remembers the outcome. Throws a ScrapeError that fails the scrape.
 */
export function seriesLabels(bytes: Uint8Array, line: SampleLine, context: FamilyContext, rules: SeriesRules): Labels | undefined {
  const exposed = exposedLabels(bytes, line, context, rules);
  const labels = storedLabels(exposed, rules.honorLabels ? emptyLabelNames(bytes, line) : NO_NAMES, rules);
  if (labels !== undefined && exposed.some((text) => text.includes(REPLACEMENT))) checkNameBytes(bytes, line, labels);
  return labels;
}

/** A label that stands twice is a fault of the sample, not of the line's grammar: the sample counts as scraped. */
function exposedLabels(bytes: Uint8Array, line: SampleLine, context: FamilyContext, rules: SeriesRules): Labels {
  try {
    return sampleLabels(bytes, line, context.type, rules.typeAndUnitLabels === true ? context : undefined);
  } catch (error) {
    if (error instanceof ExpositionError) throw new ScrapeError(`${error.reason}: invalid sample`, "other", { cause: error });
    throw error;
  }
}

/** OpenMetrics lets names through that are no UTF-8. */
function checkNameBytes(bytes: Uint8Array, line: SampleLine, labels: Labels): void {
  const { labelRanges, labelCount } = line;
  let isValid = isUtf8(bytes.slice(line.nameStart, line.nameEnd));
  for (let i = 0; i < 4 * labelCount; i += 4) isValid &&= isUtf8(bytes.slice(labelRanges[i], labelRanges[i + 1]));
  if (!isValid) throw invalidNames(labels);
}

function invalidNames(labels: Labels): ScrapeError {
  return new ScrapeError(`invalid metric name or label names: ${formatLabels(labels)}`);
}

/**
 * The labels under which a series is stored that a body has with the labels `exposed`, and with labels without a value of the names
 * `empty`; undefined when relabelling drops it. Throws a ScrapeError that fails the scrape.
 */
export function storedLabels(exposed: Labels, empty: ReadonlySet<string>, rules: SeriesRules): Labels | undefined {
  const merged = rules.honorLabels ? withMissingLabels(exposed, empty, rules) : withTargetLabels(exposed, rules);
  const labels = relabel(merged, rules.metricRelabel, rules.legacyNames ? "legacy" : "utf8");
  if (labels === undefined || labels.length === 0) return undefined;
  checkName(labels, rules);
  checkLimits(labels, rules);
  return labels;
}

/** The target's labels win, and what they push aside is kept as `exported_…`. */
function withTargetLabels(exposed: Labels, { targetLabels }: SeriesRules): Labels {
  const merged = mergedLabels(exposed, targetLabels);
  if (merged !== undefined) return merged;
  const builder = new LabelsBuilder(exposed);
  const clashes: (readonly [name: string, value: string])[] = [];
  for (const [name, value] of labelPairs(targetLabels)) {
    const own = builder.get(name);
    if (own !== "") clashes.push([name, own]);
    builder.set(name, value);
  }
  // Short names first: `exported_a` may be taken by what `a` becomes.
  for (const [name, value] of clashes.toSorted(([a], [b]) => Buffer.byteLength(a) - Buffer.byteLength(b))) {
    let free = `exported_${name}`;
    while (builder.get(free) !== "") free = `exported_${free}`;
    builder.set(free, value);
  }
  return builder.labels();
}

/** All labels of both, or undefined where they have a name in common. */
function mergedLabels(a: Labels, b: Labels): Labels | undefined {
  const merged: string[] = [];
  let next = 0;
  for (let i = 0; i < a.length; i += 2) {
    let order = 1;
    while (next < b.length && (order = compareUtf8(b[next], a[i])) < 0) {
      merged.push(b[next], b[next + 1]);
      next += 2;
    }
    if (order === 0) return undefined;
    merged.push(a[i], a[i + 1]);
  }
  for (; next < b.length; next++) merged.push(b[next]);
  return merged;
}

/** The body's labels win; one that it has without a value keeps the target's away. */
function withMissingLabels(exposed: Labels, empty: ReadonlySet<string>, { targetLabels }: SeriesRules): Labels {
  const builder = new LabelsBuilder(exposed);
  for (const [name, value] of labelPairs(targetLabels)) if (builder.get(name) === "" && !empty.has(name)) builder.set(name, value);
  return builder.labels();
}

/** The names of the labels that a line has without a value. */
export function emptyLabelNames(bytes: Uint8Array, { labelRanges, labelCount }: SampleLine): ReadonlySet<string> {
  const names = new Set<string>();
  for (let i = 0; i < 4 * labelCount; i += 4) {
    if (labelRanges[i + 2] === labelRanges[i + 3]) names.add(unescaped(bytes, labelRanges[i], labelRanges[i + 1]));
  }
  return names;
}

function checkName(labels: Labels, { legacyNames }: SeriesRules): void {
  const name = labelValue(labels, METRIC_NAME);
  if (name === "") throw new ScrapeError(`missing metric name (${METRIC_NAME} label)`);
  // No UTF-8 name is empty; sorted, it would be the first.
  const isValid = legacyNames
    ? isLegacyMetricName(name) && labelPairs(labels).every(([label]) => isLegacyLabelName(label))
    : labels[0] !== "";
  if (!isValid) throw invalidNames(labels);
}

function checkLimits(labels: Labels, { labelLimit, labelNameLengthLimit, labelValueLengthLimit }: SeriesRules): void {
  const labelCount = labels.length / 2;
  if (labelLimit > 0 && labelCount > labelLimit) {
    throw limitExceeded("label_limit", labels, `number of labels: ${labelCount}, limit: ${labelLimit}`);
  }
  if (labelNameLengthLimit === 0 && labelValueLengthLimit === 0) return;
  for (const [name, value] of labelPairs(labels)) {
    const nameLength = Buffer.byteLength(name);
    if (labelNameLengthLimit > 0 && nameLength > labelNameLengthLimit) {
      const numbers = `length: ${nameLength}, limit: ${labelNameLengthLimit}`;
      throw limitExceeded("label_name_length_limit", labels, `label name: ${shortened(name)}, ${numbers}`);
    }
    const valueLength = Buffer.byteLength(value);
    if (labelValueLengthLimit > 0 && valueLength > labelValueLengthLimit) {
      const numbers = `length: ${valueLength}, limit: ${labelValueLengthLimit}`;
      const which = `label name: ${shortened(name)}, value: ${goQuote(shortened(value))}`;
      throw limitExceeded("label_value_length_limit", labels, `${which}, ${numbers}`);
    }
  }
}

function limitExceeded(limit: string, labels: Labels, how: string): ScrapeError {
  return new ScrapeError(`${limit} exceeded (metric: ${shortened(labelValue(labels, METRIC_NAME))}, ${how})`, "label-limit");
}

/** An error stands on a page: fifty characters of a name of a megabyte are enough. */
function shortened(text: string): string {
  return [...text.slice(0, 100)].slice(0, 50).join("");
}
