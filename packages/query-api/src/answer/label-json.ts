import { compareUtf8, labelPairs, type Labels } from "@ferula/model";
import { rawJson, type RawJson } from "./go-json.ts";

/**
 * Labels for `goJson`: an object in the order of their names, whatever these are. Markup stays as it is, unlike in all else that the API
 * writes, as upstream's encoder of labels leaves it (util/jsonutil/marshal.go `MarshalLabels`).
 */
export function labelMap(labels: Labels): RawJson {
  const pairs = labelPairs(labels).toSorted(([a], [b]) => compareUtf8(a, b));
  return rawJson(`{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`);
}
