export type {
  AggregateExpr,
  AggregateOp,
  ArithmeticOp,
  AtModifier,
  BinaryExpr,
  BinaryOp,
  CallExpr,
  ComparisonOp,
  DurationBinaryOp,
  DurationExpr,
  DurationOperand,
  Expr,
  MatchCardinality,
  MatrixSelector,
  NumberLiteral,
  ParenExpr,
  PositionRange,
  SetOp,
  StringLiteral,
  SubqueryExpr,
  TrimOp,
  UnaryExpr,
  ValueType,
  VectorMatching,
  VectorSelector,
} from "./ast.ts";
export { functions, type FunctionSignature } from "./functions.ts";
export { ParseError, type SyntaxProblem } from "./parse-error.ts";
export { formatPosition } from "./position.ts";
export { defaultParseOptions, type ParseOptions } from "./options.ts";
export { type DescribedHistogram } from "./histogram-description.ts";
export { hasNonEmptyMatcher, parseExpr, parseMetricSelector } from "./parse.ts";
export { parseSeriesDescription, type SeriesDescription, type SeriesValue } from "./series-description.ts";
export { isComparisonOp, isSetOp, isTrimOp } from "./operators.ts";
export { valueType } from "./value-type.ts";
export { children, walk } from "./walk.ts";
export { formatExpr, formatDurationExpr } from "./format.ts";
export { quoteString } from "./quote-string.ts";
export { prettyExpr } from "./pretty.ts";
export { toApiJson, type JsonValue } from "./api-json.ts";
