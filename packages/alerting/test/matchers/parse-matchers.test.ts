import { describe, expect, test } from "@jest/globals";
import { formatMatchers } from "../../src/matchers/label-matchers.ts";
import { parseMatcher, parseMatchers } from "../../src/matchers/parse-matchers.ts";
import * as fc from "fast-check";

const parsed = (text: string): string => formatMatchers(parseMatchers(text));

describe("texts that the classic grammar reads, as amtool 0.25 shows them", () => {
  test.each([
    ["{}", "{}"],
    ["", "{}"],
    ["{", "{}"],
    ["}", "{}"],
    ["foo=bar", '{foo="bar"}'],
    ["foo!=bar", '{foo!="bar"}'],
    ["foo=~bar.*", '{foo=~"bar.*"}'],
    ["foo!~bar.*", '{foo!~"bar.*"}'],
    ["{foo=bar}", '{foo="bar"}'],
    ["{foo=bar", '{foo="bar"}'],
    ["foo=bar}", '{foo="bar"}'],
    ['foo="bar"', '{foo="bar"}'],
    ['{foo="bar"}', '{foo="bar"}'],
    ['{foo="bar",}', '{foo="bar"}'],
    ["foo=bar,", '{foo="bar"}'],
    ["foo=bar, ", '{foo="bar"}'],
    ["{foo=bar, }", '{foo="bar"}'],
    ["foo=bar,baz=qux", '{baz="qux",foo="bar"}'],
    ["{foo=bar,baz!=qux}", '{baz!="qux",foo="bar"}'],
    ["foo=", '{foo=""}'],
    ["{foo=}", '{foo=""}'],
    ['foo=""', '{foo=""}'],
    ["foo==bar", '{foo="=bar"}'],
    ["foo=!bar", '{foo="!bar"}'],
    ["foo=bar=baz", '{foo="bar=baz"}'],
    ['foo="b\\"ar"', '{foo="b\\"ar"}'],
    ['foo="b\\nar"', '{foo="b\\nar"}'],
    ["foo=b\\nar", '{foo="b\\nar"}'],
    ['foo="b\\\\ar"', '{foo="b\\\\ar"}'],
    ['foo="b\\tar"', '{foo="b\\\\tar"}'],
    ["foo=bar\\", '{foo="bar\\\\"}'],
    ['foo="a,b"', '{foo="a,b"}'],
    ['foo="a\\",b"', '{foo="a\\",b"}'],
    ["foo=a\\,b=c", '{b="c",foo="a\\\\"}'],
    ['foo=~"a|b"', '{foo=~"a|b"}'],
    ["foo=[a-z]+", '{foo="[a-z]+"}'],
    ["foo={bar}", '{foo="{bar"}'],
    ['foo="{bar}"', '{foo="{bar}"}'],
    ["foo:bar=baz", '{foo:bar="baz"}'],
    ["_=a", '{_="a"}'],
    ["foo=a b", '{foo="a b"}'],
    ["foo=a  b ", '{foo="a  b"}'],
    ["foo='bar'", "{foo=\"'bar'\"}"],
    ["foo=`bar`", '{foo="`bar`"}'],
    ['foo="bar" ,baz="qux"', '{baz="qux",foo="bar"}'],
    ['foo="\\u00e9"', '{foo="\\\\u00e9"}'],
    ['foo="\\xf0\\x9f\\x99\\x82"', '{foo="\\\\xf0\\\\x9f\\\\x99\\\\x82"}'],
    ["a=b},c=d", '{a="b}",c="d"}'],
    ['foo="line\nbreak"', '{foo="line\\nbreak"}'],
    ["a!=~b", '{a!="~b"}'],
    ["a=~=b", '{a=~"=b"}'],
    ["\u00a0a=b", '{a="b"}'],
    ["a=\u00a0b", '{a="\u00a0b"}'],
    ['alertname=~"Foo|Bar",severity!=""', '{alertname=~"Foo|Bar",severity!=""}'],
    ["__proto__=a", '{__proto__="a"}'],
    ['a="\\""', '{a="\\""}'],
    ['a="\\\\"', '{a="\\\\"}'],
  ])("%j is %s", (text, want) => {
    expect(parsed(text)).toBe(want);
  });
});

