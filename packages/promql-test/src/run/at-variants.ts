import { TIME_DEPENDENT } from "@ferula/promql";
import { type Expr, formatExpr, parseExpr, walk } from "@ferula/promql-syntax";
import { scriptSyntax } from "../engine-options.ts";

/** An instant query. */
export interface InstantQuery {
  readonly expr: string;
  readonly timeMs: number;
}

/**
 * The query with all its selectors pinned to `timeMs` by `@`, at other times, where it must give the same; none for a query that depends
 * on the time by itself.
 */
export function atVariants({ expr, timeMs }: InstantQuery): readonly InstantQuery[] {
  const tree = parseExpr(expr, scriptSyntax);
  let dependsOnTime = false;
  walk(tree, (node) => {
    if (node.kind === "call" && TIME_DEPENDENT.has(node.func)) dependsOnTime = true;
    // Everything in a subquery is evaluated at the subquery's times.
    return node.kind !== "subquery";
  });
  if (dependsOnTime) return [];
  const pinned = formatExpr(pinAt(tree, timeMs));
  const times = timeMs === 0 ? [-1000, 0, 1000] : [-10 * timeMs, 0, Math.trunc(timeMs / 5), timeMs, 10 * timeMs];
  return times.map((otherMs) => ({ expr: pinned, timeMs: otherMs }));
}

function pinAt(expr: Expr, timestampMs: number): Expr {
  switch (expr.kind) {
    case "vector":
    case "subquery":
      return expr.at?.kind === "timestamp" ? expr : { ...expr, at: { kind: "timestamp", timestampMs } };
    case "matrix":
      return { ...expr, selector: pinAt(expr.selector, timestampMs) as typeof expr.selector };
    case "aggregate":
      return { ...expr, expr: pinAt(expr.expr, timestampMs), param: expr.param === undefined ? undefined : pinAt(expr.param, timestampMs) };
    case "binary":
      return { ...expr, left: pinAt(expr.left, timestampMs), right: pinAt(expr.right, timestampMs) };
    case "call":
      return { ...expr, args: expr.args.map((argument) => pinAt(argument, timestampMs)) };
    case "paren":
    case "unary":
      return { ...expr, expr: pinAt(expr.expr, timestampMs) };
    case "number":
    case "string":
      return expr;
  }
}
