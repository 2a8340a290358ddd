import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compileRegexp, quoteMeta, RegexpError } from "../src/index.ts";
import { patterns, texts } from "./patterns.ts";

describe("test", () => {
  test.each([
    ["foo", "foo", true],
    ["foo", "xfoo", false],
    ["foo|barx", "foox", false],
    ["a|ab", "ab", true],
    ["a.b", "a\nb", true],
    ["foo.*", "foo", true],
    ["foo.+", "foo", false],
    [".+foo", "foo", false],
    [".+a.+", "aaa", true],
    [".+a.+", "aa", false],
    ["a.*a", "a", false],
    ["(foo|bar).*(baz|qux)", "barqux", true],
    ["(foo|foobar).*bar", "foobar", true],
    ["(a|ab).*(bc|c)", "abc", true],
    ["(ab|a)(bc|c)", "abc", true],
    [".*(ab|b).*(ba|a)", "abba", true],
    ["😀.+😀", "😀😀", false],
    ["😀.+😀", "😀x😀", true],
    ["😀.😀", "😀😁😀", true],
    ["[^:]+:9100", "host:9100", true],
    ["[^:]+:9100", "host:port:9100", false],
    ["(?i)k", "\u212a", true],
    ["(?i)S", "\u017f", true],
    ["\\s", "\v", false],
    ["\\pL+", "é日", true],
    ["\\Qa.b", "a.b", true],
    ["\\Qa.b", "axb", false],
    ["(?m)^a$", "a\nb", false],
    ["a$b", "ab", false],
    ["x{,2}", "x{,2}", true],
    ["[a-]", "-", true],
    ["[]]", "]", true],
    ["[^\\x00-\\x{10FFFF}]", "a", false],
    ["[^\\x00-\\x{10FFFF}]*", "", true],
    ["\\p{greek}+", "λόγος", true],
    ["\\p{_L-et ter}+", "é日", true],
    ["\\p{Assigned}", "\u0378", false],
    ["\\p{L}", "\u1c89", false],
    ["(?i)\u0264", "\ua7cb", false],
    ["(?i)ς", "Σ", true],
    ["(?i)[σ-τ]+", "ΣΤς", true],
    ["(?i)\\p{Lu}", "é", true],
    ["(?i)\\W", "\u017f", false],
    ["(?i)ı", "I", false],
    ["(?i)ß", "ẞ", true],
    ["(?U)(?:a+)(?:a+?)", "aa", true],
    ["[[:^word:]-]+", ".-", true],
    ["(?-s).", "\n", false],
    ["(?P<n>a)(?P<n>b)", "ab", true],
    ["node-1|".repeat(300) + "node-2", "node-2", true],
  ])("%s against the whole of %j: %p", (pattern, text, want) => {
    expect(compileRegexp(pattern, { anchored: true }).test(text)).toBe(want);
  });

  test.each([
    ["foo", "a foo b", true],
    ["a.b", "a\nb", false],
    ["foo.*", "a foo", true],
    [".+foo", "foo", false],
    ["foo.+", "foo\n", false],
    ["^foo", "xfoo", false],
    ["foo$", "foox", false],
    ["foo$", "foo\n", false],
    ["(?m)^b$", "a\nb", true],
    ["^$", "", true],
    ["^$", "x", false],
    ["\\bfoo\\b", "a foo b", true],
    ["a|^b|c$", "xxc", true],
    ["a|^b|c$", "xbx", false],
  ])("%s anywhere in %j: %p", (pattern, text, want) => {
    expect(compileRegexp(pattern, { anchored: false }).test(text)).toBe(want);
  });
});

