import { describe, expect, test } from "@jest/globals";
import { parseExpr, parseMetricSelector, hasNonEmptyMatcher, valueType, type Expr } from "../src/index.ts";
import { allFeatures, problemsOf, shape } from "./check-query.ts";

function parse(query: string): Expr {
  return parseExpr(query, allFeatures);
}

test("the binary operators bind as upstream's do", () => {
  const same: readonly (readonly [string, string])[] = [
    ["a ^ b ^ c", "a ^ (b ^ c)"],
    ["-a ^ b", "-(a ^ b)"],
    ["-a * b", "(-a) * b"],
    ["a + b * c - d", "(a + (b * c)) - d"],
    ["a == b + c", "a == (b + c)"],
    ["a and b == c", "a and (b == c)"],
    ["a or b and c unless d", "a or ((b and c) unless d)"],
    ["a % b atan2 c / d", "((a % b) atan2 c) / d"],
    ["a offset 5m + b", "(a offset 5m) + b"],
  ];
  const withoutParens = (expr: Expr): unknown =>
    JSON.parse(JSON.stringify(shape(expr)), (_field, node: { kind?: string; expr?: unknown } | null) =>
      node?.kind === "paren" ? node.expr : node,
    );
  for (const [query, grouped] of same) expect(withoutParens(parse(query))).toEqual(withoutParens(parse(grouped)));
});

test("modifiers after a range belong to the selector, and the range ends after them", () => {
  const expr = parse("foo[5m] offset 1m @ 10");
  expect(expr).toMatchObject({
    kind: "matrix",
    rangeMs: 300_000,
    selector: { offsetMs: 60_000, at: { kind: "timestamp", timestampMs: 10_000 }, pos: { start: 0, end: 3 } },
    pos: { start: 0, end: 22 },
  });
});

test("positions are string offsets", () => {
  expect(parse('{"é"} + bar')).toMatchObject({ left: { pos: { start: 0, end: 5 } }, right: { pos: { start: 8, end: 11 } } });
});

test("matching is known for vectors only, and many to many for set operators", () => {
  expect(parse("a + 1")).toMatchObject({ matching: undefined });
  expect(parse("a + b")).toMatchObject({ matching: { card: "one-to-one", on: false, labels: [] } });
  expect(parse("a * on(x) group_left(y) b")).toMatchObject({ matching: { card: "many-to-one", on: true, labels: ["x"], include: ["y"] } });
  expect(parse("a and ignoring(x) b")).toMatchObject({ matching: { card: "many-to-many", on: false, labels: ["x"] } });
  expect(parse("a - fill_left(2) b")).toMatchObject({ matching: { fillLeft: 2, fillRight: undefined } });
});

test("the matcher of the name comes last, and only a name before the braces is the selector's name", () => {
  expect(parse('foo{a="b"}')).toMatchObject({ name: "foo", matchers: [{ name: "a" }, { name: "__name__", value: "foo" }] });
  expect(parse('{"foo"}')).toMatchObject({ name: "", matchers: [{ name: "__name__", type: "=", value: "foo" }] });
});

test("fractions of a millisecond are cut off, and a duration as a number is in seconds", () => {
  expect(parse("foo[1.2345]")).toMatchObject({ rangeMs: 1234 });
  expect(parse("1m1ms")).toMatchObject({ kind: "number", value: 60.001, isDuration: true });
});

test("bytes that are not UTF-8 become half surrogates", () => {
  expect(parse('"a\\xff"')).toMatchObject({ value: "a\udcff" });
  expect(parse('"\\xf0\\x9f\\x98\\x80\\x80"')).toMatchObject({ value: "\u{1f600}\udc80" });
});

test.each([
  ["1 + 2", "scalar"],
  ["1 + foo", "vector"],
  ["(foo[5m])", "matrix"],
  ["foo[5m:]", "matrix"],
  ["-time()", "scalar"],
  ['"a"', "string"],
  ["sum(foo)", "vector"],
  ["scalar(foo)", "scalar"],
])("%s is of type %s", (query, type) => {
  expect(valueType(parse(query))).toBe(type);
});

describe("experimental parts are refused unless they are on", () => {
  test.each([
    ["start()", '1:1: parse error: function "start" is not enabled'],
    [
      "limitk(1, foo)",
      "1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions",
    ],
    ["foo anchored", "1:1: parse error: anchored modifier is experimental and not enabled"],
    ["foo[5m] smoothed", "1:1: parse error: smoothed modifier is experimental and not enabled"],
    ["foo + fill(0) bar", "1:1: parse error: binop fill modifiers are experimental and not enabled"],
  ])("%s", (query, message) => {
    expect(problemsOf(query, {})).toEqual([message]);
    expect(problemsOf(query, allFeatures)).toBeUndefined();
  });

  test("duration expressions are on by default", () => {
    expect(problemsOf("foo[step()]", {})).toBeUndefined();
    expect(problemsOf("foo[step()]", { durationExpressions: false })).toEqual([
      "1:5: parse error: experimental duration expression is not enabled",
    ]);
  });
});

describe("parseMetricSelector", () => {
  const text = (selector: string): readonly string[] => parseMetricSelector(selector).map(({ name, type, value }) => name + type + value);

  test("gives the matchers as written", () => {
    expect(text('up{job!="a", b=~"x|y"}')).toEqual(["job!=a", "b=~x|y", "__name__=up"]);
    expect(text("{}")).toEqual([]);
  });

  test("takes no modifiers", () => {
    expect(() => text("up offset 5m")).toThrow("1:4: parse error: unexpected <offset>");
    expect(() => text("")).toThrow("unknown position: parse error: unexpected end of input");
  });

  test.each([
    ["{}", false],
    ['{a=""}', false],
    ['{a=~".*", b!~".+"}', false],
    ['{a=~".*", b!=""}', true],
    ["up", true],
  ])("whether %s asks for something: %s", (selector, wanted) => {
    expect(hasNonEmptyMatcher(parseMetricSelector(selector))).toBe(wanted);
  });
});
