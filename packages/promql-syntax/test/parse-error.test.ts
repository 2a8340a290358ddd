import { describe, expect, test } from "@jest/globals";
import { formatExpr, parseExpr } from "../src/index.ts";
import { problemsOf } from "./check-query.ts";

test.each([
  ["", "unknown position: parse error: no expression found in input"],
  ["# c", "1:1: parse error: no expression found in input"],
  ["foo bar", '1:5: parse error: unexpected identifier "bar"'],
  ["1 +", "1:4: parse error: unexpected end of input"],
  ["1 + * 2", "1:5: parse error: unexpected <op:*>"],
  ["(foo", "1:5: parse error: unclosed left parenthesis"],
  ["foo)", "1:5: parse error: unexpected right parenthesis ')'"],
  ["sum(foo bar)", '1:9: parse error: unexpected identifier "bar" in aggregation'],
  ["sum by foo", '1:8: parse error: unexpected identifier "foo" in grouping opts, expected "("'],
  ["sum by (a b) (x)", '1:11: parse error: unexpected identifier "b" in grouping opts, expected "," or ")"'],
  ["sum by (without) (x)", "1:9: parse error: unexpected <without> in grouping opts, expected label"],
  ["foo * on(a) group_left", '1:23: parse error: unexpected end of input in grouping opts, expected "("'],
  ["foo{", "1:5: parse error: unexpected end of input inside braces"],
  ["foo{,}", '1:5: parse error: unexpected "," in label matching, expected identifier or "}"'],
  ['foo{a="b" c="d"}', '1:11: parse error: unexpected identifier "c" in label matching, expected "," or "}"'],
  ["foo{a}", '1:6: parse error: unexpected "}" in label matching, expected label matching operator'],
  ["foo{a=b}", '1:7: parse error: unexpected identifier "b" in label matching, expected string'],
  ['foo{a=~"b("}', "1:5: parse error: error parsing regexp: missing closing ): `b(`"],
  ["foo[5m", "1:7: parse error: unclosed left bracket"],
  ["foo[a]", "1:5: parse error: unexpected character in duration expression: 'a'"],
  ["foo[5m a]", "1:8: parse error: unexpected character: 'a', expected ':'"],
  ['foo[5m "a"]', '1:8: parse error: unexpected string "\\"a\\"" in subquery or range, expected ":" or "]"'],
  ["foo[5m:1m 1m]", '1:11: parse error: unexpected duration "1m" in subquery selector, expected "]"'],
  ["foo[5m:)]", "1:9: parse error: unexpected right parenthesis ')'"],
  ["foo[0]", "1:5: parse error: duration must be greater than 0"],
  ["foo[300y]", "1:5: parse error: duration out of range"],
  ["foo[5m / 0]", "1:8: parse error: division by zero"],
  ["foo offset bar", '1:12: parse error: unexpected identifier "bar" in offset, expected number, duration, step(), or range()'],
  ["foo offset 5m offset 5m", "1:1: parse error: offset may not be set multiple times"],
  [
    "1 offset 5m",
    "1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery",
  ],
  ["foo @ bar", '1:7: parse error: unexpected identifier "bar" in @, expected timestamp'],
  ["foo @ Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"],
  ["foo @ 1e30", "1:1: parse error: timestamp out of bounds for @ modifier: 1000000000000000019884624838656.000000"],
  ["foo @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times"],
  ["sum(foo)[5m]", "1:9: parse error: ranges only allowed for vector selectors"],
  ["foo @ 10 [5m]", "1:10: parse error: no @ modifiers allowed before range"],
  ["foo[5m:] anchored", "1:1: parse error: anchored modifier is not supported for subqueries"],
  ["foo anchored smoothed", "1:1: parse error: anchored and smoothed modifiers cannot be used together"],
  ["abs(foo,)", "1:8: parse error: trailing commas not allowed in function call args"],
  ["1.5.5", '1:1: parse error: bad number or duration syntax: "1.5."'],
  ["0x", '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "0x": invalid syntax'],
  ["1e999", '1:1: parse error: error parsing number: strconv.ParseFloat: parsing "1e999": value out of range'],
  ["30m1h", '1:1: parse error: not a valid duration string: "30m1h"'],
  ['"a', "1:1: parse error: unterminated quoted string"],
  ['"\\q"', "1:1: parse error: unknown escape sequence U+0071 'q'"],
  ['"\\x4g"', "1:1: parse error: illegal character U+0067 'g' in escape sequence"],
  ['"\\ud800"', "1:1: parse error: escape sequence is an invalid Unicode code point"],
  ["foo ! bar", "1:5: parse error: unexpected character after '!': ' '"],
  ["foo $", "1:5: parse error: unexpected character: '$'"],
  ["foo\n+ 'é' $", "2:8: parse error: unexpected character: '$'"],
  ["fo\u{1f600}", "1:3: parse error: unexpected character: '\u{1f600}'"],
])("%j is refused as upstream refuses it", (query, message) => {
  expect(problemsOf(query)?.[0]).toBe(message);
});

