import type { AggregateOp, BinaryOp, ComparisonOp, SetOp, TrimOp } from "./ast.ts";

/** Each aggregator with what its first argument is: nothing, a number or a string. */
const aggregators: Readonly<Record<AggregateOp, "none" | "scalar" | "string">> = {
  avg: "none",
  bottomk: "scalar",
  count: "none",
  count_values: "string",
  group: "none",
  limit_ratio: "scalar",
  limitk: "scalar",
  max: "none",
  min: "none",
  quantile: "scalar",
  stddev: "none",
  stdvar: "none",
  sum: "none",
  topk: "scalar",
};

/** How tightly each operator binds; `^` binds to the right, all others to the left. */
const precedences: Readonly<Record<BinaryOp, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  "</": 3,
  ">/": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
  atan2: 5,
  "^": 6,
};

/** A sign in front binds like `*`, so that `-1^2` is `-(1^2)`. */
export const UNARY_PRECEDENCE: number = precedences["*"];

/** Whether a word, in lower case, is an aggregator. */
export function isAggregateOp(word: string): word is AggregateOp {
  return Object.hasOwn(aggregators, word);
}

/** The type of the argument before the vector: "none" when the aggregator takes the vector alone. */
export function aggregateParamType(op: AggregateOp): "none" | "scalar" | "string" {
  return aggregators[op];
}

/** Whether the aggregator needs `experimentalFunctions`. */
export function isExperimentalAggregateOp(op: AggregateOp): boolean {
  return op === "limitk" || op === "limit_ratio";
}

/** The precedence of a binary operator, or 0 for any other token. */
export function binaryPrecedence(word: string): number {
  return Object.hasOwn(precedences, word) ? precedences[word as BinaryOp] : 0;
}

/** Whether `op` filters, or gives 0 and 1 with `bool`. */
export function isComparisonOp(op: BinaryOp): op is ComparisonOp {
  return op === "==" || op === "!=" || op === "<" || op === "<=" || op === ">" || op === ">=";
}

/** Whether `op` looks at label sets only. */
export function isSetOp(op: BinaryOp): op is SetOp {
  return op === "and" || op === "or" || op === "unless";
}

/** Whether `op` cuts buckets off a histogram. */
export function isTrimOp(op: BinaryOp): op is TrimOp {
  return op === "</" || op === ">/";
}
