import { createMatcher, isValidLabelName, METRIC_NAME, type Matcher, type MatchType } from "@ferula/model";
import type { PositionRange, VectorSelector } from "./ast.ts";
import type { Draft } from "./draft.ts";
import { patternProblem } from "./pattern-problem.ts";
import { quoteString } from "./quote-string.ts";
import { canNameLabel, canNameMetric, type Token } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";
import { unquote } from "./unquote.ts";

/** A selector without modifiers: a name, matchers in braces, or both. */
export function parseVectorSelector(stream: TokenStream): Draft<VectorSelector> {
  const first = stream.peek();
  if (first.type === "{") return finishVectorSelector(stream, undefined);
  if (!canNameMetric(first.type)) return stream.unexpected();
  return finishVectorSelector(stream, stream.take());
}

/** What is left of a selector once its name, if it has one, is used up. */
export function finishVectorSelector(stream: TokenStream, nameToken: Token | undefined): Draft<VectorSelector> {
  const first = nameToken ?? stream.peek();
  const name = nameToken?.text ?? "";
  const matchers: Matcher[] = [];
  let { end } = first;
  if (stream.peek().type === "{") end = parseBraces(stream, matchers);
  if (name !== "") matchers.push(createMatcher("=", METRIC_NAME, name));
  stream.grow(0);
  return {
    kind: "vector",
    name,
    matchers,
    offsetMs: 0,
    offsetExpr: undefined,
    at: undefined,
    anchored: false,
    smoothed: false,
    isInfoSelector: false,
    pos: { start: first.start, end },
  };
}

/** Reads `{…}` and returns where it ends. */
function parseBraces(stream: TokenStream, matchers: Matcher[]): number {
  stream.take();
  while (stream.peek().type !== "}") {
    const matcher = parseMatcher(stream);
    if (matcher !== undefined) matchers.push(matcher);
    if (stream.peek().type === "}") break;
    if (stream.takeIf(",") === undefined) stream.unexpected("label matching", '"," or "}"');
  }
  return stream.take().end;
}

function parseMatcher(stream: TokenStream): Matcher | undefined {
  const label = stream.peek();
  if (label.type !== "identifier" && label.type !== "string") return stream.unexpected("label matching", 'identifier or "}"');
  stream.take();
  const name = label.type === "string" ? unquote(label.text) : label.text;
  const operator = stream.peek();
  const type = matchType(operator);
  if (type === undefined) {
    if (label.type === "string") return createMatcher("=", METRIC_NAME, name);
    return stream.unexpected("label matching", "label matching operator");
  }
  stream.take();
  const value = stream.peek();
  if (value.type !== "string") return stream.unexpected("label matching", "string");
  stream.take();
  return buildMatcher(stream, type, name, { start: label.start, end: value.end }, unquote(value.text));
}

/** Only a regular expression can be refused, and why is what the user needs. */
function buildMatcher(stream: TokenStream, type: MatchType, name: string, pos: PositionRange, value: string): Matcher | undefined {
  const isPattern = type === "=~" || type === "!~";
  const problem = isPattern ? patternProblem(value) : undefined;
  if (problem !== undefined) {
    stream.reportAt(pos, problem);
    return undefined;
  }
  try {
    return createMatcher(type, name, value);
  } catch (error) {
    stream.reportAt(pos, (error as Error).message);
    return undefined;
  }
}

function matchType(token: Token): MatchType | undefined {
  const { type } = token;
  return type === "=" || type === "!=" || type === "=~" || type === "!~" ? type : undefined;
}

/** The labels after `by`, `on` and their like, with the parentheses. */
export function parseLabelList(stream: TokenStream): readonly string[] {
  if (stream.peek().type !== "(") stream.unexpected("grouping opts", '"("');
  stream.take();
  const labels: string[] = [];
  while (stream.peek().type !== ")") {
    labels.push(parseGroupingLabel(stream));
    if (stream.peek().type === ")") break;
    if (stream.takeIf(",") === undefined) stream.unexpected("grouping opts", '"," or ")"');
  }
  stream.take();
  return labels;
}

function parseGroupingLabel(stream: TokenStream): string {
  const token = stream.peek();
  if (token.type !== "string" && !canNameLabel(token.type)) return stream.unexpected("grouping opts", "label");
  stream.take();
  const label = token.type === "string" ? unquote(token.text) : token.text;
  if (!isValidLabelName(label)) stream.reportAt(token, `invalid label name for grouping: ${quoteString(label)}`);
  return label;
}
