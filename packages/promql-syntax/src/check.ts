import { goQuote } from "@ferula/durations";
import { METRIC_NAME } from "@ferula/model";
import type { AggregateExpr, BinaryExpr, CallExpr, Expr, PositionRange, ValueType, VectorMatching, VectorSelector } from "./ast.ts";
import { chainOf } from "./chain.ts";
import { isSpace } from "./characters.ts";
import type { Draft } from "./draft.ts";
import { functions, type FunctionSignature } from "./functions.ts";
import { aggregateParamType, isComparisonOp, isSetOp } from "./operators.ts";
import { quoteString } from "./quote-string.ts";
import type { TokenStream } from "./token-stream.ts";
import { describeType, valueType } from "./value-type.ts";

/**
 * Checks the types in a tree that the parser has built without problems, and finishes what only types can tell: whether a binary
 * operator matches vectors and which selectors belong to `info`. Returns the type of `expr`; all problems go to `stream`.
 */
export function checkTypes(stream: TokenStream, expr: Expr): ValueType {
  switch (expr.kind) {
    case "aggregate":
      checkAggregation(stream, expr);
      break;
    case "binary":
      return checkChain(stream, expr);
    case "call":
      checkCall(stream, expr);
      break;
    case "matrix":
      checkTypes(stream, expr.selector);
      break;
    case "number":
    case "string":
      break;
    case "paren":
      checkTypes(stream, expr.expr);
      break;
    case "subquery": {
      const type = checkTypes(stream, expr.expr);
      if (type !== "vector") stream.reportAt(expr.pos, `subquery is only allowed on instant vector, got ${type} instead`);
      break;
    }
    case "unary": {
      const type = checkTypes(stream, expr.expr);
      if (type !== "scalar" && type !== "vector") {
        const got = goQuote(describeType(type));
        stream.reportAt(expr.pos, `unary expression only allowed on expressions of type scalar or instant vector, got ${got}`);
      }
      break;
    }
    case "vector":
      checkSelector(stream, expr);
      break;
  }
  return valueType(expr);
}

function checkAggregation(stream: TokenStream, { op, expr, param }: AggregateExpr): void {
  expectType(stream, expr, "vector", "aggregation expression");
  const wanted = aggregateParamType(op);
  if (wanted !== "none" && param !== undefined) expectType(stream, param, wanted, "aggregation parameter");
}

function expectType(stream: TokenStream, expr: Expr, wanted: ValueType, context: string): void {
  const type = checkTypes(stream, expr);
  if (type !== wanted) stream.reportAt(expr.pos, `expected type ${describeType(wanted)} in ${context}, got ${describeType(type)}`);
}

function checkChain(stream: TokenStream, expr: BinaryExpr): ValueType {
  const { first, links } = chainOf(expr);
  let type = checkTypes(stream, first);
  for (const link of links) {
    const rightType = checkTypes(stream, link.right);
    checkBinary(stream, link, type, rightType);
    type = type === "scalar" && rightType === "scalar" ? "scalar" : "vector";
  }
  return type;
}

function checkBinary(stream: TokenStream, expr: Draft<BinaryExpr>, leftType: ValueType, rightType: ValueType): void {
  const { op, left, right, matching, returnBool, pos } = expr;
  if (matching === undefined) throw new Error("BUG: a binary expression was checked twice");
  if (returnBool && !isComparisonOp(op)) {
    stream.reportAt(operatorRange(stream.query, expr), "bool modifier can only be used on comparison operators");
  }
  if (isComparisonOp(op) && !returnBool && leftType === "scalar" && rightType === "scalar") {
    stream.reportAt(operatorRange(stream.query, expr), "comparisons between scalars must use BOOL modifier");
  }
  if (matching.on) {
    for (const label of matching.labels) {
      for (const included of matching.include) {
        if (label !== included) continue;
        const reason = `label ${goQuote(label)} must not occur in ON and GROUP clause at once`;
        stream.reportAt(operatorRange(stream.query, expr), reason);
      }
    }
  }
  for (const [side, type] of [
    [left, leftType],
    [right, rightType],
  ] as const) {
    if (type !== "scalar" && type !== "vector") {
      stream.reportAt(side.pos, "binary expression must contain only scalar and instant vector types");
    }
  }
  const isFilled = matching.fillLeft !== undefined || matching.fillRight !== undefined;
  if (leftType !== "vector" || rightType !== "vector") {
    if (matching.labels.length > 0) stream.reportAt(pos, "vector matching only allowed between instant vectors");
    if (isFilled) stream.reportAt(pos, "filling in missing series only allowed between instant vectors");
    expr.matching = undefined;
  } else if (isSetOp(op)) {
    expr.matching = checkSetMatching(stream, expr, matching, isFilled);
  }
  if ((leftType === "scalar" || rightType === "scalar") && isSetOp(op)) {
    stream.reportAt(pos, `set operator ${goQuote(op)} not allowed in binary scalar expression`);
  }
}

