import type { Labels } from "./api.ts";

/** Names that PromQL takes without quotes. */
const PLAIN_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A series as PromQL writes it: `name{label="value"}`, or `{"name", "label"="value"}` where a name needs quotes. */
export function seriesName(metric: Labels): string {
  const { __name__: name = "", ...labels } = metric;
  const inside = Object.entries(labels).map(([label, value]) => `${PLAIN_LABEL.test(label) ? label : quote(label)}=${quote(value)}`);
  if (name !== "" && !PLAIN_METRIC.test(name)) return `{${[quote(name), ...inside].join(", ")}}`;
  return inside.length === 0 && name !== "" ? name : `${name}{${inside.join(", ")}}`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
