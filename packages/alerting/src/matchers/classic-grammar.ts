import type { MatchType } from "@ferula/model";
import { MatcherError } from "./matcher-error.ts";
import type { ParsedMatcher } from "./parsed-matcher.ts";

/*
 * The older grammar (upstream pkg/labels). A value stands as it is, bare or in double quotes, and may be empty; a backslash means
 * something only before `"`, `n` and itself. White space is ASCII's.
 */

const MATCHER = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|!~|!=|=)[\t\n\f\r ]*([^]*?)[\t\n\f\r ]*$/;

/** Reads matchers separated by commas. Each brace is optional by itself, and so is the last matcher. Throws MatcherError. */
export function parseClassicMatchers(text: string): readonly ParsedMatcher[] {
  const parts = splitOutsideQuotes(text.replace(/^\{/, "").replace(/\}$/, ""));
  const last = (parts.pop() ?? "").trim();
  return [...parts, ...(last === "" ? [] : [last])].map(parseClassicMatcher);
}

/** Reads one matcher: commas are part of its value. Throws MatcherError. */
export function parseClassicMatcher(text: string): ParsedMatcher {
  const found = MATCHER.exec(text);
  if (found === null) throw new MatcherError(`bad matcher format: ${text}`);
  return { name: found[1], type: found[2] as MatchType, value: unescapeValue(found[3]) };
}

/** An unescaped quote may only be the first character of a value, and then another one must be the last. */
function unescapeValue(raw: string): string {
  const isQuoted = raw.startsWith('"');
  const inside = isQuoted ? raw.slice(1) : raw;
  let value = "";
  for (let i = 0; i < inside.length; i++) {
    const c = inside[i];
    if (c === "\\" && i + 1 < inside.length) value += ESCAPES.get(inside[++i]) ?? `\\${inside[i]}`;
    else if (c !== '"') value += c;
    else if (isQuoted && i === inside.length - 1) return value;
    else throw unescapedQuote(raw);
  }
  if (isQuoted) throw unescapedQuote(raw);
  return value;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ['"', '"'],
  ["\\", "\\"],
]);

function unescapedQuote(raw: string): MatcherError {
  return new MatcherError(`matcher value contains unescaped double quote: ${raw}`);
}

/** The parts between the commas that are not in quotes. */
function splitOutsideQuotes(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let inQuotes = false;
  for (let i = 0; i < text.length; i++) {
    // A backslash keeps a quote from counting, but no comma.
    if (text[i] === "\\" && (text[i + 1] === '"' || text[i + 1] === "\\")) i++;
    else if (text[i] === '"') inQuotes = !inQuotes;
    else if (text[i] === "," && !inQuotes) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
