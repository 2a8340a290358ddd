import { describe, expect, test } from "@jest/globals";
import { type Expr, formatExpr, parseExpr, prettyExpr, toApiJson, valueType, walk } from "../src/index.ts";

/** `operand op operand op …`, with so many operators. */
function chain(operand: string, op: string, count: number): string {
  return Array.from({ length: count + 1 }, () => operand).join(` ${op} `);
}

function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, "");
}

describe.each([
  ["sums of vectors", "a", "+", "vector"],
  ["sums of numbers", "1", "+", "scalar"],
  ["unions", "a", "or", "vector"],
  ["comparisons of what is in parentheses", "(a - b)", ">=", "vector"],
])("3000 operators in a row: %s", (_what, operand, op, type) => {
  const query = chain(operand, op, 3000);
  const expr = parseExpr(query);

  test("are checked and printed", () => {
    expect(valueType(expr)).toBe(type);
    expect(formatExpr(expr)).toBe(query);
  });

  test("are walked", () => {
    let count = 0;
    let deepest = 0;
    walk(expr, (_node, path) => {
      count++;
      deepest = Math.max(deepest, path.length);
    });
    expect(count).toBeGreaterThan(6000);
    expect(deepest).toBeGreaterThanOrEqual(3000);
  });

  test("are split over lines, and made JSON", () => {
    expect(withoutSpaces(prettyExpr(expr))).toBe(withoutSpaces(query));
    expect(JSON.stringify(toApiJson(expr)).length).toBeGreaterThan(query.length);
  });
});

test("one more is refused", () => {
  expect(() => parseExpr(chain("a", "+", 3001))).toThrow("1:12006: parse error: expression is nested too deeply: more than 3000 levels");
});

test("chains in chains make high trees only where they stand on the right", () => {
  const inner = chain("a", "*", 50);
  const query = chain(inner, "+", 50);
  const links = (expr: Expr): number => (expr.kind === "binary" ? 1 + links(expr.left) + links(expr.right) : 0);
  expect(links(parseExpr(query))).toBe(50 + 51 * 50);
});

test("what stands on the left of the last operator stays on one line when it fits", () => {
  const name = "a".repeat(30);
  expect(prettyExpr(parseExpr(chain(name, "+", 3)))).toBe(`  ${name} + ${name} + ${name}\n+\n  ${name}`);
});
