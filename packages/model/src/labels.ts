import { compareUtf8 } from "@ferula/bytes";
import { PromError } from "./errors.ts";

/**
 * A label set as one flat array `[name, value, name, value …]`, sorted by the UTF-8 bytes of the names, each name once, no value empty.
 * Sets are never changed once made; `labelsOf` and `LabelsBuilder` make them.
 */
export type Labels = readonly string[];

/** The label that holds a series' metric name. */
export const METRIC_NAME: string = "__name__";

/** The label set without labels. */
export const emptyLabels: Labels = Object.freeze([]);

/**
 * The label set of `source`: an object's own properties, or pairs of name and value in any order. Empty values are left out. Throws
 * PromError("bad_data") when a name stands twice among the pairs.
 */
export function labelsOf(source: Readonly<Record<string, string>> | Iterable<readonly [string, string]>): Labels {
  const pairs: (readonly [string, string])[] = [];
  for (const pair of isIterable(source) ? source : Object.entries(source)) {
    if (pair[1] !== "") pairs.push(pair);
  }
  return flattenSorted(pairs.sort((a, b) => compareUtf8(a[0], b[0])));
}

/** The value of the label `name`, or "" when there is none: to PromQL the two are the same. */
export function labelValue(labels: Labels, name: string): string {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1];
  return "";
}

/** Whether the label `name` is there. */
export function hasLabel(labels: Labels, name: string): boolean {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return true;
  return false;
}

/** Orders label sets as upstream does: label by label, name before value, by UTF-8 bytes; of a set and its beginning, the beginning first. */
export function compareLabels(a: Labels, b: Labels): number {
  const shorter = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < shorter; i++) {
    const order = compareUtf8(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** The labels as pairs of name and value, in the set's order. */
export function labelPairs(labels: Labels): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push([labels[i], labels[i + 1]]);
  return pairs;
}

/** The labels whose names are among `names`. */
export function labelsWith(labels: Labels, names: ReadonlySet<string>): Labels {
  return labelsWhere(labels, names, true);
}

/** The labels whose names are not among `names`. */
export function labelsWithout(labels: Labels, names: ReadonlySet<string>): Labels {
  return labelsWhere(labels, names, false);
}

/** A string that two sets share only when they are equal, to key a Map with. Its form is private and may change. */
export function labelsKey(labels: Labels): string {
  const key = labels.join("\0");
  let separators = 0;
  for (let at = key.indexOf("\0"); at !== -1; at = key.indexOf("\0", at + 1)) separators++;
  // A NUL inside a name or value could be taken for a separator; no joined key begins with two, because no value is empty.
  return separators < labels.length || separators === 0 ? key : `\0\0${JSON.stringify(labels)}`;
}

/** The set as the JSON object of the HTTP API: an object without prototype, names in the set's order. */
export function labelsToJson(labels: Labels): Record<string, string> {
  const json = Object.create(null) as Record<string, string>;
  for (let i = 0; i < labels.length; i += 2) json[labels[i]] = labels[i + 1];
  return json;
}

function labelsWhere(labels: Labels, names: ReadonlySet<string>, named: boolean): Labels {
  const kept: string[] = [];
  for (let i = 0; i < labels.length; i += 2) if (names.has(labels[i]) === named) kept.push(labels[i], labels[i + 1]);
  return kept.length === labels.length ? labels : kept;
}

function isIterable<T>(source: object | Iterable<T>): source is Iterable<T> {
  return Symbol.iterator in source;
}

function flattenSorted(pairs: readonly (readonly [string, string])[]): Labels {
  const labels: string[] = [];
  for (const [name, value] of pairs) {
    if (labels.length > 0 && labels[labels.length - 2] === name) {
      throw new PromError("bad_data", `cannot build a label set: label name ${JSON.stringify(name)} is not unique`);
    }
    labels.push(name, value);
  }
  return labels;
}
