import { goQuote } from "@ferula/durations";
import { type CounterResetHint, type FloatHistogram, createFloatHistogram } from "@ferula/model";
import { isAlpha, isDigit, isSpace, quoteCharacterAt } from "./characters.ts";
import { readDuration, readNumber } from "./number-value.ts";
import { scanDurationRest, scanNumber } from "./scan-number.ts";

/** A histogram of a series. Tests compare counter reset hints only where one was written. */
export interface DescribedHistogram {
  readonly histogram: FloatHistogram;
  readonly hasCounterResetHint: boolean;
}

/** Told of each mistake, with string offsets into the series' text. */
export type ReportMistake = (start: number, end: number, reason: string) => void;

/** What stands behind the colon of a key. */
type ValueKind = "hint" | "integer" | "list" | "number";

/** The keys of a histogram (promql/parser/lex.go `histogramDesc`). */
const kinds: ReadonlyMap<string, ValueKind> = new Map<string, ValueKind>([
  ["sum", "number"],
  ["count", "number"],
  ["schema", "integer"],
  ["offset", "integer"],
  ["n_offset", "integer"],
  ["buckets", "list"],
  ["n_buckets", "list"],
  ["z_bucket", "number"],
  ["z_bucket_w", "number"],
  ["custom_values", "list"],
  ["counter_reset_hint", "hint"],
]);

const hints: ReadonlySet<string> = new Set<CounterResetHint>(["unknown", "reset", "not_reset", "gauge"]);

const EXPECTED = "in histogram description, expected histogram description key, e.g. buckets:[5 10 7]";

/** Leaves the reading of one histogram at its first mistake. */
class Mistake extends Error {
  readonly start: number;
  constructor(start: number, reason: string) {
    super(reason);
    this.start = start;
  }
}

/**
 * Reads the histogram at `[start, end)` of `text`, the double braces included: `{{schema:1 sum:5 count:3 buckets:[1 2]}}`, its keys in any
 * order, each at most once. Mistakes go to `report`; what could not be read is then left empty.
 */
export function readHistogram(text: string, start: number, end: number, report: ReportMistake): DescribedHistogram {
  const fields = new Map<string, number | readonly number[] | string>();
  const reader = new Reader(text, start + 2, end - 2);
  try {
    while (reader.skipSpace()) {
      const { key, at } = reader.key();
      const value = reader.value(kinds.get(key) as ValueKind);
      if (fields.has(key)) throw new Mistake(at, `duplicate key ${goQuote(key)} in histogram`);
      fields.set(key, value);
    }
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    report(error.start, end, error.message);
  }
  return { histogram: histogramOf(fields), hasCounterResetHint: fields.has("counter_reset_hint") };
}

function histogramOf(fields: ReadonlyMap<string, number | readonly number[] | string>): FloatHistogram {
  const number = (key: string): number => (fields.get(key) as number | undefined) ?? 0;
  const list = (key: string): Float64Array => Float64Array.from((fields.get(key) as readonly number[] | undefined) ?? []);
  const positiveBuckets = list("buckets");
  const negativeBuckets = list("n_buckets");
  return createFloatHistogram({
    schema: number("schema"),
    sum: number("sum"),
    count: number("count"),
    zeroCount: number("z_bucket"),
    zeroThreshold: number("z_bucket_w"),
    customValues: list("custom_values"),
    counterResetHint: (fields.get("counter_reset_hint") as CounterResetHint | undefined) ?? "unknown",
    positiveBuckets,
    negativeBuckets,
    positiveSpans: oneSpan(number("offset"), positiveBuckets.length),
    negativeSpans: oneSpan(number("n_offset"), negativeBuckets.length),
  });
}

function oneSpan(offset: number, length: number): Int32Array {
  return length === 0 ? new Int32Array(0) : Int32Array.of(offset, length);
}

/** A place in the text of a histogram, and what may come next. */
class Reader {
  private readonly text: string;
  private readonly end: number;
  private at: number;

  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  /** Whether anything is left behind the spaces. */
  skipSpace(): boolean {
    while (this.at < this.end && isSpace(this.text.charCodeAt(this.at))) this.at++;
    return this.at < this.end;
  }

  /** A key and its colon. */
  key(): { readonly key: string; readonly at: number } {
    const { at } = this;
    const key = this.word();
    if (key === "") throw this.incomplete();
    if (!kinds.has(key)) throw new Mistake(at, `bad histogram descriptor found: ${goQuote(this.text.slice(at, this.at))}`);
    if (this.text[this.at] !== ":") throw new Mistake(at, "missing `:` for histogram descriptor");
    this.at++;
    return { key, at };
  }

  value(kind: ValueKind): number | readonly number[] | string {
    switch (kind) {
      case "number":
        return this.number();
      case "integer":
        return this.integer();
      case "list":
        return this.list();
      case "hint":
        return this.hint();
    }
  }

  private hint(): string {
    const { at } = this;
    const hint = this.word();
    if (!hints.has(hint)) throw new Mistake(at, `bad histogram descriptor found: ${goQuote(this.text.slice(at, this.at))}`);
    return hint;
  }

  private list(): readonly number[] {
    if (this.text[this.at] !== "[") throw this.incomplete();
    this.at++;
    const values: number[] = [];
    while (this.skipSpace() && this.text[this.at] !== "]") values.push(this.number());
    if (this.at >= this.end) throw new Mistake(this.at, `unexpected end of input ${EXPECTED}`);
    if (values.length === 0) throw new Mistake(this.at, `unexpected "]" ${EXPECTED}`);
    this.at++;
    return values;
  }

  private integer(): number {
    const { at } = this;
    const value = this.number();
    if (!Number.isSafeInteger(value)) throw new Mistake(at, `error parsing number: ${goQuote(this.text.slice(at, this.at))} is no integer`);
    return value;
  }

  private number(): number {
    const isNegative = this.text[this.at] === "-";
    if (isNegative) this.at++;
    const value = this.unsigned();
    return isNegative ? -value : value;
  }

  private unsigned(): number {
    const { text, at } = this;
    const code = text.charCodeAt(at);
    if (isAlpha(code)) return this.named();
    if (!isDigit(code)) throw this.incomplete();
    const number = scanNumber(text, at, true);
    const duration = number.ok ? number : scanDurationRest(text, number.end);
    if (!duration.ok) throw new Mistake(at, `bad number syntax: ${goQuote(text.slice(at, number.end))}`);
    this.at = duration.end;
    const word = text.slice(at, duration.end);
    const reading = number.ok ? readNumber(word) : readDuration(word);
    if ("problem" in reading) throw new Mistake(at, reading.problem);
    return reading.value;
  }

  /** `Inf` or `NaN`. */
  private named(): number {
    const { at } = this;
    const name = this.word();
    if (name !== "inf" && name !== "nan") throw new Mistake(at, `bad histogram descriptor found: ${goQuote(this.text.slice(at, this.at))}`);
    return name === "inf" ? Infinity : NaN;
  }

  private word(): string {
    const { at } = this;
    while (this.at < this.end && isAlpha(this.text.charCodeAt(this.at))) this.at++;
    return this.text.slice(at, this.at).toLowerCase();
  }

  private incomplete(): Mistake {
    return new Mistake(this.at, `histogram description incomplete unexpected: ${quoteCharacterAt(this.text, this.at)}`);
  }
}
