import type { ValueType } from "./ast.ts";

/** What the parser must know of a function. */
export interface FunctionSignature {
  readonly name: string;
  /** The types of the arguments in order. */
  readonly args: readonly ValueType[];
  /**
   * 0: exactly `args`. Otherwise the last of `args` may be left out, and repeat: at most n times in all when n > 0, without limit when
   * it is -1.
   */
  readonly variadic: number;
  readonly returns: ValueType;
  /** Refused unless `experimentalFunctions` is on. */
  readonly experimental: boolean;
}

/** Functions of one signature: names, argument types, `variadic`, result, "experimental" where it is. */
type Row = readonly [names: string, args: readonly ValueType[], variadic: number, returns: ValueType, experimental?: "experimental"];

const rows: readonly Row[] = [
  ["abs ceil exp floor ln log2 log10 sgn sqrt", ["vector"], 0, "vector"],
  ["acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh deg rad", ["vector"], 0, "vector"],
  ["absent sort sort_desc timestamp", ["vector"], 0, "vector"],
  ["histogram_avg histogram_count histogram_stddev histogram_stdvar histogram_sum", ["vector"], 0, "vector"],
  ["start_timestamp", ["vector"], 0, "vector", "experimental"],
  ["day_of_month day_of_week day_of_year days_in_month hour minute month year", ["vector"], 1, "vector"],
  ["clamp", ["vector", "scalar", "scalar"], 0, "vector"],
  ["clamp_max clamp_min", ["vector", "scalar"], 0, "vector"],
  ["round", ["vector", "scalar"], 1, "vector"],
  ["info", ["vector", "vector"], 1, "vector", "experimental"],
  ["label_replace", ["vector", "string", "string", "string", "string"], 0, "vector"],
  ["label_join", ["vector", "string", "string", "string"], -1, "vector"],
  ["sort_by_label sort_by_label_desc", ["vector", "string"], -1, "vector", "experimental"],
  ["histogram_quantile", ["scalar", "vector"], 0, "vector"],
  ["histogram_fraction", ["scalar", "scalar", "vector"], 0, "vector"],
  ["histogram_quantiles", ["vector", "string", "scalar", "scalar"], 9, "vector", "experimental"],
  ["changes delta deriv idelta increase irate rate resets", ["matrix"], 0, "vector"],
  ["absent_over_time avg_over_time count_over_time first_over_time last_over_time max_over_time", ["matrix"], 0, "vector"],
  ["min_over_time present_over_time stddev_over_time stdvar_over_time sum_over_time", ["matrix"], 0, "vector"],
  ["mad_over_time ts_of_first_over_time ts_of_last_over_time", ["matrix"], 0, "vector", "experimental"],
  ["ts_of_max_over_time ts_of_min_over_time", ["matrix"], 0, "vector", "experimental"],
  ["predict_linear", ["matrix", "scalar"], 0, "vector"],
  ["double_exponential_smoothing", ["matrix", "scalar", "scalar"], 0, "vector", "experimental"],
  ["quantile_over_time", ["scalar", "matrix"], 0, "vector"],
  ["vector", ["scalar"], 0, "vector"],
  ["scalar", ["vector"], 0, "scalar"],
  ["pi time", [], 0, "scalar"],
  ["end range start step", [], 0, "scalar", "experimental"],
  ["max_of min_of", ["scalar", "scalar"], 0, "scalar", "experimental"],
];

/** All functions of PromQL by name, 90 of them. Source: promql/parser/functions.go. */
export const functions: ReadonlyMap<string, FunctionSignature> = new Map(
  rows.flatMap(([names, args, variadic, returns, experimental]) =>
    names
      .split(" ")
      .map((name): [string, FunctionSignature] => [name, { name, args, variadic, returns, experimental: experimental !== undefined }]),
  ),
);
