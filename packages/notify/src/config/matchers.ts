import { mapField, mappedField, listField, stringField, type Field, type Report } from "@ferula/config";
import { parseMatchers } from "@ferula/alerting";
import { createMatcher, isLegacyLabelName, type Matcher } from "@ferula/model";

/** `matchers`: texts that hold one matcher or several. */
export const matchersField: Field<readonly Matcher[]> = parsedMatchers();

function parsedMatchers(): Field<readonly Matcher[]> {
  const texts = new WeakMap<readonly Matcher[], readonly string[]>();
  return mappedField(
    listField(stringField()),
    (given, report) => {
      const matchers = given.flatMap((text) => parse(text, report));
      texts.set(matchers, given);
      return matchers;
    },
    (matchers) => texts.get(matchers) ?? [],
  );
}

function parse(text: string, report: Report): readonly Matcher[] {
  try {
    return parseMatchers(text);
  } catch (error) {
    report("", (error as Error).message);
    return [];
  }
}

/** `match` and `match_re`, the older form: names and values, or names and expressions for the whole value. */
export function oldMatchersField(type: "=" | "=~"): Field<readonly Matcher[]> {
  return mappedField(
    mapField(stringField()),
    (pairs, report) =>
      [...pairs].flatMap(([name, value]) => {
        if (!isLegacyLabelName(name)) report(name, `invalid label name "${name}"`);
        // Upstream keeps the anchors in the matcher, and so in the keys of groups.
        return matcherOrReport(type, name, type === "=~" ? `^(?:${value})$` : value, report);
      }),
    (matchers) => new Map(matchers.map(({ name, value }) => [name, value.replace(/^\^\(\?:(.*)\)\$$/s, "$1")])),
  );
}

function matcherOrReport(type: "=" | "=~", name: string, value: string, report: Report): readonly Matcher[] {
  try {
    return [createMatcher(type, name, value)];
  } catch (error) {
    report(name, (error as Error).message);
    return [];
  }
}
