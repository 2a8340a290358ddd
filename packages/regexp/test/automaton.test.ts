import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { automatonTest } from "../src/automaton/dfa.ts";
import { nativeTest } from "../src/native-test.ts";
import { parsePattern } from "../src/parse-pattern.ts";
import { simplify } from "../src/simplify.ts";
import { patterns, texts } from "./patterns.ts";

const accepted = patterns.filter((pattern) => {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
});

/** What the automaton and, where there is one, the native expression make of a pattern. */
function testsOf(pattern: string, anchored: boolean): readonly ((text: string) => boolean)[] {
  const simple = simplify(parsePattern(pattern, anchored).pattern);
  const automaton = automatonTest(simple, anchored);
  const native = nativeTest(simple, anchored);
  if (automaton === undefined) throw new Error(`${pattern} makes no automaton`);
  return native === undefined ? [automaton] : [automaton, (text) => native.test(text)];
}

describe("the automaton and the native expression", () => {
  test.each([true, false])("match what re2js matches (anchored: %p)", (anchored) => {
    const cases = fc.record({ pattern: accepted, samples: fc.array(texts, { minLength: 12, maxLength: 12 }) });
    fc.assert(
      fc.property(cases, ({ pattern, samples }) => {
        const engine = RE2JS.compile(pattern, anchored ? RE2JS.DOTALL : 0);
        const tests = testsOf(pattern, anchored);
        for (const text of [...samples, "", "\n"]) {
          const want = anchored ? engine.testExact(text) : engine.test(text);
          for (const isMatch of tests) expect([text, isMatch(text)]).toEqual([text, want]);
        }
      }),
      { numRuns: 250 },
    );
  });

  test.each([
    ["(a?){3}b", "aab", true, "rounds that may be empty count as missing"],
    ["(a?){3}b", "aaaab", false, "no more rounds than there are"],
    ["(?:a|\\b){3}-", "aa-", true, "a round may be empty at an edge"],
    ["(?:a|\\b){3}a", "aaa", true, "even when it could not be elsewhere"],
    ["(?:a|\\B){3}", "a", false, "an edge that holds nowhere fills no round"],
    ["(?:a|\\b){2}", "a", true, "an edge that holds fills one"],
    ["(?:a{2}){3}", "aaaaa", false, "counts multiply"],
    ["(?:a{2,}){2}", "aaaaa", true, "an open count goes on"],
    ["(?:(?:a+)*)+", "aaa", true, "repeats of repeats are one"],
    ["(?:a|b|[c-e]|f)+", "abcdef", true, "single characters are one set"],
    ["(?:a{0})+", "", true, "no rounds are the empty text"],
    ["[^\\x00-\\x{10FFFF}]?", "", true, "a set of nothing may be missing"],
    ["[^\\x00-\\x{10FFFF}]", "a", false, "and never matches"],
    ["(?m)a$\\n^b", "a\nb", true, "line edges hold on both sides of a break"],
    ["😀+", "😀😀", true, "a pair of units is one character"],
    ["\\x{d83d}.", "😀", false, "half of a pair matches nothing"],
  ])("%s, whole of %j: %p, as %s", (pattern, text, want) => {
    for (const isMatch of testsOf(pattern, true)) expect(isMatch(text)).toBe(want);
  });

  test.each(["(a+b?)+b", "(a|ab)*b", ".*[a-z]+x.*", "(.*)(.*)x", "(a|aa)+b", ".*a{40}.*", "(?:a|ab|abc){9}x"])(
    "%s is left to the automaton",
    (pattern) => {
      expect(nativeTest(simplify(parsePattern(pattern, true).pattern), true)).toBeUndefined();
    },
  );

  test.each([
    ["[^:]+:9100", true, "^(?:(?:[\\u{0}-\\u{39}\\u{3b}-\\u{10ffff}])+\\u{3a}\\u{39}\\u{31}\\u{30}\\u{30})$"],
    [".*(a|b).*", true, "(?:[\\u{61}-\\u{62}])"],
    ["(a+)+b", true, "^(?:(?:\\u{61})+\\u{62})$"],
    ["(a|a)*b", true, "^(?:(?:\\u{61})*\\u{62})$"],
    ["^a|b$", false, "^(?:\\u{61})|(?:\\u{62})$"],
  ])("%s (anchored: %p) becomes %s", (pattern, anchored, want) => {
    expect(nativeTest(simplify(parsePattern(pattern, anchored).pattern), anchored)?.source).toBe(want);
  });
});

describe("texts whose states never come back", () => {
  // Ten thousand states are more than are kept, and more than are worth it.
  const noise = Array.from({ length: 20_000 }, (_, i) => ((i * 2_654_435_761) % 4_294_967_296 < 2_147_483_648 ? "a" : "b")).join("");
  const behind = (index: number, char: string): string => noise.slice(0, index) + char + noise.slice(index + 1);
  const isMatch = automatonTest(simplify(parsePattern("[^c]*c[ab]{300}", false).pattern), true);
  const disorder = automatonTest(simplify(parsePattern(".*a.{300}c", true).pattern), true);

  test.each([
    [noise.length - 301, true],
    [noise.length - 300, false],
    [noise.length - 302, false],
  ])("a c at %d: %p", (index, want) => {
    expect(isMatch?.(behind(index, "c"))).toBe(want);
  });

  test("a state is told by what stood 300 characters before", () => {
    for (let length = 15_000; length < 15_020; length++) {
      const text = `${noise.slice(0, length)}c`;
      expect(disorder?.(text)).toBe(text[text.length - 302] === "a");
    }
  });
});
