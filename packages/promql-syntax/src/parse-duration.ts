import type { DurationBinaryOp, DurationExpr, DurationOperand, NumberLiteral, PositionRange } from "./ast.ts";
import { isDurationOutOfRange } from "./number-value.ts";
import { binaryPrecedence, UNARY_PRECEDENCE } from "./operators.ts";
import { parseNumberLiteral } from "./parse-number.ts";
import type { Token } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** What stands in `[…]`: a number or an expression; a number must be positive. */
export function parsePositiveDuration(stream: TokenStream): DurationOperand {
  const operand = parseDurationExpr(stream, 1);
  if (operand.kind !== "number" || operand.value > 0) return operand;
  stream.reportAt(operand.pos, "duration must be greater than 0");
  return zeroAt(operand.pos);
}

/**
 * What stands after `offset`. Without parentheses it ends after one number, one call or one sign with them, so that `a offset 5m + b`
 * adds to the selector; what starts with a parenthesis or two signs goes on as far as it can, as upstream's grammar has it.
 */
export function parseOffsetDuration(stream: TokenStream): DurationOperand {
  const token = stream.peek();
  if (token.type === "(") return parseDurationExpr(stream, 1);
  if (token.type !== "+" && token.type !== "-") return parseDurationPrimary(stream);
  stream.take();
  const next = stream.peek();
  switch (next.type) {
    case "(": {
      return applySign(stream, token, wrap(parseParenthesised(stream)));
    }
    case "step":
    case "range":
    case "max_of":
    case "min_of": {
      const operand = parseDurationCall(stream, false);
      const signed: DurationExpr = {
        kind: "duration_unary",
        op: token.type,
        operand,
        wrapped: false,
        pos: { start: token.start, end: operand.pos.end },
      };
      requireDurationExpressions(stream, signed);
      stream.grow(stream.height);
      return signed;
    }
    case "+":
    case "-":
      return continueBinary(stream, applySign(stream, token, parseDurationExpr(stream, UNARY_PRECEDENCE + 1)), 1);
    default:
      break;
  }
  return applySign(stream, token, parseNumberLiteral(stream));
}

/** A duration expression whose operators bind at least as tightly as `minPrecedence`. */
function parseDurationExpr(stream: TokenStream, minPrecedence: number): DurationOperand {
  stream.descend();
  const token = stream.peek();
  let left: DurationOperand;
  if (token.type === "+" || token.type === "-") {
    stream.take();
    left = applySign(stream, token, parseDurationExpr(stream, UNARY_PRECEDENCE + 1));
  } else {
    left = parseDurationPrimary(stream);
  }
  const whole = continueBinary(stream, left, minPrecedence);
  stream.ascend();
  return whole;
}

function continueBinary(stream: TokenStream, first: DurationOperand, minPrecedence: number): DurationOperand {
  let left = first;
  for (;;) {
    const token = stream.peek();
    const op = token.type;
    if (op !== "+" && op !== "-" && op !== "*" && op !== "/" && op !== "%" && op !== "^") return left;
    const precedence = binaryPrecedence(op);
    if (precedence < minPrecedence) return left;
    stream.take();
    const leftHeight = stream.height;
    const right = parseDurationExpr(stream, op === "^" ? precedence : precedence + 1);
    stream.grow(Math.max(leftHeight, stream.height));
    left = combine(stream, token, op, left, right);
  }
}

function combine(stream: TokenStream, token: Token, op: DurationBinaryOp, left: DurationOperand, right: DurationOperand): DurationOperand {
  requireDurationExpressions(stream, left);
  if ((op === "/" || op === "%") && right.kind === "number" && right.value === 0) {
    stream.reportAt(token, op === "/" ? "division by zero" : "modulo by zero");
    return zeroAt(token);
  }
  return { kind: "duration_binary", op, left, right, wrapped: false, pos: { start: left.pos.start, end: right.pos.end } };
}

function parseDurationPrimary(stream: TokenStream): DurationOperand {
  const token = stream.peek();
  switch (token.type) {
    case "number":
    case "duration": {
      const literal = parseNumberLiteral(stream);
      if (!isDurationOutOfRange(literal.value)) return literal;
      stream.reportAt(literal.pos, "duration out of range");
      return zeroAt(literal.pos);
    }
    case "step":
    case "range":
    case "max_of":
    case "min_of":
      return parseDurationCall(stream, true);
    case "(": {
      const inner = parseParenthesised(stream);
      requireDurationExpressions(stream, inner);
      return wrap(inner);
    }
    default:
      return stream.unexpected();
  }
}

function parseParenthesised(stream: TokenStream): DurationOperand {
  stream.expect("(");
  const inner = parseDurationExpr(stream, 1);
  stream.expect(")");
  return inner;
}

/** `step()`, `range()`, `max_of(a, b)` or `min_of(a, b)`; upstream checks the feature once, at the sign if there is one. */
function parseDurationCall(stream: TokenStream, isChecked: boolean): DurationExpr {
  const name = stream.take();
  stream.expect("(");
  let call: DurationExpr;
  if (name.type === "max_of" || name.type === "min_of") {
    const left = parseDurationExpr(stream, 1);
    const leftHeight = stream.height;
    stream.expect(",");
    const right = parseDurationExpr(stream, 1);
    stream.expect(")");
    stream.grow(Math.max(leftHeight, stream.height));
    // From operand to operand, without the name: the place that upstream's messages show.
    const pos = { start: left.pos.start, end: right.pos.end };
    call = { kind: "duration_binary", op: name.type, left, right, wrapped: false, pos };
  } else {
    const end = stream.expect(")").end;
    stream.grow(0);
    call = { kind: "duration_call", func: name.type === "step" ? "step" : "range", wrapped: false, pos: { start: name.start, end } };
  }
  if (isChecked) requireDurationExpressions(stream, call);
  return call;
}

/** A sign folds into a number; a plus before anything else is dropped. */
function applySign(stream: TokenStream, sign: Token, operand: DurationOperand): DurationOperand {
  if (operand.kind === "number") {
    const value = sign.type === "-" ? -operand.value : operand.value;
    if (isDurationOutOfRange(value)) {
      stream.reportAt(sign, "duration out of range");
      return zeroAt(sign);
    }
    return { ...operand, value, pos: { start: sign.start, end: operand.pos.end } };
  }
  if (sign.type === "+") return operand;
  stream.grow(stream.height);
  return { kind: "duration_unary", op: "-", operand, wrapped: false, pos: { start: sign.start, end: operand.pos.end } };
}

/** Remembers parentheses, which are not part of the place that messages show. Around a number they mean nothing and are dropped. */
function wrap(operand: DurationOperand): DurationOperand {
  return operand.kind === "number" ? operand : { ...operand, wrapped: true };
}

function requireDurationExpressions(stream: TokenStream, operand: DurationOperand): void {
  if (!stream.options.durationExpressions) stream.reportAt(operand.pos, "experimental duration expression is not enabled");
}

function zeroAt(pos: PositionRange): NumberLiteral {
  return { kind: "number", value: 0, isDuration: false, pos: { start: pos.start, end: pos.end } };
}