describe("types are checked once the syntax is right, and all problems are gathered", () => {
  test.each<[string, readonly string[]]>([
    ["1 == 2", ["1:3: parse error: comparisons between scalars must use BOOL modifier"]],
    ["foo  + bool bar", ["1:6: parse error: bool modifier can only be used on comparison operators"]],
    ["foo and 1", ['1:1: parse error: set operator "and" not allowed in binary scalar expression']],
    ["1 + on(a) foo", ["1:1: parse error: vector matching only allowed between instant vectors"]],
    ["foo + on(a) group_left(a) bar", ['1:5: parse error: label "a" must not occur in ON and GROUP clause at once']],
    [
      "foo or on(a) group_left bar",
      ['1:1: parse error: no grouping allowed for "or" operation', "1:1: parse error: set operations must always be many-to-many"],
    ],
    ["-foo[5m]", ['1:1: parse error: unary expression only allowed on expressions of type scalar or instant vector, got "range vector"']],
    ["foo[5m][5m:]", ["1:1: parse error: subquery is only allowed on instant vector, got matrix instead"]],
    ["sum()", ["1:1: parse error: no arguments for aggregate expression provided"]],
    ["topk(foo)", ["1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1"]],
    ["round()", ['1:1: parse error: expected at least 1 argument(s) in call to "round", got 0']],
    ["{}", ["1:1: parse error: vector selector must contain at least one non-empty matcher"]],
    ['foo{__name__="bar"}', ['1:1: parse error: metric name must not be set twice: "foo" or "bar"']],
    ["info(foo, bar)", ["1:11: parse error: expected label selectors only, got vector selector instead"]],
    [
      "foo{} + nope(1) + abs2()",
      ['1:9: parse error: unknown function with name "nope"', '1:19: parse error: unknown function with name "abs2"'],
    ],
    [
      "rate(foo, 1) + sum(2)",
      [
        '1:1: parse error: expected 1 argument(s) in call to "rate", got 2',
        '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
        "1:20: parse error: expected type instant vector in aggregation expression, got scalar",
      ],
    ],
  ])("%s", (query, messages) => {
    expect(problemsOf(query)).toEqual(messages);
  });
});

test("the error carries string offsets while its columns count bytes", () => {
  expect(() => parseExpr('"é" + foo bar')).toThrow(
    expect.objectContaining({
      name: "ParseError",
      message: '1:12: parse error: unexpected identifier "bar"',
      positionRange: { start: 10, end: 13 },
      query: '"é" + foo bar',
    }),
  );
});

describe("what is nested too deeply is refused, however it nests", () => {
  const count = 100_000;
  test.each([
    ["parentheses", "(".repeat(count)],
    ["signs", `${"-".repeat(count)}1`],
    ["calls", "abs(".repeat(count)],
    ["sums", Array.from({ length: count }, () => "a").join("+")],
    ["powers", Array.from({ length: count }, () => "2").join("^")],
    ["subqueries", `foo${"[5m:]".repeat(count)}`],
    ["durations", `foo[${"(".repeat(count)}`],
    ["sums of durations", `foo[${Array.from({ length: count }, () => "1m").join("+")}]`],
  ])("%s", (_name, query) => {
    expect(problemsOf(query)?.[0]).toMatch(/expression is nested too deeply: more than (400|1000|3000) levels/);
  });

  test("399 brackets and a label of a megabyte are fine", () => {
    for (const query of [`${"(".repeat(399)}1${")".repeat(399)}`, `a{b="${"x".repeat(1 << 20)}"}`]) {
      expect(formatExpr(parseExpr(query))).toBe(query);
    }
  });
});