describe("texts that only the UTF-8 grammar reads", () => {
  test.each([
    ['"foo"=bar', '{foo="bar"}'],
    ['"foo"="bar"', '{foo="bar"}'],
    ['"f o"="bar"', '{"f o"="bar"}'],
    ["foo-bar=baz", '{foo-bar="baz"}'],
    ["foo.bar=baz", '{foo.bar="baz"}'],
    ["1foo=bar", '{1foo="bar"}'],
    ['"\\xf0\\x9f\\x99\\x82"=a', '{🙂="a"}'],
    ['a="b","c d"="e"', '{a="b","c d"="e"}'],
    ['"\\101"=a', '{A="a"}'],
    [' { foo = "bar" , baz =~ "q.*" } ', '{baz=~"q.*",foo="bar"}'],
    ["🙂=foo", '{🙂="foo"}'],
    ['"🙂"="🙂"', '{🙂="🙂"}'],
    ['{"a b"=c,}', '{"a b"="c"}'],
    ['{ "a,b" != "c" , }', '{"a,b"!="c"}'],
    ['"a=b"=~"x|y"', '{"a=b"=~"x|y"}'],
    ['"a\\tb"="c\\td"', '{"a\\tb"="c\\td"}'],
    ['"\\u00e9"=e', '{é="e"}'],
    ['"\\U0001F642"=e', '{🙂="e"}'],
    ['"a\\"b"=c', '{"a\\"b"="c"}'],
    ['\u0085"a b"=c\u2003', '{"a b"="c"}'],
    ['__name__.x!~"a.*"', '{__name__.x!~"a.*"}'],
  ])("%j is %s", (text, want) => {
    expect(parsed(text)).toBe(want);
  });
});

describe("texts that are no matchers: the error is the classic one", () => {
  test.each([
    [",", "bad matcher format:"],
    ["{,}", "bad matcher format:"],
    ["{{foo=bar}}", "bad matcher format: {foo=bar}"],
    ["foo=bar,,baz=qux", "bad matcher format:"],
    ["foo", "bad matcher format: foo"],
    ["=bar", "bad matcher format: =bar"],
    ["foo!bar", "bad matcher format: foo!bar"],
    ["foo~bar", "bad matcher format: foo~bar"],
    ['foo="bar', 'matcher value contains unescaped double quote: "bar'],
    ['foo=bar"', 'matcher value contains unescaped double quote: bar"'],
    ['foo=b"ar', 'matcher value contains unescaped double quote: b"ar'],
    ['foo="b"ar"', 'matcher value contains unescaped double quote: "b"ar"'],
    ['foo="bar\\"', 'matcher value contains unescaped double quote: "bar\\"'],
    ['foo="a,b="c"', 'matcher value contains unescaped double quote: "a,b="c"'],
    ['foo=~"("', "error parsing regexp: missing closing ): `(`"],
    ["foo=~(", "error parsing regexp: missing closing ): `(`"],
    ['"\\xff"=a', 'bad matcher format: "\\xff"=a'],
    ['"a\\q"=b', 'bad matcher format: "a\\q"=b'],
    ['"a"', 'bad matcher format: "a"'],
    ['"a"=', 'bad matcher format: "a"='],
    ['"a', 'bad matcher format: "a'],
    ['a="b"c="d"', 'matcher value contains unescaped double quote: "b"c="d"'],
    ['a="b" c="d"', 'matcher value contains unescaped double quote: "b" c="d"'],
    ['{a="b"}{c="d"}', 'matcher value contains unescaped double quote: "b"}{c="d"'],
    ['{a="b"},', 'matcher value contains unescaped double quote: "b"}'],
    ["a=b,{c=d}", "bad matcher format: {c=d"],
    ['""=a', 'bad matcher format: ""=a'],
    ['"\\ud800"=a', 'bad matcher format: "\\ud800"=a'],
    ['"\\U00110000"=a', 'bad matcher format: "\\U00110000"=a'],
    ['"\\777"=a', 'bad matcher format: "\\777"=a'],
    ['"a"="b", "c"', 'bad matcher format: "a"="b"'],
    ['"a b"=c}', 'bad matcher format: "a b"=c'],
    ['{"a b"=c', 'bad matcher format: "a b"=c'],
    ['"a b"=c,,', 'bad matcher format: "a b"=c'],
    ['"a b"=', 'bad matcher format: "a b"='],
    ['"a b"c', 'bad matcher format: "a b"c'],
    ['"a b"=c "d"=e', 'bad matcher format: "a b"=c "d"=e'],
    ['"a b"=~"("', 'bad matcher format: "a b"=~"("'],
    ["'a b'=c", "bad matcher format: 'a b'=c"],
    ["a =", undefined],
  ])("%j", (text, want) => {
    const read = (): unknown => parseMatchers(text);
    if (want === undefined) expect(parsed(text)).toBe('{a=""}');
    else expect(read).toThrow(want);
  });
});

