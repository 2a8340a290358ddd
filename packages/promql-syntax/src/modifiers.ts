import type { AtModifier, DurationOperand, Expr, MatrixSelector, SubqueryExpr, VectorSelector } from "./ast.ts";
import type { Draft } from "./draft.ts";
import { belowMillisecond, secondsToMs } from "./number-value.ts";
import { parseOffsetDuration } from "./parse-duration.ts";
import { parseSignedNumber } from "./parse-number.ts";
import type { TokenStream } from "./token-stream.ts";

/** The node that an `offset` or `@` after `expr` writes to; the bracket of a range belongs to the selector in it. */
function modifierTarget(expr: Expr): Draft<SubqueryExpr> | Draft<VectorSelector> | undefined {
  switch (expr.kind) {
    case "matrix":
      return expr.selector;
    case "subquery":
    case "vector":
      return expr;
    default:
      return undefined;
  }
}

/** Reads `offset …` and writes it to the selector or subquery before it. */
export function parseOffset(stream: TokenStream, expr: Expr): void {
  stream.take();
  const { height } = stream;
  stream.enter("offset", "number, duration, step(), or range()");
  const operand = parseOffsetDuration(stream);
  stream.leave();
  // The offset hangs beside the expression and makes the tree no higher.
  stream.grow(height - 1);
  const target = modifierTarget(expr);
  if (target === undefined) {
    stream.reportAt(expr.pos, "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery");
    return;
  }
  if (target.offsetMs !== 0 || target.offsetExpr !== undefined) {
    stream.reportAt(expr.pos, "offset may not be set multiple times");
  } else {
    setOffset(target, operand);
  }
  moveEnd(expr, stream.lastSeenClosing);
}

function setOffset(target: Draft<SubqueryExpr> | Draft<VectorSelector>, operand: DurationOperand): void {
  if (operand.kind === "number") {
    target.offsetMs = secondsToMs(operand.value);
    target.offsetExpr = belowMillisecond(operand);
  } else {
    target.offsetExpr = operand;
  }
}

/** Reads `@ …` and writes it to the selector or subquery before it. */
export function parseAt(stream: TokenStream, expr: Expr): void {
  stream.take();
  stream.enter("@", "timestamp");
  const token = stream.peek();
  let at: AtModifier;
  if (token.type === "start" || token.type === "end") {
    stream.take();
    stream.expect("(");
    stream.expect(")");
    at = { kind: token.type };
  } else {
    const seconds = parseSignedNumber(stream);
    // The bounds of a signed 64-bit integer, although what is kept are milliseconds: upstream compares before it multiplies.
    if (!(Math.abs(seconds) < 2 ** 63)) {
      stream.reportAt(expr.pos, `timestamp out of bounds for @ modifier: ${formatFixed(seconds)}`);
    }
    at = { kind: "timestamp", timestampMs: roundToMs(seconds) };
  }
  stream.leave();
  const target = modifierTarget(expr);
  if (target === undefined) {
    stream.reportAt(expr.pos, "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery");
    return;
  }
  if (target.at !== undefined) {
    stream.reportAt(expr.pos, "@ <timestamp> may not be set multiple times");
    return;
  }
  target.at = at;
  moveEnd(expr, stream.lastClosing);
}

/**
 * Half a millisecond goes away from zero, as Go rounds; there is no negative zero. What passes the bounds only once it is milliseconds
 * becomes the smallest 64-bit integer, as it does upstream on x86.
 */
function roundToMs(seconds: number): number {
  const ms = Math.round(Math.abs(seconds * 1000));
  if (ms >= 2 ** 63) return -(2 ** 63);
  return seconds < 0 && ms !== 0 ? -ms : ms;
}

/** Go's `%f` of a number that is no timestamp: too large, hence whole, or none at all. */
function formatFixed(seconds: number): string {
  if (Number.isNaN(seconds)) return "NaN";
  if (!Number.isFinite(seconds)) return seconds > 0 ? "+Inf" : "-Inf";
  return `${BigInt(seconds)}.000000`;
}

/** Reads `anchored` or `smoothed` and writes it to the selector before it. */
export function parseExtension(stream: TokenStream, expr: Expr, modifier: "anchored" | "smoothed"): void {
  stream.take();
  if (!stream.options.extendedRangeSelectors) {
    stream.reportAt(expr.pos, `${modifier} modifier is experimental and not enabled`);
    return;
  }
  if (expr.kind === "subquery") {
    stream.reportAt(expr.pos, `${modifier} modifier is not supported for subqueries`);
    return;
  }
  const selector: Draft<VectorSelector> | undefined = expr.kind === "matrix" ? expr.selector : expr.kind === "vector" ? expr : undefined;
  if (selector === undefined) {
    stream.reportAt(expr.pos, `${modifier} modifier not implemented`);
    return;
  }
  selector[modifier] = true;
  if (selector.anchored && selector.smoothed) {
    stream.reportAt(expr.pos, "anchored and smoothed modifiers cannot be used together");
  }
}

function moveEnd(expr: Expr, end: number): void {
  const node: Draft<MatrixSelector | SubqueryExpr | VectorSelector> = expr as MatrixSelector | SubqueryExpr | VectorSelector;
  node.pos = { start: expr.pos.start, end };
}
