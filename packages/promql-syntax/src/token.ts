import { goQuote } from "@ferula/durations";
import type { AggregateOp } from "./ast.ts";
import { isAggregateOp } from "./operators.ts";

/** Words that join or modify expressions; upstream's messages show them as `<by>`. */
export type KeywordType =
  | "anchored"
  | "bool"
  | "by"
  | "fill"
  | "fill_left"
  | "fill_right"
  | "group_left"
  | "group_right"
  | "ignoring"
  | "offset"
  | "on"
  | "smoothed"
  | "without";

/** Words that stand for a property of the query, also functions of the same name. */
export type PreprocessorType = "end" | "max_of" | "min_of" | "range" | "start" | "step";

/** Operators; upstream's messages show them as `<op:+>`. */
export type OperatorType =
  | "!="
  | "!~"
  | "%"
  | "*"
  | "+"
  | "-"
  | "/"
  | "<"
  | "</"
  | "<="
  | "=="
  | "=~"
  | ">"
  | ">/"
  | ">="
  | "@"
  | "^"
  | "and"
  | "atan2"
  | "or"
  | "unless";

/** `_`, `x` and the space are tokens in series descriptions only. */
type PunctuationType = "(" | ")" | "," | ":" | "=" | "[" | "]" | "{" | "}" | "blank" | "space" | "times";

/** Tokens whose text is not fixed by their type. Histograms (`{{…}}`) stand in series descriptions only. */
type ValueTokenType = "duration" | "eof" | "error" | "histogram" | "identifier" | "metric identifier" | "number" | "string";

/** All kinds of tokens. */
export type TokenType = AggregateOp | KeywordType | OperatorType | PreprocessorType | PunctuationType | ValueTokenType;

/** One token. `start` and `end` are string offsets; the text of an "error" token is the message. */
export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const keywords: ReadonlySet<TokenType> = new Set<KeywordType>([
  "anchored",
  "bool",
  "by",
  "fill",
  "fill_left",
  "fill_right",
  "group_left",
  "group_right",
  "ignoring",
  "offset",
  "on",
  "smoothed",
  "without",
]);

const preprocessors: ReadonlySet<TokenType> = new Set<PreprocessorType>(["end", "max_of", "min_of", "range", "start", "step"]);

const operators: ReadonlySet<TokenType> = new Set<OperatorType>([
  "!=",
  "!~",
  "%",
  "*",
  "+",
  "-",
  "/",
  "<",
  "</",
  "<=",
  "==",
  "=~",
  ">",
  ">/",
  ">=",
  "@",
  "^",
  "and",
  "atan2",
  "or",
  "unless",
]);

/** Keywords that vector matching needs so badly that they can't name a metric; they can still name a label. */
const neverMetricNames: ReadonlySet<TokenType> = new Set<TokenType>(["bool", "group_left", "group_right", "ignoring", "on"]);

/** The type of a word outside braces. Case does not matter; `inf` and `nan` are numbers. */
export function wordType(word: string): TokenType {
  const lower = word.toLowerCase() as TokenType;
  if (isAggregateOp(lower) || keywords.has(lower) || preprocessors.has(lower)) return lower;
  switch (lower as string) {
    case "and":
    case "or":
    case "unless":
    case "atan2":
      return lower;
    case "inf":
    case "nan":
      return "number";
  }
  return word.includes(":") ? "metric identifier" : "identifier";
}

/** Whether a token of this type is `start`, `step` or one of their like. */
export function isPreprocessor(type: TokenType): type is PreprocessorType {
  return preprocessors.has(type);
}

/** Whether a token of this type can be a metric name outside braces. */
export function canNameMetric(type: TokenType): boolean {
  if (type === "identifier" || type === "metric identifier" || isAggregateOp(type) || isPreprocessor(type)) return true;
  if (type === "and" || type === "or" || type === "unless") return true;
  return keywords.has(type) && !neverMetricNames.has(type);
}

/** Whether a token of this type can stand in the list of `by`, `on` and their like; of all words only `without` can't. */
export function canNameLabel(type: TokenType): boolean {
  return type !== "without" && (canNameMetric(type) || type === "atan2" || neverMetricNames.has(type));
}

/** How messages call a token: `identifier "foo"`, `<op:+>`, `end of input`. */
export function describeToken(token: Token): string {
  switch (token.type) {
    case "eof":
      return "end of input";
    case "duration":
    case "number":
    case "string":
      return `${token.type} ${quoteShortened(token.text)}`;
    case "identifier":
    case "metric identifier":
      return `${token.type} ${goQuote(token.text)}`;
    default:
      break;
  }
  if (keywords.has(token.type)) return `<${token.text}>`;
  if (operators.has(token.type)) return `<op:${token.text}>`;
  if (isAggregateOp(token.type)) return `<aggr:${token.text}>`;
  return quoteShortened(token.text);
}

/** Upstream measures in bytes and cuts in characters. */
function quoteShortened(text: string): string {
  if (utf8Length(text) <= 10) return goQuote(text);
  return `${goQuote(Array.from(text.slice(0, 20)).slice(0, 10).join(""))}...`;
}

/** How many bytes of UTF-8 a string takes; a surrogate without its partner takes three. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
  }
  return length;
}
