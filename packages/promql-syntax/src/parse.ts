import type { Matcher } from "@ferula/model";
import type { Expr } from "./ast.ts";
import { checkTypes } from "./check.ts";
import { defaultParseOptions, type ParseOptions } from "./options.ts";
import { ParseError } from "./parse-error.ts";
import { parseExpression } from "./parse-expr.ts";
import { parseVectorSelector } from "./parse-selector.ts";
import { abandoned, TokenStream } from "./token-stream.ts";

/**
 * Parses and type-checks a query. Options that are not given have their defaults. Throws ParseError, with every problem found up to the
 * first token that does not fit, or with every type that does not.
 */
export function parseExpr(query: string, options?: Partial<ParseOptions>): Expr {
  const stream = new TokenStream(query, { ...defaultParseOptions, ...options });
  const expr = parseAll(stream, parseWhole);
  if (expr !== undefined && stream.problems.length === 0) checkTypes(stream, expr);
  if (expr === undefined || stream.problems.length > 0) throw new ParseError(query, stream.problems);
  return expr;
}

/** Parses a selector without modifiers, such as `up{job="a"}`, into its matchers. Throws ParseError. */
export function parseMetricSelector(selector: string): readonly Matcher[] {
  const stream = new TokenStream(selector, defaultParseOptions);
  const parsed = parseAll(stream, parseVectorSelector);
  if (parsed === undefined || stream.problems.length > 0) throw new ParseError(selector, stream.problems);
  return parsed.matchers;
}

/** Whether matchers ask for something: one of them at least does not match the empty string. The API requires it of each `match[]`. */
export function hasNonEmptyMatcher(matchers: readonly Matcher[]): boolean {
  return matchers.some((matcher) => !matcher.matchesEmpty);
}

function parseWhole(stream: TokenStream): Expr | undefined {
  if (stream.peek().type !== "eof") return parseExpression(stream);
  stream.report(0, 0, "no expression found in input");
  return undefined;
}

/** Runs `parse` over the whole text; undefined when it was left at a token that does not fit. */
function parseAll<Result>(stream: TokenStream, parse: (stream: TokenStream) => Result): Result | undefined {
  try {
    const result = parse(stream);
    if (stream.peek().type !== "eof") stream.unexpected();
    return result;
  } catch (error) {
    if (error !== abandoned) throw error;
    return undefined;
  }
}
