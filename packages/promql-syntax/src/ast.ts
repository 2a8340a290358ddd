/**
 * The syntax tree. Every node is plain immutable data with a `kind`; nothing in it belongs to an evaluation, so one tree may be evaluated
 * many times and be sent to a worker after its matchers are made plain.
 */
import type { Matcher } from "@ferula/model";

/**
 * Where a node stands in the query: offsets into the JavaScript string (UTF-16 code units), `end` exclusive. Columns in messages are
 * counted in UTF-8 bytes as upstream does, see `formatPosition`.
 */
export interface PositionRange {
  readonly start: number;
  readonly end: number;
}

/** The four types a PromQL expression can have. "none" is what an operand that failed to parse has. */
export type ValueType = "none" | "vector" | "scalar" | "matrix" | "string";

/** The aggregators; `limitk` and `limit_ratio` are experimental. */
export type AggregateOp =
  | "avg"
  | "bottomk"
  | "count"
  | "count_values"
  | "group"
  | "limit_ratio"
  | "limitk"
  | "max"
  | "min"
  | "quantile"
  | "stddev"
  | "stdvar"
  | "sum"
  | "topk";

/** Operators whose two operands are numbers or histograms. */
export type ArithmeticOp = "+" | "-" | "*" | "/" | "%" | "^" | "atan2";
/** Operators that filter, or with `bool` give 0 or 1. */
export type ComparisonOp = "==" | "!=" | "<" | "<=" | ">" | ">=";
/** Operators that work on label sets only, always many to many. */
export type SetOp = "and" | "or" | "unless";
/** Operators that cut the buckets of a histogram below or above a number. */
export type TrimOp = "</" | ">/";
/** All operators between two expressions. */
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp | TrimOp;

/** How many series of each side may share the labels that are compared. */
export type MatchCardinality = "one-to-one" | "many-to-one" | "one-to-many" | "many-to-many";

/** How the series of two vectors find each other. */
export interface VectorMatching {
  readonly card: MatchCardinality;
  /** The labels after `on` or `ignoring`, in the order written. */
  readonly labels: readonly string[];
  /** True for `on (…)`; false for `ignoring (…)` and for no clause at all. */
  readonly on: boolean;
  /** The labels in the parentheses of `group_left` or `group_right`. */
  readonly include: readonly string[];
  /** The value that stands in for a missing series on the left, from `fill` or `fill_left`. */
  readonly fillLeft: number | undefined;
  /** The value that stands in for a missing series on the right, from `fill` or `fill_right`. */
  readonly fillRight: number | undefined;
}

/** The `@` modifier. A timestamp is in milliseconds since the epoch. */
export type AtModifier =
  | { readonly kind: "timestamp"; readonly timestampMs: number }
  | { readonly kind: "start" }
  | { readonly kind: "end" };

/** An aggregation over the labels in `grouping`, which it keeps (`by`) or, when `without` is true, drops. */
export interface AggregateExpr {
  readonly kind: "aggregate";
  readonly op: AggregateOp;
  readonly expr: Expr;
  /** The first argument of `topk`, `bottomk`, `limitk`, `limit_ratio`, `quantile` and `count_values`; undefined for the others. */
  readonly param: Expr | undefined;
  readonly grouping: readonly string[];
  readonly without: boolean;
  readonly pos: PositionRange;
}

/** Two expressions with an operator between them. */
export interface BinaryExpr {
  readonly kind: "binary";
  readonly op: BinaryOp;
  readonly left: Expr;
  readonly right: Expr;
  /** Undefined unless both sides are instant vectors. */
  readonly matching: VectorMatching | undefined;
  /** `bool` was written: a comparison gives 0 or 1 instead of filtering. */
  readonly returnBool: boolean;
  readonly pos: PositionRange;
}

/** A function call. The name is always one of `functions`, and the arguments have been checked against its row there. */
export interface CallExpr {
  readonly kind: "call";
  readonly func: string;
  readonly args: readonly Expr[];
  readonly pos: PositionRange;
}

