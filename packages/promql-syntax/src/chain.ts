import type { BinaryExpr, Expr } from "./ast.ts";

/** What `a + b - c` is made of: the operand that stands first, and the operators from the innermost to the outermost. */
export interface Chain {
  readonly first: Expr;
  readonly links: readonly BinaryExpr[];
}

/**
 * The operators that hang on each other's left side. Such a chain is as long as its author likes, so what walks a tree goes along it in
 * a loop; everywhere else trees are no higher than the parser lets them be.
 */
export function chainOf(expr: BinaryExpr): Chain {
  const links: BinaryExpr[] = [];
  let first: Expr = expr;
  for (; first.kind === "binary"; first = first.left) links.push(first);
  return { first, links: links.toReversed() };
}
