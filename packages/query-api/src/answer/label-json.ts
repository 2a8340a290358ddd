import { labelPairs, type Labels } from "@ferula/model";

/** Labels for `goJson`: a map, as a label may be called `__proto__` or `1`, which objects don't keep as they are. */
export function labelMap(labels: Labels): ReadonlyMap<string, string> {
  return new Map(labelPairs(labels));
}