function checkSetMatching(stream: TokenStream, { op, pos }: BinaryExpr, matching: VectorMatching, isFilled: boolean): VectorMatching {
  if (matching.card !== "one-to-one") {
    stream.reportAt(pos, `no grouping allowed for ${goQuote(op)} operation`);
    stream.reportAt(pos, "set operations must always be many-to-many");
  }
  if (isFilled) stream.reportAt(pos, "filling in missing series not allowed for set operators");
  return { ...matching, card: "many-to-many" };
}

/** Where the operator and its modifiers stand: between the operands, without the spaces. */
function operatorRange(query: string, { left, right }: BinaryExpr): PositionRange {
  let start = left.pos.end;
  while (isSpace(query.charCodeAt(start))) start++;
  let end = right.pos.start - 1;
  while (isSpace(query.charCodeAt(end))) end--;
  return { start, end };
}

function checkCall(stream: TokenStream, call: CallExpr): void {
  const signature = functions.get(call.func);
  if (signature === undefined) throw new Error(`BUG: the unknown function ${call.func} was not reported`);
  checkArgumentCount(stream, call, signature);
  if (signature.name === "info" && call.args.length > 1) checkInfoSelector(stream, call, call.args[1]);
  const wanted = signature.args;
  call.args.forEach((arg, i) => {
    // Arguments that are too many have been reported by their number.
    if (i >= wanted.length && signature.variadic === 0) return;
    const wantedType = wanted[Math.min(i, wanted.length - 1)];
    const type = checkTypes(stream, arg);
    if (type === wantedType) return;
    const reason = `expected type ${describeType(wantedType)} in call to function ${goQuote(signature.name)}, got ${describeType(type)}`;
    stream.reportAt(arg.pos, reason);
  });
}

function checkArgumentCount(stream: TokenStream, { args, pos }: CallExpr, { name, args: wanted, variadic }: FunctionSignature): void {
  const got = `in call to ${goQuote(name)}, got ${args.length}`;
  const least = variadic === 0 ? wanted.length : wanted.length - 1;
  const most = least + variadic;
  if (variadic === 0) {
    if (args.length !== least) stream.reportAt(pos, `expected ${least} argument(s) ${got}`);
  } else if (args.length < least) {
    stream.reportAt(pos, `expected at least ${least} argument(s) ${got}`);
  } else if (variadic > 0 && args.length > most) {
    stream.reportAt(pos, `expected at most ${most} argument(s) ${got}`);
  }
}

/** The second argument of `info` says which labels to add: matchers in braces, which need not exclude the empty string. */
function checkInfoSelector(stream: TokenStream, call: CallExpr, selector: Draft<Expr>): void {
  const type = valueType(selector as Expr);
  if (type !== "vector") {
    stream.reportAt(call.pos, `expected type ${describeType("vector")} in call to function "info", got ${describeType(type)}`);
  }
  if (selector.kind !== "vector") {
    stream.reportAt(selector.pos, "expected label selectors only");
  } else if (selector.name !== "") {
    stream.reportAt(selector.pos, "expected label selectors only, got vector selector instead");
  } else {
    selector.isInfoSelector = true;
  }
}

function checkSelector(stream: TokenStream, { name, matchers, isInfoSelector, pos }: VectorSelector): void {
  if (name !== "") {
    // The matcher of the name before the braces is the last one.
    for (const matcher of matchers.slice(0, -1)) {
      if (matcher.name !== METRIC_NAME) continue;
      stream.reportAt(pos, `metric name must not be set twice: ${goQuote(name)} or ${quoteString(matcher.value)}`);
    }
    return;
  }
  if (!isInfoSelector && matchers.every((matcher) => matcher.matchesEmpty)) {
    stream.reportAt(pos, "vector selector must contain at least one non-empty matcher");
  }
}
