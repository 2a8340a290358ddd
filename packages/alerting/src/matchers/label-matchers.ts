import { goQuote } from "@ferula/durations";
import { compareUtf8, labelValue, type Labels, type Matcher } from "@ferula/model";

/** Whether every matcher holds; a label that isn't there counts as empty. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name)));
}

const RESERVED = /[\p{White_Space}{}!=~,\\"'`]/u;

/** A matcher as it stands in group keys and silences: `name="value"`. A name that needs quotes gets Go's, and then so does the value. */
export function formatMatcher({ name, type, value }: Matcher): string {
  return RESERVED.test(name) ? `${goQuote(name)}${type}${goQuote(value)}` : `${name}${type}${quoteValue(value)}`;
}

/** Matchers in braces, ordered by name, value and type, as in group keys: `{a="b",c=~"d"}`. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  const ordered = matchers.toSorted(
    (a, b) => compareUtf8(a.name, b.name) || compareUtf8(a.value, b.value) || TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type),
  );
  return `{${ordered.map(formatMatcher).join(",")}}`;
}

/** The order of upstream's constants (pkg/labels/matcher.go). */
const TYPE_ORDER = ["=", "!=", "=~", "!~"];

/** The exposition format's escapes, which leave everything but these three as it is. */
function quoteValue(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`;
}