describe("exactly one matcher", () => {
  test.each([
    ["a=b", '{a="b"}'],
    ["a=b,c=d", '{a="b,c=d"}'],
    ['"a b"=c', '{"a b"="c"}'],
    ['a="b"', '{a="b"}'],
    ["a=", '{a=""}'],
    ["a=~b|c", '{a=~"b|c"}'],
  ])("%j is %s", (text, want) => {
    expect(formatMatchers([parseMatcher(text)])).toBe(want);
  });

  test.each([
    ["{a=b}", "unexpected open or close brace: {a=b}"],
    ["{a=b", "unexpected open or close brace: {a=b"],
    ["a=b}", "unexpected open or close brace: a=b}"],
    ["", "bad matcher format: "],
    ["a", "bad matcher format: a"],
    ['"a b"=c,"d e"=f', 'bad matcher format: "a b"=c,"d e"=f'],
    ["a=~(", "missing closing )"],
  ])("%j is refused", (text, want) => {
    expect(() => parseMatcher(text)).toThrow(want);
  });
});

test("the order of a printed list is name, value, type, by UTF-8 bytes", () => {
  expect(parsed('b="1",a="2",a!="1",a="1",a!~"1",a=~"1"')).toBe('{a="1",a!="1",a=~"1",a!~"1",a="2",b="1"}');
  expect(parsed('"\uff5e"="1","\u{1f600}"="1"')).toBe('{\uff5e="1",\u{1f600}="1"}');
});

test("what a list prints reads back as the same list", () => {
  const name = fc.oneof(fc.constantFrom("a", "b c", "é", 'q"', "x\\y", "tab\t"), fc.string({ unit: "grapheme", minLength: 1 }));
  const matcher = fc.record({ name, type: fc.constantFrom("=", "!="), value: fc.string({ unit: "grapheme", minLength: 1 }) });
  fc.assert(
    fc.property(matcher, ({ name: label, type, value }) => {
      const text = `{${JSON.stringify(label)}${type}${JSON.stringify(value)}}`;
      const [read] = parseMatchers(text);
      const [again] = parseMatchers(formatMatchers([read]));
      expect([again.name, again.type, again.value]).toEqual([read.name, read.type, read.value]);
    }),
    { numRuns: 300 },
  );
});

test("any text is read or refused by a MatcherError", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab=!~,{}\"'\\ nxu0\n(".split("")) }), (text) => {
      try {
        parseMatchers(text);
      } catch (error) {
        expect((error as Error).name).toBe("MatcherError");
      }
    }),
    { numRuns: 1000 },
  );
});
