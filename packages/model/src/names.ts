/** Which names are valid: any text that is well-formed UTF-8, or only the alphabet of Prometheus before 3.0. */
export type NameValidation = "utf8" | "legacy";

const LEGACY_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LEGACY_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
/** With the flag "u", half of a pair does not count as a surrogate. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether `name` may be a metric's name. Legacy: letters, digits, `_` and `:`, no digit first. Never empty. */
export function isValidMetricName(name: string, validation: NameValidation = "utf8"): boolean {
  return LEGACY_METRIC_NAME.test(name) || (validation === "utf8" && isUtf8Name(name));
}

/** Whether `name` may be a label's name. Legacy: letters, digits and `_`, no digit first. Never empty. */
export function isValidLabelName(name: string, validation: NameValidation = "utf8"): boolean {
  return LEGACY_LABEL_NAME.test(name) || (validation === "utf8" && isUtf8Name(name));
}

/** Whether `name` is a metric name of the legacy alphabet, which is printed without quotes. */
export function isLegacyMetricName(name: string): boolean {
  return LEGACY_METRIC_NAME.test(name);
}

/** Whether `name` is a label name of the legacy alphabet, which is printed without quotes. */
export function isLegacyLabelName(name: string): boolean {
  return LEGACY_LABEL_NAME.test(name);
}

/** Whether `name` may name a metric or a label where UTF-8 names are allowed: any text that UTF-8 can carry, but the empty one. */
export function isUtf8Name(name: string): boolean {
  return name !== "" && !LONE_SURROGATE.test(name);
}

/** Whether `value` may be a label's value: text without lone surrogates, which UTF-8 can't carry. */
export function isValidLabelValue(value: string): boolean {
  return !LONE_SURROGATE.test(value);
}
