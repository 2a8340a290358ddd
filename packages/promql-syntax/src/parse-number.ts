import type { NumberLiteral } from "./ast.ts";
import type { Draft } from "./draft.ts";
import { readDuration, readNumber } from "./number-value.ts";
import type { Token } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";

/** A number or a duration, which must come next. */
export function parseNumberLiteral(stream: TokenStream): Draft<NumberLiteral> {
  const { token, value } = takeNumber(stream);
  stream.grow(0);
  return { kind: "number", value, isDuration: token.type === "duration", pos: { start: token.start, end: token.end } };
}

/** The value of a number or duration that may have a sign before it. */
export function parseSignedNumber(stream: TokenStream): number {
  const sign = stream.peek().type;
  if (sign === "+" || sign === "-") stream.take();
  const { value } = takeNumber(stream);
  return sign === "-" ? -value : value;
}

/** Takes a number or duration; one without a value is reported, and counts as 0. */
function takeNumber(stream: TokenStream): { readonly token: Token; readonly value: number } {
  const token = stream.peek();
  if (token.type !== "number" && token.type !== "duration") return stream.unexpected();
  stream.take();
  const reading = token.type === "number" ? readNumber(token.text) : readDuration(token.text);
  if ("value" in reading) return { token, value: reading.value };
  stream.reportAt(token, reading.problem);
  return { token, value: 0 };
}
