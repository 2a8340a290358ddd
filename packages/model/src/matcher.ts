import { goQuote } from "@ferula/durations";
import { compileRegexp } from "@ferula/regexp";
import { PromError } from "./errors.ts";
import { labelValue, type Labels } from "./labels.ts";
import { isLegacyLabelName } from "./names.ts";

/** How a matcher compares: equal, not equal, matches a regular expression, does not match it. */
export type MatchType = "=" | "!=" | "=~" | "!~";

/** A condition on the value of one label. A label that isn't there has the value "". */
export interface Matcher {
  readonly type: MatchType;
  readonly name: string;
  readonly value: string;
  readonly matches: (value: string) => boolean;
  /** Whether series without the label match. */
  readonly matchesEmpty: boolean;
  /** For `=~`: the values that match when they are a finite set; a storage looks those up instead of asking every value. */
  readonly setMatches: readonly string[] | undefined;
  /** For `=~`: what every value that matches begins with; "" when that isn't known. */
  readonly prefix: string;
}

/** How the regular expression of a matcher is read. */
export interface MatcherOptions {
  /** Whether `.` matches line breaks too. Default: true, as in PromQL. */
  readonly dotAll?: boolean;
}

/** Makes a matcher; regular expressions are anchored at both ends. Throws PromError("bad_data") with Go's message for a bad one. */
export function createMatcher(type: MatchType, name: string, value: string, options: MatcherOptions = {}): Matcher {
  switch (type) {
    case "=":
      return { type, name, value, matches: (other) => other === value, matchesEmpty: value === "", setMatches: undefined, prefix: "" };
    case "!=":
      return { type, name, value, matches: (other) => other !== value, matchesEmpty: value !== "", setMatches: undefined, prefix: "" };
    case "=~":
    case "!~":
      return createRegexpMatcher(type, name, value, options);
  }
}

function createRegexpMatcher(type: "=~" | "!~", name: string, value: string, { dotAll = true }: MatcherOptions): Matcher {
  const regexp = compile(value, dotAll);
  const matches = type === "=~" ? regexp.test : (other: string): boolean => !regexp.test(other);
  const positive = type === "=~";
  return {
    type,
    name,
    value,
    matches,
    matchesEmpty: matches(""),
    setMatches: positive ? regexp.setMatches : undefined,
    prefix: positive ? regexp.prefix : "",
  };
}

function compile(pattern: string, dotAll: boolean): ReturnType<typeof compileRegexp> {
  try {
    return compileRegexp(pattern, { anchored: true, dotAll });
  } catch (error) {
    throw new PromError("bad_data", (error as Error).message, { cause: error });
  }
}

/** Whether `labels` satisfy every one of `matchers`. */
export function matchesLabels(matchers: readonly Matcher[], labels: Labels): boolean {
  for (const matcher of matchers) if (!matcher.matches(labelValue(labels, matcher.name))) return false;
  return true;
}

/** A matcher as PromQL writes it: `name="value"`. */
export function formatMatcher({ name, type, value }: Matcher): string {
  return `${isLegacyLabelName(name) ? name : goQuote(name)}${type}${goQuote(value)}`;
}
