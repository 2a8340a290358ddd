import { mapField, mappedField, listField, optionalField, stringField, type Field, type Report } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { createAlertMatcher, formatMatcher, parseMatchers } from "@ferula/alerting";
import { compareUtf8, isLegacyLabelName, type Matcher } from "@ferula/model";

/** `matchers`: texts that hold one matcher or several. They are ordered by name, value and type, and printed one a line. */
export const matchersField: Field<readonly Matcher[]> = mappedField(
  listField(stringField()),
  (given, report) => given.flatMap((text) => parse(text, report)).toSorted(byName),
  (matchers) => matchers.map(formatMatcher),
);

function parse(text: string, report: Report): readonly Matcher[] {
  try {
    return parseMatchers(text);
  } catch (error) {
    report("", (error as Error).message);
    return [];
  }
}

/** The order of upstream's constants (pkg/labels/matcher.go). */
const TYPE_ORDER = ["=", "!=", "=~", "!~"];

function byName(a: Matcher, b: Matcher): number {
  return compareUtf8(a.name, b.name) || compareUtf8(a.value, b.value) || TYPE_ORDER.indexOf(a.type) - TYPE_ORDER.indexOf(b.type);
}

/** `match` and `match_re`, the older form: names and values, or names and expressions for the whole value. */
export function oldMatchersField(type: "=" | "=~"): Field<readonly Matcher[]> {
  return mappedField(
    mapField(optionalField(stringField())),
    (pairs, report) =>
      [...pairs].flatMap(([name, value]) => {
        if (!isLegacyLabelName(name)) report(name, `invalid label name ${goQuote(name)}`);
        if (type === "=~" && value === undefined) report(name, `invalid regexp value for ${goQuote(name)}`);
        // Upstream keeps the anchors in the matcher, and so in the keys of groups.
        return matcherOrReport(type, name, type === "=~" ? `^(?:${value ?? ""})$` : (value ?? ""), report);
      }),
    (matchers) => new Map(matchers.map(({ name, value }) => [name, value.replace(/^\^\(\?:(.*)\)\$$/s, "$1")])),
  );
}

function matcherOrReport(type: "=" | "=~", name: string, value: string, report: Report): readonly Matcher[] {
  try {
    return [createAlertMatcher(type, name, value)];
  } catch (error) {
    report(name, (error as Error).message);
    return [];
  }
}
