import type { BinaryExpr, Expr } from "@ferula/promql-syntax";

/** Functions whose result depends on the evaluation time even when their arguments don't (promql/functions.go `AtModifierUnsafeFunctions`). */
export const TIME_DEPENDENT: ReadonlySet<string> = new Set([
  "day_of_month",
  "day_of_week",
  "day_of_year",
  "days_in_month",
  "end",
  "hour",
  "minute",
  "month",
  "predict_linear",
  "range",
  "start",
  "step",
  "time",
  "timestamp",
  "year",
]);

/** Whether an expression is the same at every step: selectors are when `@` fixes their time (promql/engine.go `PreprocessExpr`). */
export function isStepInvariant(expr: Expr): boolean {
  switch (expr.kind) {
    case "aggregate":
      return isStepInvariant(expr.expr);
    case "binary":
      return isInvariantChain(expr);
    case "call":
      return isInvariantCall(expr);
    case "matrix":
      return expr.selector.at !== undefined;
    case "number":
    case "string":
      return true;
    case "paren":
      return isStepInvariant(expr.expr);
    case "subquery":
      return expr.at !== undefined;
    case "unary":
      return isStepInvariant(expr.expr);
    case "vector":
      return expr.at !== undefined;
  }
}

/** Along the left side in a loop: chains of operators may be longer than the stack is deep. */
function isInvariantChain(expr: BinaryExpr): boolean {
  let left: Expr = expr;
  for (; left.kind === "binary"; left = left.left) if (!isStepInvariant(left.right)) return false;
  return isStepInvariant(left);
}

function isInvariantCall(expr: Extract<Expr, { kind: "call" }>): boolean {
  // timestamp() of a selector is the samples' own time, and so as fixed as they are.
  if (expr.func === "timestamp") {
    const selected = withoutParens(expr.args[0]);
    return selected.kind === "vector" && selected.at !== undefined;
  }
  return !TIME_DEPENDENT.has(expr.func) && expr.args.every(isStepInvariant);
}

/** The expression inside of any parentheses. */
export function withoutParens(expr: Expr): Expr {
  return expr.kind === "paren" ? withoutParens(expr.expr) : expr;
}
