import { createMatcher, type Matcher, type MatchType } from "@ferula/model";

/** A text that is not a list of matchers; the message says what is wrong and where. */
export class MatcherError extends Error {
  override name = "MatcherError";
}

/**
 * Reads matchers such as `a="b"` or `{a="b", "c d"=~'e.*'}`, separated by commas, with or without braces.
 *
 * Names may be quoted or bare; a bare value ends at white space, a comma or a brace. Quoted texts follow Go's string literals. This is
 * the grammar for any UTF-8 name (upstream matcher/parse). Where a text can't be read so, the older grammar is tried, which takes a value
 * as it stands and may leave it empty. Throws a MatcherError.
 */
export function parseMatchers(text: string): readonly Matcher[] {
  try {
    return parseUtf8(text);
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    const classic = parseClassic(text);
    if (classic === undefined) throw error;
    return classic;
  }
}

/** Reads exactly one matcher, without braces. */
export function parseMatcher(text: string): Matcher {
  if (text.startsWith("{") || text.endsWith("}")) throw new MatcherError(`unexpected open or close brace: ${text}`);
  const matchers = parseMatchers(text);
  if (matchers.length !== 1) throw new MatcherError(`expected 1 matcher, found ${matchers.length}: ${text}`);
  return matchers[0];
}

const RESERVED = /[\s{}!=~,\\"'`]/u;

function parseUtf8(text: string): readonly Matcher[] {
  const matchers: Matcher[] = [];
  let at = 0;

  const skipSpace = (): void => {
    while (at < text.length && /\s/u.test(text[at])) at++;
  };
  const fail = (what: string): never => {
    throw new MatcherError(`${at}:${Math.min(at + 1, text.length)}: ${what}`);
  };
  const seen = (): string => (at < text.length ? text[at] : "end of input");
  const word = (expected: string): string => {
    skipSpace();
    if (text[at] === '"') return quoted();
    const start = at;
    while (at < text.length && !RESERVED.test(text[at])) at++;
    if (at === start) fail(`unexpected ${seen()}: expected ${expected}`);
    return text.slice(start, at);
  };
  const quoted = (): string => {
    const start = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    if (at >= text.length) fail(`missing end "`);
    return unquote(text.slice(start + 1, at++), (what) => fail(what));
  };
  const operator = (): MatchType => {
    skipSpace();
    const found = (["=~", "!~", "!=", "="] as const).find((type) => text.startsWith(type, at));
    if (found === undefined) return fail(`unexpected ${seen()}: expected an operator such as '=', '!=', '=~' or '!~'`);
    at += found.length;
    return found;
  };

  skipSpace();
  const braced = text[at] === "{";
  if (braced) at++;
  for (;;) {
    skipSpace();
    if (at >= text.length || text[at] === "}") break;
    const name = word("a label name");
    const type = operator();
    matchers.push(newMatcher(type, name, word("a label value")));
    skipSpace();
    if (text[at] !== ",") break;
    at++;
  }
  skipSpace();
  if (braced && text[at] !== "}") fail(`unexpected ${seen()}: expected close brace`);
  if (braced) at++;
  skipSpace();
  if (at < text.length) fail(`unexpected ${seen()}: ${braced ? "expected end of input" : "expected a comma"}`);
  return matchers;
}

const CLASSIC = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(=~|!~|!=|=)\s*((?:.|\n)*?)\s*$/;

function parseClassic(text: string): readonly Matcher[] | undefined {
  const inside = text.trim().replace(/^\{/, "").replace(/\}$/, "");
  const matchers: Matcher[] = [];
  for (const part of splitOutsideQuotes(inside)) {
    if (part.trim() === "") continue;
    const found = CLASSIC.exec(part);
    if (found === null) return undefined;
    const [, name, type, raw] = found;
    const value = /^"(.*)"$/s.exec(raw)?.[1] ?? raw;
    if (/(?<!\\)"/.test(value)) return undefined;
    matchers.push(
      newMatcher(
        type as MatchType,
        name,
        value.replace(/\\(["n\\])/g, (_, c: string) => (c === "n" ? "\n" : c)),
      ),
    );
  }
  return matchers;
}

function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [""];
  let inQuotes = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"' && text[i - 1] !== "\\") inQuotes = !inQuotes;
    if (c === "," && !inQuotes) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts;
}

/** Go's escapes in a double-quoted string literal. */
function unquote(raw: string, fail: (what: string) => never): string {
  if (raw.includes("\n")) fail("a quoted text may not hold a line break");
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let i = 0; i < raw.length; i++) {
    if (raw[i] !== "\\") {
      const codePoint = raw.codePointAt(i) ?? 0;
      bytes.push(...encoder.encode(String.fromCodePoint(codePoint)));
      if (codePoint > 0xffff) i++;
      continue;
    }
    const escape = /^(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([abfnrtv\\"]))/.exec(raw.slice(i + 1));
    if (escape === null) return fail(`invalid escape \\${raw[i + 1] ?? ""}`);
    const [all, hex, octal, short, long, letter] = escape;
    if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 255);
    else if (letter !== undefined) bytes.push(SIMPLE_ESCAPES[letter]);
    else bytes.push(...encoder.encode(String.fromCodePoint(Number.parseInt(short ?? long, 16))));
    i += all.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return fail("the text is not valid UTF-8");
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, "\\": 92, '"': 34 };

function newMatcher(type: MatchType, name: string, value: string): Matcher {
  try {
    return createMatcher(type, name, value);
  } catch (error) {
    throw new MatcherError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
