import type { MatchType } from "@ferula/model";
import { unquoteGo } from "./go-unquote.ts";
import { MatcherError } from "./matcher-error.ts";
import type { ParsedMatcher } from "./parsed-matcher.ts";

/*
 * The grammar for any UTF-8 name (upstream matcher/parse). Names and values are bare, up to a reserved character, or in double quotes
 * with Go's escapes; a value can't be left out. Braces come in pairs.
 */

const SPACE = /\p{White_Space}/u;
const RESERVED = /[\p{White_Space}{}!=~,\\"'`]/u;
const OPERATORS = ["=~", "!~", "!=", "="] as const satisfies readonly MatchType[];

/** Reads matchers separated by commas, one more comma allowed at the end. Throws MatcherError with the place of the mistake. */
export function parseUtf8Matchers(text: string): readonly ParsedMatcher[] {
  let at = 0;

  const skipSpace = (): void => {
    while (at < text.length && SPACE.test(text[at])) at++;
  };
  const fail = (expected: string): never => {
    throw new MatcherError(`${at}:${Math.min(at + 1, text.length)}: ${text[at] ?? "end of input"}: expected ${expected}`);
  };
  const word = (expected: string): string => {
    skipSpace();
    if (text[at] === '"') return quoted();
    const start = at;
    while (at < text.length && !RESERVED.test(text[at])) at++;
    return at === start ? fail(expected) : text.slice(start, at);
  };
  const quoted = (): string => {
    const start = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    if (at >= text.length) throw new MatcherError(`${start}:${text.length}: ${text.slice(start)}: missing end "`);
    const literal = text.slice(start, ++at);
    return unquoteGo(literal) ?? raise(new MatcherError(`${start}:${at}: ${literal}: invalid syntax`));
  };
  const operator = (): MatchType => {
    skipSpace();
    const found = OPERATORS.find((type) => text.startsWith(type, at));
    if (found === undefined) return fail("an operator such as '=', '!=', '=~' or '!~'");
    at += found.length;
    return found;
  };

  skipSpace();
  const isBraced = text[at] === "{";
  if (isBraced) at++;
  const matchers: ParsedMatcher[] = [];
  for (;;) {
    skipSpace();
    if (at >= text.length || text[at] === "}") break;
    const name = word("a matcher") || fail("a label name that is not empty");
    const type = operator();
    matchers.push({ name, type, value: word("a label value") });
    skipSpace();
    if (text[at] !== ",") break;
    at++;
  }
  if (isBraced) {
    if (text[at] !== "}") fail("close brace");
    at++;
    skipSpace();
  }
  if (at < text.length) fail(isBraced ? "end of input" : "a comma");
  return matchers;
}

function raise(error: Error): never {
  throw error;
}
