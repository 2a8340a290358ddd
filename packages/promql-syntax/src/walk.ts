import type { Expr } from "./ast.ts";

/** The expressions directly below `expr`, in upstream's order: an aggregation's parameter comes after its vector. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "aggregate":
      return expr.param === undefined ? [expr.expr] : [expr.expr, expr.param];
    case "binary":
      return [expr.left, expr.right];
    case "call":
      return expr.args;
    case "matrix":
      return [expr.selector];
    case "paren":
    case "subquery":
    case "unary":
      return [expr.expr];
    case "number":
    case "string":
    case "vector":
      return [];
  }
}

/**
 * Calls `visit` for `expr` and everything below it, parents first. `path` holds the ancestors from the root down; it belongs to the walk
 * and changes after `visit` returns. When `visit` returns false, what is below that node is left out.
 */
export function walk(expr: Expr, visit: (expr: Expr, path: readonly Expr[]) => boolean | void): void {
  const path: Expr[] = [];
  const waiting: Expr[] = [expr];
  const depths: number[] = [0];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    path.length = depths.pop() ?? 0;
    if (visit(next, path) === false) continue;
    path.push(next);
    const below = children(next);
    for (let i = below.length - 1; i >= 0; i--) {
      waiting.push(below[i]);
      depths.push(path.length);
    }
  }
}
