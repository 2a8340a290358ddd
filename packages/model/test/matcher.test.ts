import { expect, test } from "@jest/globals";
import { createMatcher, formatMatcher, labelsOf, matchesLabels, type MatchType } from "../src/index.ts";

test.each<{ type: MatchType; value: string; yes: string[]; no: string[]; matchesEmpty: boolean }>([
  { type: "=", value: "a", yes: ["a"], no: ["", "b", "aa"], matchesEmpty: false },
  { type: "=", value: "", yes: [""], no: ["a"], matchesEmpty: true },
  { type: "!=", value: "a", yes: ["", "b"], no: ["a"], matchesEmpty: true },
  { type: "!=", value: "", yes: ["a"], no: [""], matchesEmpty: false },
  { type: "=~", value: "a.*", yes: ["a", "a\nb"], no: ["", "ba"], matchesEmpty: false },
  { type: "=~", value: "a|b", yes: ["a", "b"], no: ["ab", ""], matchesEmpty: false },
  { type: "=~", value: ".*", yes: ["", "x"], no: [], matchesEmpty: true },
  { type: "=~", value: ".+", yes: ["x"], no: [""], matchesEmpty: false },
  { type: "!~", value: "a|b", yes: ["", "c"], no: ["a", "b"], matchesEmpty: true },
  { type: "!~", value: ".*", yes: [], no: ["", "x"], matchesEmpty: false },
])("x$type$value matches $yes, not $no", ({ type, value, yes, no, matchesEmpty }) => {
  const matcher = createMatcher(type, "x", value);
  for (const text of yes) expect(matcher.matches(text)).toBe(true);
  for (const text of no) expect(matcher.matches(text)).toBe(false);
  expect(matcher.matchesEmpty).toBe(matchesEmpty);
});

test("a finite set and a prefix are known of regular expressions that ask for them", () => {
  expect([...(createMatcher("=~", "x", "a|b").setMatches ?? [])].toSorted()).toEqual(["a", "b"]);
  expect(createMatcher("=~", "x", "node-.*").prefix).toBe("node-");
  expect(createMatcher("!~", "x", "a|b").setMatches).toBeUndefined();
});

test("a bad regular expression is the caller's error, with Go's message", () => {
  let caught: unknown;
  try {
    createMatcher("=~", "x", "a(");
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({ name: "PromError", errorType: "bad_data" });
  expect((caught as Error).message).toContain("error parsing regexp: missing closing )");
});

test("a set satisfies matchers when it satisfies each; a label that isn't there is empty", () => {
  const labels = labelsOf({ job: "node", zone: "a" });
  expect(matchesLabels([], labels)).toBe(true);
  expect(matchesLabels([createMatcher("=", "job", "node"), createMatcher("=", "env", "")], labels)).toBe(true);
  expect(matchesLabels([createMatcher("=", "job", "node"), createMatcher("!=", "zone", "a")], labels)).toBe(false);
});

test.each([
  { type: "=" as const, name: "job", value: 'a"b', want: 'job="a\\"b"' },
  { type: "!~" as const, name: "a.b", value: "x", want: '"a.b"!~"x"' },
])("printed as $want", ({ type, name, value, want }) => {
  expect(formatMatcher(createMatcher(type, name, value))).toBe(want);
});