/** `selector[range]`. Offset, `@`, `anchored` and `smoothed` written after the bracket are fields of `selector`. */
export interface MatrixSelector {
  readonly kind: "matrix";
  readonly selector: VectorSelector;
  /** Zero when `rangeExpr` says it. */
  readonly rangeMs: number;
  readonly rangeExpr: DurationExpr | undefined;
  readonly pos: PositionRange;
}

/** A number, its sign included, or a duration used as one. */
export interface NumberLiteral {
  readonly kind: "number";
  /** A duration used as a number is in seconds. */
  readonly value: number;
  /** True when it was written as a duration (`1h30m`), and is printed so. */
  readonly isDuration: boolean;
  readonly pos: PositionRange;
}

/** `(expr)`. */
export interface ParenExpr {
  readonly kind: "paren";
  readonly expr: Expr;
  readonly pos: PositionRange;
}

/** A string. Bytes that are not UTF-8 are half surrogates U+DC80 to U+DCFF, see `unquote`. */
export interface StringLiteral {
  readonly kind: "string";
  readonly value: string;
  readonly pos: PositionRange;
}

/** `expr[range:step]`. */
export interface SubqueryExpr {
  readonly kind: "subquery";
  readonly expr: Expr;
  /** Zero when `rangeExpr` says it. */
  readonly rangeMs: number;
  readonly rangeExpr: DurationExpr | undefined;
  /** Zero means the engine's default step, or that `stepExpr` says it. */
  readonly stepMs: number;
  readonly stepExpr: DurationExpr | undefined;
  /** As written after `offset`, negative when it looks ahead; zero when there is none or `offsetExpr` says it. */
  readonly offsetMs: number;
  readonly offsetExpr: DurationExpr | undefined;
  readonly at: AtModifier | undefined;
  readonly pos: PositionRange;
}

/** A sign before anything but a number. */
export interface UnaryExpr {
  readonly kind: "unary";
  readonly op: "+" | "-";
  readonly expr: Expr;
  readonly pos: PositionRange;
}

/** `name{matchers}` and its modifiers. */
export interface VectorSelector {
  readonly kind: "vector";
  /** The metric name that stood before the braces, or "". Its matcher is the last of `matchers`; a name inside the braces is there only. */
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** As written after `offset`, negative when it looks ahead; zero when there is none or `offsetExpr` says it. */
  readonly offsetMs: number;
  readonly offsetExpr: DurationExpr | undefined;
  readonly at: AtModifier | undefined;
  readonly anchored: boolean;
  readonly smoothed: boolean;
  /** The second argument of `info`, which may consist of matchers that match the empty string only. */
  readonly isInfoSelector: boolean;
  readonly pos: PositionRange;
}

/** An expression. The order here is the order of cases in every switch. */
export type Expr =
  | AggregateExpr
  | BinaryExpr
  | CallExpr
  | MatrixSelector
  | NumberLiteral
  | ParenExpr
  | StringLiteral
  | SubqueryExpr
  | UnaryExpr
  | VectorSelector;

/** Operators with two operands in a duration expression. */
export type DurationBinaryOp = "+" | "-" | "*" | "/" | "%" | "^" | "min_of" | "max_of";

/**
 * What `[…]` and `offset` hold when a plain duration does not say it: computed at query time, every value in seconds. Parentheses
 * around a plain duration leave no trace.
 */
export type DurationExpr =
  | {
      readonly kind: "duration_binary";
      readonly op: DurationBinaryOp;
      readonly left: DurationOperand;
      readonly right: DurationOperand;
      /** It stood in parentheses, and is printed so. */
      readonly wrapped: boolean;
      readonly pos: PositionRange;
    }
  | {
      readonly kind: "duration_unary";
      readonly op: "+" | "-";
      readonly operand: DurationOperand;
      readonly wrapped: boolean;
      readonly pos: PositionRange;
    }
  | {
      /** The query's step, or the length of its range: end minus start. */
      readonly kind: "duration_call";
      readonly func: "step" | "range";
      readonly wrapped: boolean;
      readonly pos: PositionRange;
    };

/** One side of an operator in a duration expression, or a duration as such. */
export type DurationOperand = DurationExpr | NumberLiteral;
