import type { Matcher } from "@ferula/model";
import { createAlertMatcher } from "./alert-matcher.ts";
import { parseClassicMatcher, parseClassicMatchers } from "./classic-grammar.ts";
import { MatcherError } from "./matcher-error.ts";
import { parseUtf8Matchers } from "./utf8-grammar.ts";
import type { ParsedMatcher } from "./parsed-matcher.ts";

/**
 * Reads matchers such as `a="b"` or `{a="b", "c d"=~"e.*"}`, separated by commas, with or without braces.
 *
 * There are two grammars: the classic one, whose names are letters, digits, `_` and `:`, and the one for any UTF-8 name. Where a text can
 * be read both ways the classic reading counts, and where it can't be read at all the error is the classic one, as in upstream's default
 * mode (matcher/compat). Throws MatcherError.
 */
export function parseMatchers(text: string): readonly Matcher[] {
  return classicFirst(
    () => parseClassicMatchers(text).map(toMatcher),
    () => parseUtf8Matchers(text).map(toMatcher),
  );
}

/** Reads exactly one matcher, without braces. Throws MatcherError. */
export function parseMatcher(text: string): Matcher {
  if (text.startsWith("{") || text.endsWith("}")) throw new MatcherError(`unexpected open or close brace: ${text}`);
  return classicFirst(
    () => toMatcher(parseClassicMatcher(text)),
    () => {
      const matchers = parseUtf8Matchers(text);
      if (matchers.length !== 1) throw new MatcherError(`expected 1 matcher, found ${matchers.length}: ${text}`);
      return toMatcher(matchers[0]);
    },
  );
}

function classicFirst<T>(classic: () => T, utf8: () => T): T {
  try {
    return classic();
  } catch (classicError) {
    if (!(classicError instanceof MatcherError)) throw classicError;
    try {
      return utf8();
    } catch (error) {
      throw error instanceof MatcherError ? classicError : error;
    }
  }
}

function toMatcher({ type, name, value }: ParsedMatcher): Matcher {
  try {
    return createAlertMatcher(type, name, value);
  } catch (error) {
    throw new MatcherError((error as Error).message, { cause: error });
  }
}
