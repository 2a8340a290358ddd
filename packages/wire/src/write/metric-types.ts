import type { MetricType } from "@ferula/model";

/** Types by their numbers, the same in remote write 1.0 and 2.0. */
const TYPES: readonly MetricType[] = ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"];

/** The type with the number; what there is none of is unknown. */
export function metricTypeOf(number: number): MetricType {
  return TYPES[number] ?? "unknown";
}

/** The number of the type. */
export function metricTypeNumber(type: MetricType): number {
  return TYPES.indexOf(type);
}