// The messages are what Go 1.26 says.
describe("bad patterns", () => {
  test.each([
    ["[a", "missing closing ]: `[a`"],
    ["(", "missing closing ): `(`"],
    ["a)", "unexpected ): `a)`"],
    ["*", "missing argument to repetition operator: `*`"],
    ["a|*", "missing argument to repetition operator: `*`"],
    ["a**", "invalid nested repetition operator: `**`"],
    ["a*+", "invalid nested repetition operator: `*+`"],
    ["a{1001}", "invalid repeat count: `{1001}`"],
    ["a{2,1}", "invalid repeat count: `{2,1}`"],
    ["[z-a]", "invalid character class range: `z-a`"],
    ["[[:foo:]]", "invalid character class range: `[:foo:]`"],
    ["\\p{Foo}", "invalid character class range: `\\p{Foo}`"],
    ["\\p{Old_Italic}", "invalid character class range: `\\p{Old_Italic}`"],
    ["\\x{110000}", "invalid escape sequence: `\\x{110000`"],
    ["\\x4", "invalid escape sequence: `\\x4`"],
    ["(?i-)", "invalid or unsupported Perl syntax: `(?i-)`"],
    ["(a{100}){11}", "invalid repeat count: `{11}`"],
    ["\\1", "invalid escape sequence: `\\1`"],
    ["\\Z", "invalid escape sequence: `\\Z`"],
    ["\\", "trailing backslash at end of expression: ``"],
    ["(?=x)", "invalid or unsupported Perl syntax: `(?=`"],
    ["(?<!x)", "invalid named capture: `(?<!x)`"],
    ["(?>a)", "invalid or unsupported Perl syntax: `(?>`"],
    ["(?P<n", "invalid named capture: `(?P<n`"],
    ["(?i", "invalid or unsupported Perl syntax: `(?i`"],
  ])("%s: %s", (pattern, reason) => {
    for (const anchored of [true, false]) {
      let thrown: unknown;
      try {
        compileRegexp(pattern, { anchored });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(RegexpError);
      expect(thrown).toMatchObject({ name: "RegexpError", pattern, message: `error parsing regexp: ${reason}` });
    }
  });

  test("a pattern can't break out of its anchors", () => {
    expect(() => compileRegexp("a)|(?:b", { anchored: true })).toThrow("unexpected ): `a)|(?:b`");
  });

  test("every text either compiles or is refused with a RegexpError", () => {
    const soup = fc.array(fc.constantFrom(..."()[]{}*+?|^$.\\-:,P<>=!ipxdQE019aé😀"), { maxLength: 12 }).map((chars) => chars.join(""));
    fc.assert(
      fc.property(fc.oneof(soup, fc.string()), texts, (pattern, text) => {
        try {
          const regexp = compileRegexp(pattern, { anchored: true });
          expect(regexp.test(text)).toBe(regexp.exec(text) !== undefined);
        } catch (error) {
          expect(error).toMatchObject({ name: "RegexpError" });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("exec", () => {
  test("tells the place, the groups and their names", () => {
    const match = compileRegexp("(?P<host>[^:]+)(?::(?<port>\\d+))?", { anchored: false }).exec("😀::node:9100");
    expect([match?.index, match?.groups]).toEqual([0, ["😀", "😀", undefined]]);
    const whole = compileRegexp("(?P<host>[^:]+)(?::(?<port>\\d+))?", { anchored: true }).exec("node:9100");
    expect(whole).toEqual({
      index: 0,
      groups: ["node:9100", "node", "9100"],
      named: new Map([
        ["host", "node"],
        ["port", "9100"],
      ]),
    });
    expect(compileRegexp("b+", { anchored: false }).exec("😀abb")?.index).toBe(3);
    expect(compileRegexp("b+", { anchored: true }).exec("abb")).toBeUndefined();
  });
});

// The right sides are what Go 1.26 makes of the templates.
describe("expand", () => {
  test.each([
    ["$1", "a"],
    ["${1}", "a"],
    ["${1}x", "ax"],
    ["$1x", ""],
    ["$1-$2", "a-b"],
    ["$2$1", "ba"],
    ["$0", "ab"],
    ["$3", ""],
    ["$10", ""],
    ["$01", ""],
    ["$name", "b"],
    ["${name}s", "bs"],
    ["$names", ""],
    ["$nope", ""],
    ["$$1", "$1"],
    ["$$$1", "$a"],
    ["$", "$"],
    ["a$", "a$"],
    ["$-", "$-"],
    ["${", "${"],
    ["${}", "${}"],
    ["${1", "${1"],
    ["${1 }", "${1 }"],
    ["${a-b}", "${a-b}"],
    ["$é", ""],
    ["$1é", ""],
    ["$1.$2", "a.b"],
    ["$999999999999", ""],
    ["\\1", "\\1"],
    ["$&", "$&"],
    ["$__proto__", ""],
    ["", ""],
    ["plain", "plain"],
  ])("%s", (template, want) => {
    expect(compileRegexp("(a)(?P<name>b)", { anchored: true }).expand(template, "ab")).toBe(want);
    expect(compileRegexp("(a)(?P<name>b)", { anchored: false }).expand(template, "xaby")).toBe(want);
  });

  test("is undefined when nothing matches", () => {
    expect(compileRegexp("a", { anchored: true }).expand("$0", "b")).toBeUndefined();
  });

  test("a group that took no part is empty", () => {
    expect(compileRegexp("(a)|(b)", { anchored: true }).expand("<$1><$2>", "b")).toBe("<><b>");
  });

  test("of groups with the same name, the first that took part counts", () => {
    const regexp = compileRegexp("(?P<n>a)|(?P<n>b)", { anchored: true });
    expect([regexp.expand("$n", "a"), regexp.expand("$n", "b"), regexp.exec("b")?.named.get("n")]).toEqual(["a", "b", "b"]);
  });

  test("one pattern serves several templates", () => {
    const regexp = compileRegexp("(.*):(.*)", { anchored: true });
    expect(["$1", "$2", "$1"].map((template) => regexp.expand(template, "a:b"))).toEqual(["a", "b", "a"]);
  });
});

describe("replaceAll", () => {
  test.each([
    ["a*", "baac", "x", "xbxcx"],
    ["a+", "baac", "<$0>", "b<aa>c"],
    ["", "aé😀", "-", "-a-é-😀-"],
    ["^", "ab", "x", "xab"],
    ["$", "ab", "x", "abx"],
    ["(a)(b)?", "abaa", "[$1$2]", "[ab][a][a]"],
    ["[^a-z]", "a-b_c", "_", "a_b_c"],
    ["x", "abc", "y", "abc"],
    ["\\b", "ab cd", "|", "|ab| |cd|"],
    ["b|", "abc", "-", "-a-c-"],
    ["a", "aaa", "$$", "$$$"],
    ["(?m)^", "a\nb", "> ", "> a\n> b"],
  ])("%s in %j by %j", (pattern, text, template, want) => {
    expect(compileRegexp(pattern, { anchored: false }).replaceAll(text, template)).toBe(want);
  });

  test("an anchored pattern replaces the whole text or nothing", () => {
    const regexp = compileRegexp("(.*)\\.example\\.com", { anchored: true });
    expect([regexp.replaceAll("a.b.example.com", "$1"), regexp.replaceAll("a.example.org", "$1")]).toEqual(["a.b", "a.example.org"]);
  });

  test("replacing each match by itself changes nothing", () => {
    fc.assert(
      fc.property(patterns, texts, fc.boolean(), (pattern, text, anchored) => {
        let regexp;
        try {
          regexp = compileRegexp(pattern, { anchored });
        } catch {
          return;
        }
        expect(regexp.replaceAll(text, "$0")).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe("quoteMeta", () => {
  test("escapes what has a meaning, as Go does", () => {
    expect(quoteMeta("a.b[c]{d}(e)*f+?^$|\\-/ é")).toBe("a\\.b\\[c\\]\\{d\\}\\(e\\)\\*f\\+\\?\\^\\$\\|\\\\-/ é");
  });

  test("the quoted pattern matches the text and nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, other) => {
        const regexp = compileRegexp(quoteMeta(text), { anchored: true });
        expect(regexp.setMatches).toEqual([text]);
        expect([regexp.test(text), regexp.test(other)]).toEqual([true, other === text]);
      }),
    );
  });
});
