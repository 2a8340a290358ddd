import { labelPairs, type Labels } from "@ferula/model";
import { goJsonString } from "./go-json.ts";

/** Labels for `goJson`: a map, as a label may be called `__proto__` or `1`, which objects don't keep as they are. */
export function labelMap(labels: Labels): ReadonlyMap<string, string> {
  return new Map(labelPairs(labels));
}

/** The JSON object of a label set, in the order of its names. */
export function labelsText(labels: Labels): string {
  let json = "{";
  for (let i = 0; i < labels.length; i += 2) {
    json += `${i === 0 ? "" : ","}${goJsonString(labels[i])}:${goJsonString(labels[i + 1])}`;
  }
  return `${json}}`;
}
