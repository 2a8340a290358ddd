import type { BinaryExpr, BinaryOp, DurationOperand, Expr, MatrixSelector, SubqueryExpr, VectorSelector } from "./ast.ts";
import { parseAt, parseExtension, parseOffset } from "./modifiers.ts";
import { belowMillisecond, secondsToMs } from "./number-value.ts";
import { binaryPrecedence, UNARY_PRECEDENCE } from "./operators.ts";
import { parsePositiveDuration } from "./parse-duration.ts";
import { parseBinaryModifiers } from "./parse-matching.ts";
import { parsePrimary } from "./parse-primary.ts";
import type { TokenStream } from "./token-stream.ts";

/** Reads an expression as far as it goes. Types are not checked. */
export function parseExpression(stream: TokenStream): Expr {
  return parseOperators(stream, 1);
}

/** An expression whose binary operators bind at least as tightly as `minPrecedence`. */
function parseOperators(stream: TokenStream, minPrecedence: number): Expr {
  stream.descend();
  let left = parseSigned(stream);
  let chainLength = 0;
  for (;;) {
    const op = stream.peek().type;
    const precedence = binaryPrecedence(op);
    if (precedence === 0 || precedence < minPrecedence) break;
    stream.take();
    const leftHeight = stream.height;
    const { returnBool, matching } = parseBinaryModifiers(stream);
    const right = parseOperators(stream, op === "^" ? precedence : precedence + 1);
    stream.grow(Math.max(chainLength === 0 ? leftHeight : leftHeight - 1, stream.height));
    stream.lengthen(++chainLength);
    const pos = { start: left.pos.start, end: right.pos.end };
    const binary: BinaryExpr = { kind: "binary", op: op as BinaryOp, left, right, matching, returnBool, pos };
    if (!stream.options.binopFillModifiers && (matching.fillLeft !== undefined || matching.fillRight !== undefined)) {
      stream.reportAt(pos, "binop fill modifiers are experimental and not enabled");
    }
    left = binary;
  }
  stream.ascend();
  return left;
}

function parseSigned(stream: TokenStream): Expr {
  const sign = stream.peek();
  const op = sign.type;
  if (op !== "+" && op !== "-") return parsePostfix(stream, parsePrimary(stream, parseExpression));
  stream.take();
  const expr = parseOperators(stream, UNARY_PRECEDENCE + 1);
  const pos = { start: sign.start, end: expr.pos.end };
  if (expr.kind === "number") return { ...expr, value: op === "-" ? -expr.value : expr.value, pos };
  stream.grow(stream.height);
  return { kind: "unary", op, expr, pos };
}

/** Modifiers and brackets, which bind tighter than any operator. */
function parsePostfix(stream: TokenStream, primary: Expr): Expr {
  let expr = primary;
  for (;;) {
    const { type } = stream.peek();
    switch (type) {
      case "offset":
        parseOffset(stream, expr);
        break;
      case "@":
        parseAt(stream, expr);
        break;
      case "anchored":
      case "smoothed":
        parseExtension(stream, expr, type);
        break;
      case "[":
        expr = parseBrackets(stream, expr);
        break;
      default:
        return expr;
    }
  }
}

function parseBrackets(stream: TokenStream, expr: Expr): Expr {
  const { height } = stream;
  const open = stream.take();
  stream.enter("subquery or range selector", "number, duration, step(), or range()");
  const range = parsePositiveDuration(stream);
  stream.leave();
  const isSubquery = stream.takeIf(":") !== undefined;
  if (!isSubquery && stream.peek().type !== "]") stream.unexpected("subquery or range", '":" or "]"');
  const step = isSubquery ? parseStep(stream) : undefined;
  const close = stream.take();
  stream.grow(height);
  const pos = { start: expr.pos.start, end: close.end };
  if (isSubquery) return subquery(expr, range, step, pos);
  const refusal = whyNoRange(expr);
  if (refusal !== undefined) stream.report(open.start, close.end, refusal);
  const matrix: MatrixSelector = {
    kind: "matrix",
    selector: expr.kind === "vector" ? expr : emptySelector(expr),
    rangeMs: literalMs(range),
    rangeExpr: range.kind === "number" ? undefined : range,
    pos,
  };
  return matrix;
}

/** The step of a subquery, which may be missing; the closing bracket comes next. */
function parseStep(stream: TokenStream): DurationOperand | undefined {
  if (stream.peek().type === "]") return undefined;
  stream.enter("subquery selector", 'number, duration, step(), range(), or "]"');
  const step = parsePositiveDuration(stream);
  stream.leave();
  if (stream.peek().type !== "]") stream.unexpected("subquery selector", '"]"');
  return step;
}

function subquery(expr: Expr, range: DurationOperand, step: DurationOperand | undefined, pos: SubqueryExpr["pos"]): SubqueryExpr {
  return {
    kind: "subquery",
    expr,
    rangeMs: literalMs(range),
    rangeExpr: range.kind === "number" ? undefined : range,
    stepMs: step === undefined ? 0 : literalMs(step),
    stepExpr: step?.kind === "number" ? belowMillisecond(step) : step,
    offsetMs: 0,
    offsetExpr: undefined,
    at: undefined,
    pos,
  };
}

function literalMs(operand: DurationOperand): number {
  return operand.kind === "number" ? secondsToMs(operand.value) : 0;
}

/** Upstream lets `@ start()`, `@ end()` and an offset that is an expression stand before the range, and prints them after it. */
function whyNoRange(expr: Expr): string | undefined {
  if (expr.kind !== "vector") return "ranges only allowed for vector selectors";
  if (expr.offsetMs !== 0) return "no offset modifiers allowed before range";
  return expr.at?.kind === "timestamp" ? "no @ modifiers allowed before range" : undefined;
}

/** Stands in for the selector that is missing from a range which has been reported, so that the rest of the query is read. */
function emptySelector({ pos }: Expr): VectorSelector {
  return {
    kind: "vector",
    name: "",
    matchers: [],
    offsetMs: 0,
    offsetExpr: undefined,
    at: undefined,
    anchored: false,
    smoothed: false,
    isInfoSelector: false,
    pos,
  };
}
