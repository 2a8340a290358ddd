import { formatFloatF, type Matcher } from "@ferula/model";
import type { AtModifier, DurationOperand, Expr, VectorMatching, VectorSelector } from "./ast.ts";
import { functions } from "./functions.ts";

/** What can stand in a JSON document. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [field: string]: JsonValue };

/** The tree as `/api/v1/parse_query` answers it (web/api/v1/translate_ast.go); durations and timestamps are in milliseconds. */
export function toApiJson(expr: Expr): JsonValue {
  switch (expr.kind) {
    case "aggregate":
      return {
        type: "aggregation",
        op: expr.op,
        expr: toApiJson(expr.expr),
        param: expr.param === undefined ? null : toApiJson(expr.param),
        grouping: expr.grouping,
        without: expr.without,
      };
    case "binary":
      return {
        type: "binaryExpr",
        op: expr.op,
        lhs: toApiJson(expr.left),
        rhs: toApiJson(expr.right),
        matching: expr.matching === undefined ? null : matchingJson(expr.matching),
        bool: expr.returnBool,
      };
    case "call":
      return { type: "call", func: functionJson(expr.func), args: expr.args.map((arg) => toApiJson(arg)) };
    case "matrix": {
      const range = { range: expr.rangeMs, rangeExpr: durationJson(expr.rangeExpr) };
      return { type: "matrixSelector", ...range, ...selectorJson(expr.selector) };
    }
    case "number":
      return { type: "numberLiteral", val: formatFloatF(expr.value) };
    case "paren":
      return { type: "parenExpr", expr: toApiJson(expr.expr) };
    case "string":
      return { type: "stringLiteral", val: expr.value };
    case "subquery":
      return {
        type: "subquery",
        expr: toApiJson(expr.expr),
        range: expr.rangeMs,
        rangeExpr: durationJson(expr.rangeExpr),
        offset: expr.offsetMs,
        offsetExpr: durationJson(expr.offsetExpr),
        step: expr.stepMs,
        stepExpr: durationJson(expr.stepExpr),
        ...atJson(expr.at),
      };
    case "unary":
      return { type: "unaryExpr", op: expr.op, expr: toApiJson(expr.expr) };
    case "vector":
      return { type: "vectorSelector", ...selectorJson(expr) };
  }
}

function selectorJson(selector: VectorSelector): Readonly<Record<string, JsonValue>> {
  return {
    name: selector.name,
    offset: selector.offsetMs,
    offsetExpr: durationJson(selector.offsetExpr),
    matchers: selector.matchers.map(({ name, value, type }: Matcher) => ({ name, value, type })),
    ...atJson(selector.at),
    anchored: selector.anchored,
    smoothed: selector.smoothed,
  };
}

function matchingJson({ card, labels, on, include, fillLeft, fillRight }: VectorMatching): JsonValue {
  return { card, labels, on, include, fillValues: { lhs: fillLeft ?? null, rhs: fillRight ?? null } };
}

function functionJson(name: string): JsonValue {
  const signature = functions.get(name);
  if (signature === undefined) throw new Error(`BUG: the parser let the unknown function ${name} pass`);
  return { name, argTypes: signature.args, variadic: signature.variadic, returnType: signature.returns };
}

function atJson(at: AtModifier | undefined): { readonly timestamp: number | null; readonly startOrEnd: string | null } {
  if (at === undefined) return { timestamp: null, startOrEnd: null };
  return at.kind === "timestamp" ? { timestamp: at.timestampMs, startOrEnd: null } : { timestamp: null, startOrEnd: at.kind };
}

/** Operands that an operator does not have are null; a sign has its operand on the right. */
function durationJson(operand: DurationOperand | undefined): JsonValue {
  if (operand === undefined) return null;
  const type = "durationExpr";
  switch (operand.kind) {
    case "duration_binary":
      return { type, op: operand.op, lhs: durationJson(operand.left), rhs: durationJson(operand.right), wrapped: operand.wrapped };
    case "duration_unary":
      return { type, op: operand.op, lhs: null, rhs: durationJson(operand.operand), wrapped: operand.wrapped };
    case "duration_call":
      return { type, op: operand.func, lhs: null, rhs: null, wrapped: operand.wrapped };
    case "number":
      return { type: "numberLiteral", val: formatFloatF(operand.value), duration: operand.isDuration };
  }
}
