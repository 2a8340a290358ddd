import { compareUtf8, formatLabels, isValidLabelName, isValidLabelValue, isValidMetricName, METRIC_NAME, type Labels } from "@ferula/model";
import { readText } from "@ferula/wire";

/** What is wrong with a series' labels, with what a log line says of it. */
export interface LabelsFault {
  /** The labels as Go prints them. */
  readonly printed: string;
  /** The name that stands twice; undefined when a name or value is no valid one, or the metric has no name. */
  readonly duplicate: string | undefined;
}

/** Labels or what is wrong with them. */
export type ReadLabels = { readonly labels: Labels } | { readonly fault: LabelsFault };

/**
 * Labels `from` to `to` of the message `bytes`, in any order, as a label set: checked as upstream checks them, sorted, without those that
 * are empty.
 */
export function readLabels(bytes: Buffer, ranges: Uint32Array, from: number, to: number): ReadLabels {
  const texts: string[] = [];
  for (let i = 4 * from; i < 4 * to; i += 4) {
    texts.push(readText(bytes, ranges[i], ranges[i + 1]), readText(bytes, ranges[i + 2], ranges[i + 3]));
  }
  const sorted = isSorted(texts) ? texts : sortLabels(texts);
  if (!areValid(sorted)) return { fault: { printed: formatLabels(sorted), duplicate: undefined } };
  const duplicate = duplicateName(sorted);
  if (duplicate !== undefined) return { fault: { printed: formatLabels(sorted), duplicate } };
  return { labels: sorted.includes("") ? withoutEmpty(sorted) : sorted };
}

/** Names and values in turn, sorted by the UTF-8 bytes of the names; those of one name stay in order. */
export function sortLabels(texts: readonly string[]): readonly string[] {
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i < texts.length; i += 2) pairs.push([texts[i], texts[i + 1]]);
  return pairs.sort((a, b) => compareUtf8(a[0], b[0])).flat();
}

function isSorted(texts: readonly string[]): boolean {
  for (let i = 2; i < texts.length; i += 2) if (compareUtf8(texts[i - 2], texts[i]) > 0) return false;
  return true;
}

function areValid(labels: readonly string[]): boolean {
  let hasMetricName = false;
  for (let i = 0; i < labels.length; i += 2) {
    const [name, value] = [labels[i], labels[i + 1]];
    if (name === METRIC_NAME) {
      hasMetricName = true;
      if (!isValidMetricName(value)) return false;
    } else if (!isValidLabelName(name)) {
      return false;
    }
    if (!isValidLabelValue(value)) return false;
  }
  return hasMetricName;
}

function duplicateName(sorted: readonly string[]): string | undefined {
  for (let i = 2; i < sorted.length; i += 2) if (sorted[i] === sorted[i - 2]) return sorted[i];
  return undefined;
}

function withoutEmpty(labels: readonly string[]): Labels {
  return labels.filter((_, i) => labels[i | 1] !== "");
}
