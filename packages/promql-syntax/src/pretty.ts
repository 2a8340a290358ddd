import type { BinaryExpr, Expr } from "./ast.ts";
import { chainOf } from "./chain.ts";
import { formatExpr, formatGrouping, formatOperator, formatSubquerySuffix } from "./format.ts";
import { utf8Length } from "./token.ts";

/** What is longer on one line is split, at each node anew. */
const MAX_LINE_BYTES = 100;

/** The expression over several lines, indented by two spaces a level, as upstream's `Prettify` prints it. */
export function prettyExpr(expr: Expr): string {
  return pretty(expr, 0);
}

/** `level` is the depth below the last line break; on level 0 the line has begun already. */
function pretty(expr: Expr, level: number): string {
  const indent = "  ".repeat(level);
  switch (expr.kind) {
    case "aggregate": {
      if (fits(expr)) return indent + formatExpr(expr);
      const param = expr.param === undefined ? "" : `${pretty(expr.param, level + 1)},\n`;
      return `${indent}${expr.op}${formatGrouping(expr)}(\n${param}${pretty(expr.expr, level + 1)}\n${indent})`;
    }
    case "binary":
      return prettyChain(expr, level);
    case "call": {
      if (fits(expr)) return indent + formatExpr(expr);
      const args = expr.args.map((arg) => pretty(arg, level + 1)).join(",\n");
      return `${indent}${expr.func}(\n${args}\n${indent})`;
    }
    case "paren":
      if (fits(expr)) return indent + formatExpr(expr);
      return `${indent}(\n${pretty(expr.expr, level + 1)}\n${indent})`;
    case "subquery":
      // Upstream forgets the indent of a subquery that fits; formatters must agree, so it is forgotten here too.
      return fits(expr) ? formatExpr(expr) : pretty(expr.expr, level) + formatSubquerySuffix(expr);
    case "unary":
      return indent + expr.op + pretty(expr.expr, level).trim();
    case "matrix":
    case "number":
    case "string":
    case "vector":
      return indent + formatExpr(expr);
  }
}

/** Each operator that does not fit puts what stands on its left a level deeper; from where it fits it is one line. */
function prettyChain(expr: BinaryExpr, level: number): string {
  const { first, links } = chainOf(expr);
  const lengths = [utf8Length(formatExpr(first))];
  for (const link of links) {
    lengths.push(lengths[lengths.length - 1] + utf8Length(` ${formatOperator(link)} ${formatExpr(link.right)}`));
  }
  let split = links.length;
  while (split > 0 && lengths[split] > MAX_LINE_BYTES) split--;
  const leftLevel = level + links.length - split;
  let text = split === 0 ? pretty(first, leftLevel) : "  ".repeat(leftLevel) + formatExpr(links[split - 1]);
  for (let i = split; i < links.length; i++) {
    const below = level + links.length - i;
    text += `\n${"  ".repeat(below - 1)}${formatOperator(links[i])}\n${pretty(links[i].right, below)}`;
  }
  return text;
}

function fits(expr: Expr): boolean {
  return utf8Length(formatExpr(expr)) <= MAX_LINE_BYTES;
}
