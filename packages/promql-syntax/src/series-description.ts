import { goQuote } from "@ferula/durations";
import { addHistogram, copyHistogram, isHistogramError, labelsOf, METRIC_NAME, subtractHistogram, type Labels } from "@ferula/model";
import { type DescribedHistogram, readHistogram } from "./histogram-description.ts";
import { defaultParseOptions } from "./options.ts";
import { ParseError } from "./parse-error.ts";
import { parseSignedNumber } from "./parse-number.ts";
import { canNameMetric } from "./token.ts";
import { abandoned, TokenStream } from "./token-stream.ts";
import { unquote } from "./unquote.ts";

/** One value of a series: a number, a histogram, a stale marker, or "_" where there is none. */
export type SeriesValue = number | DescribedHistogram | "stale" | "_";

/** A series as rule unit tests and `.test` scripts write it: one value for each interval. */
export interface SeriesDescription {
  readonly labels: Labels;
  readonly values: readonly SeriesValue[];
}

/** A repetition that gives more values is refused: it is a slip, and would take the memory of the process. */
const MAX_VALUES = 10_000_000;

/**
 * Parses a series such as `http_requests{job="a"} 0+10x5 _ stale`. `a+bxN` and `a-bxN` give N + 1 values that grow by b, `axN` the same
 * value N + 1 times, `_xN` N gaps; the same of histograms, `{{schema:1 count:3 buckets:[1 2]}}`. Throws ParseError. Values that are the same
 * histogram may be one object.
 */
export function parseSeriesDescription(text: string): SeriesDescription {
  const stream = new TokenStream(text, defaultParseOptions, "series");
  let series: SeriesDescription | undefined;
  try {
    series = { labels: parseMetric(stream), values: parseValues(stream) };
  } catch (error) {
    if (error !== abandoned) throw error;
  }
  if (series === undefined || stream.problems.length > 0) throw new ParseError(text, stream.problems);
  return series;
}

/** A name, labels in braces, both or neither. */
function parseMetric(stream: TokenStream): Labels {
  const pairs = new Map<string, string>();
  const name = canNameMetric(stream.peek().type) ? stream.take().text : undefined;
  if (stream.takeIf("{") !== undefined) {
    while (stream.peek().type !== "}") {
      parseLabel(stream, pairs);
      if (stream.peek().type === "}") break;
      if (stream.takeIf(",") === undefined) stream.unexpected("label set", '"," or "}"');
    }
    stream.take();
  }
  if (name !== undefined) pairs.set(METRIC_NAME, name);
  return labelsOf(pairs);
}

function parseLabel(stream: TokenStream, pairs: Map<string, string>): void {
  const label = stream.peek();
  if (label.type !== "identifier" && label.type !== "string") stream.unexpected("label set", 'identifier or "}"');
  stream.take();
  const name = label.type === "string" ? unquote(label.text) : label.text;
  if (stream.takeIf("=") === undefined) {
    if (label.type === "identifier") stream.unexpected("label set", '"="');
    pairs.set(METRIC_NAME, name);
    return;
  }
  const value = stream.peek();
  if (value.type !== "string") stream.unexpected("label set", "string");
  stream.take();
  pairs.set(name, unquote(value.text));
}

function parseValues(stream: TokenStream): readonly SeriesValue[] {
  const values: SeriesValue[] = [];
  stream.enter("series values", "");
  while (stream.takeIf("space") !== undefined) {
    if (stream.peek().type !== "eof") parseItem(stream, values);
  }
  stream.expect("eof");
  return values;
}

function parseItem(stream: TokenStream, values: SeriesValue[]): void {
  if (stream.takeIf("blank") !== undefined) {
    const times = stream.takeIf("times") === undefined ? 1 : parseRepetition(stream, values.length);
    for (let i = 0; i < times; i++) values.push("_");
    return;
  }
  if (stream.peek().type === "histogram") {
    parseHistogramItem(stream, values);
    return;
  }
  const first = parseValue(stream);
  const sign = stream.peek().type;
  const isSequence = sign === "+" || sign === "-";
  const step = isSequence ? parseSignedNumber(stream) : 0;
  if (stream.takeIf("times") === undefined) {
    if (isSequence) stream.unexpected();
    values.push(first);
    return;
  }
  const times = parseRepetition(stream, values.length);
  // Repeated addition, not multiplication: upstream's rounding is part of what tests expect. A stale marker stays one.
  let value = first;
  for (let i = 0; i <= times; i++) {
    values.push(value);
    if (typeof value === "number") value += step;
  }
}

function parseHistogramItem(stream: TokenStream, values: SeriesValue[]): void {
  const first = parseHistogram(stream);
  const sign = stream.peek().type;
  if (sign === "times") {
    stream.take();
    for (let left = parseRepetition(stream, values.length); left >= 0; left--) values.push(first);
    return;
  }
  if (sign !== "+" && sign !== "-") {
    values.push(first);
    return;
  }
  const signToken = stream.take();
  if (stream.peek().type !== "histogram") stream.unexpected("series values");
  const step = parseHistogram(stream);
  stream.expect("times");
  const times = parseRepetition(stream, values.length);
  // The hint of the step says whether hints count, as upstream has it.
  const { hasCounterResetHint } = step;
  let { histogram } = first;
  values.push({ histogram, hasCounterResetHint });
  for (let i = 0; i < times; i++) {
    if (histogram.schema > step.histogram.schema) {
      const cause = `cannot merge from schema ${step.histogram.schema} to ${histogram.schema}`;
      stream.reportAt(signToken, `error combining histograms: ${cause}`);
      return;
    }
    histogram = copyHistogram(histogram);
    try {
      if (sign === "+") addHistogram(histogram, step.histogram);
      else subtractHistogram(histogram, step.histogram);
    } catch (error) {
      if (!isHistogramError(error)) throw error;
      stream.reportAt(signToken, error.message);
      return;
    }
    values.push({ histogram, hasCounterResetHint });
  }
}

function parseHistogram(stream: TokenStream): DescribedHistogram {
  const { start, end } = stream.expect("histogram");
  return readHistogram(stream.query, start, end, (from, to, reason) => stream.report(from, to, reason));
}

function parseValue(stream: TokenStream): number | "stale" {
  const token = stream.peek();
  if (token.type !== "identifier") return parseSignedNumber(stream);
  if (token.text !== "stale") stream.unexpected("series values", 'number or "stale"');
  stream.take();
  return "stale";
}

function parseRepetition(stream: TokenStream, countSoFar: number): number {
  const token = stream.expect("number");
  if (!/^[0-9]+$/.test(token.text)) {
    const cause = `strconv.ParseUint: parsing ${goQuote(token.text)}: invalid syntax`;
    stream.reportAt(token, `invalid repetition in series values: ${cause}`);
    return 0;
  }
  const times = Number(token.text);
  if (countSoFar + times < MAX_VALUES) return times;
  stream.reportAt(token, `invalid repetition in series values: more than ${MAX_VALUES} values`);
  return 0;
}
