import { formatGoFloat } from "@ferula/durations";

export { formatGoFloat as formatFloat, formatGoFloatE as formatFloatE, formatGoFloatF as formatFloatF } from "@ferula/durations";

/** A number as the JSON of the API writes it: Go's 'f', and 'e' below 1e-6 and from 1e21 on (util/jsonutil). */
export function formatJsonFloat(value: number): string {
  const size = Math.abs(value);
  return size >= 1e-6 && size < 1e21 ? String(value) : formatGoFloat(value);
}

/** A number as OpenMetrics writes it, in the values of `le` and `quantile` too: `formatFloat`, but `1.0` for whole numbers (labels/float.go). */
export function formatOpenMetricsFloat(value: number): string {
  const text = formatGoFloat(value);
  return /^-?[0-9]+$/.test(text) ? (value === 0 ? "0.0" : `${text}.0`) : text;
}
