import { expect } from "@jest/globals";
import { formatExpr, parseExpr, type Expr, type ParseOptions } from "../src/index.ts";

/** Everything on. */
export const allFeatures: ParseOptions = {
  experimentalFunctions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
  durationExpressions: true,
};

/** The messages of all problems, or undefined when the query parses. */
export function problemsOf(query: string, options: Partial<ParseOptions> = allFeatures): readonly string[] | undefined {
  try {
    parseExpr(query, options);
    return undefined;
  } catch (error) {
    const { name, problems } = error as { name: string; problems: readonly { message: string }[] };
    expect(name).toBe("ParseError");
    return problems.map((problem) => problem.message);
  }
}

/** A tree without what printing does not keep: positions, the functions in matchers and the order of matchers. */
export function shape(expr: Expr): unknown {
  return JSON.parse(
    JSON.stringify(expr, (field, value: unknown) => {
      if (field === "pos") return undefined;
      if (field === "matchers") return (value as { name: string; type: string; value: string }[]).map(matcherText).sort();
      return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    }),
  );
}

function matcherText({ name, type, value }: { name: string; type: string; value: string }): string {
  return name + type + value;
}

/** Checks how a query is printed, and that the printed text means the same. */
export function checkPrinted(query: string, printed: string): void {
  const expr = parseExpr(query, allFeatures);
  expect(formatExpr(expr)).toBe(printed);
  expect(shape(parseExpr(printed, allFeatures))).toEqual(shape(expr));
}
