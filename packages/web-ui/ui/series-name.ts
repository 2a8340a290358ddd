import type { Labels } from "./api.ts";

/** A series as PromQL writes it: `name{label="value"}`. */
export function seriesName(metric: Labels): string {
  const { __name__: name = "", ...labels } = metric;
  const inside = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return inside.length === 0 && name !== "" ? name : `${name}{${inside.join(", ")}}`;
}
