import { expect, test } from "@jest/globals";
import { createAlertMatcher } from "../../src/index.ts";

test.each([
  { pattern: "a.*", value: "a b", want: true, why: "the rest of a line" },
  { pattern: "a.*", value: "a\nb", want: false, why: "no line break, other than in PromQL" },
  { pattern: "(?s)a.*", value: "a\nb", want: true, why: "a line break where the flag asks for it" },
  { pattern: ".*", value: "a\nb", want: false, why: "no line break even where it stands for everything" },
  { pattern: ".+b", value: "a\nb", want: false, why: "no line break in the middle" },
])("$pattern matches $why", ({ pattern, value, want }) => {
  expect(createAlertMatcher("=~", "l", pattern).matches(value)).toBe(want);
  expect(createAlertMatcher("!~", "l", pattern).matches(value)).toBe(!want);
});
