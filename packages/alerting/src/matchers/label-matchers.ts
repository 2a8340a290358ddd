import { labelValue, type Labels, type Matcher } from "@ferula/model";

/** Whether every matcher holds; a label that isn't there counts as empty. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name)));
}

/** A matcher as it stands in group keys and silences: `name="value"`. */
export function formatMatcher({ name, type, value }: Matcher): string {
  const quotedName = /[\s{}!=~,\\"'`]/.test(name) ? quote(name) : name;
  return `${quotedName}${type}${quote(value)}`;
}

/** Matchers in braces, ordered by name, value and type, as in group keys: `{a="b",c=~"d"}`. */
export function formatMatchers(matchers: readonly Matcher[]): string {
  const ordered = matchers.toSorted(
    (a, b) => compare(a.name, b.name) || compare(a.value, b.value) || TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type),
  );
  return `{${ordered.map(formatMatcher).join(",")}}`;
}

/** The order of upstream's constants (pkg/labels/matcher.go). */
const TYPE_ORDER = ["=", "!=", "=~", "!~"];

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`;
}
