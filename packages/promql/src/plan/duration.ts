import { PromError } from "@ferula/model";
import type { DurationExpr, DurationOperand } from "@ferula/promql-syntax";
import { goMax, goMin } from "../functions/float-math.ts";
import { pow } from "../functions/go-math/pow.ts";

/** Go's time.Duration holds this many seconds. */
const MAX_SECONDS = 2 ** 63 / 1e9;

/** What `step()` and `range()` stand for in a duration. */
export interface DurationScope {
  readonly stepMs: number;
  readonly rangeMs: number;
}

/** The value of a range, step or offset that is written as an expression, in whole milliseconds (promql/durations.go). */
export function durationMs(expr: DurationExpr, scope: DurationScope, allowNegative: boolean): number {
  const seconds = evaluate(expr, scope);
  if (!Number.isFinite(seconds)) throw badDuration(expr, "duration is NaN or infinite");
  if (seconds <= 0 && !allowNegative) throw badDuration(expr, "duration must be greater than 0");
  if (Math.abs(seconds) > MAX_SECONDS) throw badDuration(expr, "duration is out of range");
  return Math.trunc(seconds * 1000);
}

function evaluate(expr: DurationOperand, scope: DurationScope): number {
  switch (expr.kind) {
    case "number":
      return expr.value;
    case "duration_call":
      return (expr.func === "step" ? scope.stepMs : scope.rangeMs) / 1000;
    case "duration_unary": {
      const value = evaluate(expr.operand, scope);
      return expr.op === "-" ? -value : value;
    }
    case "duration_binary":
      return evaluateBinary(expr, scope);
  }
}

function evaluateBinary(expr: Extract<DurationExpr, { kind: "duration_binary" }>, scope: DurationScope): number {
  const left = evaluate(expr.left, scope);
  const right = evaluate(expr.right, scope);
  switch (expr.op) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      if (right === 0) throw badDuration(expr, "division by zero");
      return left / right;
    case "%":
      if (right === 0) throw badDuration(expr, "modulo by zero");
      return left % right;
    case "^":
      return pow(left, right);
    case "min_of":
      return goMin(left, right);
    case "max_of":
      return goMax(left, right);
  }
}

function badDuration(expr: DurationExpr, problem: string): PromError {
  return new PromError("bad_data", `${expr.pos.start}:${expr.pos.end}: ${problem}`);
}
