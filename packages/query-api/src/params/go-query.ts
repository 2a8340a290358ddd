import { unescape } from "node:querystring";
import { goQuote } from "@ferula/durations";

/** The pairs of a query or of an urlencoded form. */
export interface GoQuery {
  readonly pairs: readonly (readonly [name: string, value: string])[];
  /** What is wrong with the pairs that were left out; undefined when all could be read. */
  readonly problem: string | undefined;
}

const BAD_ESCAPE = /%(?![\da-f]{2})/i;

/**
 * Reads a query as Go does (net/url `ParseQuery`), whose rules differ from those of URLSearchParams: a pair with a semicolon or with an
 * escape that is none is left out. Most handlers take no notice of that, so that a parameter is missing there; the others refuse.
 */
export function parseGoQuery(text: string): GoQuery {
  const pairs: (readonly [string, string])[] = [];
  let problem: string | undefined;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    if (pair.includes(";")) {
      problem = "invalid semicolon separator in query";
      continue;
    }
    const escape = badEscape(pair);
    if (escape === undefined) pairs.push(splitPair(pair));
    else problem ??= `invalid URL escape ${goQuote(escape)}`;
  }
  return { pairs, problem };
}

function badEscape(pair: string): string | undefined {
  const at = pair.search(BAD_ESCAPE);
  return at < 0 ? undefined : pair.slice(at, at + 3);
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf("=");
  return at < 0 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
}

/** Bytes that are no UTF-8 become U+FFFD, where `decodeURIComponent` would fail. */
function decode(text: string): string {
  return unescape(text.replaceAll("+", " "));
}
