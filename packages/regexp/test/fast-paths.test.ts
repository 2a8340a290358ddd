import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { compileRegexp, type Regexp } from "../src/index.ts";
import { patterns, texts } from "./patterns.ts";

/** The engine alone, for what the whole text must match when `anchored`. */
function reference(pattern: string, anchored: boolean): (text: string) => (string | undefined)[] | undefined {
  const engine = RE2JS.compile(pattern, anchored ? RE2JS.DOTALL : 0);
  return (text) => {
    const matcher = engine.matcher(text);
    if (!(anchored ? matcher.matches() : matcher.find())) return undefined;
    return Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i) ?? undefined);
  };
}

function isAccepted(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

describe("the fast paths", () => {
  test.each([true, false])("find what the engine alone finds, groups included (anchored: %p)", (anchored) => {
    const cases = fc.record({ pattern: patterns.filter(isAccepted), samples: fc.array(texts, { minLength: 12, maxLength: 12 }) });
    fc.assert(
      fc.property(cases, ({ pattern, samples }) => {
        const regexp = compileRegexp(pattern, { anchored });
        const expected = reference(pattern, anchored);
        for (const text of [...samples, "", "\n", ...(regexp.setMatches ?? [])]) {
          const want = expected(text);
          expect([text, regexp.test(text), regexp.exec(text)?.groups]).toEqual([text, want !== undefined, want]);
          checkHints(regexp, text, want !== undefined);
        }
      }),
      { numRuns: 200 },
    );
  });

  function checkHints(regexp: Regexp, text: string, isMatch: boolean): void {
    if (regexp.setMatches !== undefined) expect(regexp.setMatches.includes(text)).toBe(isMatch);
    if (regexp.isMatchAll) expect(isMatch).toBe(true);
    if (regexp.isMatchNonEmpty) expect(isMatch).toBe(text !== "");
    if (isMatch) expect([text.startsWith(regexp.prefix), text.endsWith(regexp.suffix)]).toEqual([true, true]);
  }

  test("texts that are too long for a native expression go to the engine and match alike", () => {
    const regexp = compileRegexp("([a-z]+)-(\\d+)", { anchored: true });
    const long = "a".repeat(70_000);
    expect(regexp.test(`${long}-1`)).toBe(true);
    expect(regexp.test(long)).toBe(false);
    expect(regexp.exec(`${long}-12`)?.groups).toEqual([`${long}-12`, long, "12"]);
  });

  const walls = ["(a+)+b", "(a|a)*b", "(a|aa)+$", "(.*)(.*)(.*)(.*)(.*)x", "([a-z]+)*1", "(a*)*c", "(.+)+!", "(x+x+)+y", "a*a*a*a*a*a*b"];
  const more = ["(.*)a(.*)a(.*)z", "[a-z]+[a-z]+1", "(a?){30}a{30}b", "(a|b|ab)*bc", "(?i)(a+)+b", "(([a-z])+.)+[A-Z]([a-z])+", "(a|b?)+c"];
  test.each([...walls, ...more])("%s answers on 20 000 characters that lead it astray", (pattern) => {
    const text = "a".repeat(20_000);
    for (const anchored of [true, false]) {
      const regexp = compileRegexp(pattern, { anchored });
      expect(regexp.test(text)).toBe(regexp.exec(text) !== undefined);
      expect(regexp.test(text)).toBe(pattern.endsWith("$"));
    }
  });
});

describe("what is known of a pattern", () => {
  const none = { setMatches: undefined, prefix: "", suffix: "", isMatchAll: false, isMatchNonEmpty: false };
  const literal = (text: string) => ({ ...none, setMatches: [text], prefix: text, suffix: text });
  test.each([
    ["", literal("")],
    ["foo", literal("foo")],
    ["^foo$", literal("foo")],
    ["\\Afoo\\z", literal("foo")],
    ["a\\.b\\n\\x{1F600}", literal("a.b\n😀")],
    ["(foo)", literal("foo")],
    ["a{3}", literal("aaa")],
    ["foo|bar", { ...none, setMatches: ["foo", "bar"] }],
    ["^foo$|^bar$", { ...none, setMatches: ["foo", "bar"] }],
    ["foo|foo|fob", { ...none, setMatches: ["foo", "fob"], prefix: "fo" }],
    ["(a|b)-(x|y)", { ...none, setMatches: ["a-x", "a-y", "b-x", "b-y"] }],
    ["pre(a|b|)post", { ...none, setMatches: ["preapost", "prebpost", "prepost"], prefix: "pre", suffix: "post" }],
    ["node[1-3]", { ...none, setMatches: ["node1", "node2", "node3"], prefix: "node" }],
    ["https?", { ...none, setMatches: ["https", "http"], prefix: "http" }],
    ["[a-c]{2}d", { ...none, setMatches: ["aad", "abd", "acd", "bad", "bbd", "bcd", "cad", "cbd", "ccd"], suffix: "d" }],
    [".*", { ...none, isMatchAll: true }],
    ["(.*)", { ...none, isMatchAll: true }],
    ["^.*$", { ...none, isMatchAll: true }],
    ["(?:.*|foo)", { ...none, isMatchAll: true }],
    ["(.*|foo)", none],
    [".*|foo", { ...none, isMatchAll: true }],
    [".+", { ...none, isMatchNonEmpty: true }],
    ["(.+?)", { ...none, isMatchNonEmpty: true }],
    ["foo.*", { ...none, prefix: "foo" }],
    [".*foo", { ...none, suffix: "foo" }],
    ["foo.+bar", { ...none, prefix: "foo", suffix: "bar" }],
    ["foo1.*|foo2.*", { ...none, prefix: "foo" }],
    ["foo\\d+", { ...none, prefix: "foo" }],
    ["(?i)of", { ...none, setMatches: ["OF", "Of", "oF", "of"] }],
    ["(?i)k", { ...none, setMatches: ["K", "k", "\u212a"] }],
    ["(?i)connection", none],
    ["[^a]", none],
    ["\\d{3}", none],
    ["😀.*|😁.*", none],
  ])("%s, anchored", (pattern, want) => {
    const { setMatches, prefix, suffix, isMatchAll, isMatchNonEmpty } = compileRegexp(pattern, { anchored: true });
    expect({ setMatches, prefix, suffix, isMatchAll, isMatchNonEmpty }).toEqual(want);
  });

  test.each([
    ["", { ...none, isMatchAll: true }],
    ["a*", { ...none, isMatchAll: true }],
    [".*", { ...none, isMatchAll: true }],
    ["foo", none],
    ["^foo", { ...none, prefix: "foo" }],
    ["foo$", { ...none, suffix: "foo" }],
    ["^foo$", literal("foo")],
    ["^(foo|bar)$", { ...none, setMatches: ["foo", "bar"] }],
    ["(^foo|bar)", none],
  ])("%s, anywhere", (pattern, want) => {
    const { setMatches, prefix, suffix, isMatchAll, isMatchNonEmpty } = compileRegexp(pattern, { anchored: false });
    expect({ setMatches, prefix, suffix, isMatchAll, isMatchNonEmpty }).toEqual(want);
  });

  test("a set holds at most 256 texts", () => {
    expect(compileRegexp("[ab]{8}", { anchored: true }).setMatches).toHaveLength(256);
    expect(compileRegexp("[ab]{9}", { anchored: true }).setMatches).toBeUndefined();
    expect(compileRegexp("a{0,255}", { anchored: true }).setMatches).toHaveLength(256);
    expect(compileRegexp("a{0,256}", { anchored: true }).setMatches).toBeUndefined();
    expect(compileRegexp("((a{0,10}){0,10}){0,10}", { anchored: true }).setMatches).toBeUndefined();
  });
});
