import { sanitizeLabelName } from "../../meta-labels.ts";

/** What every label of this discovery begins with. */
export const META: string = "__meta_kubernetes_";

/** The label that holds the namespace of an object. */
export const NAMESPACE_LABEL: string = `${META}namespace`;

/** Names that users think up are few, but may be made to change: what is kept of them starts over at this many. */
const MOST_KEPT = 20_000;

const kept = new Map<string, string>();

/**
 * `prefix` and `name` as one label name, in which each character that no label name holds is an underscore. Objects of a kind have the
 * same names: they share one text each.
 */
export function labelName(prefix: string, name: string): string {
  const key = prefix + name;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MOST_KEPT) kept.clear();
  const made = META + prefix + sanitizeLabelName(name);
  kept.set(key, made);
  return made;
}
