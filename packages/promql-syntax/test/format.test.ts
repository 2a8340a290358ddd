import { describe, expect, test } from "@jest/globals";
import { formatExpr, parseExpr } from "../src/index.ts";
import { checkPrinted } from "./check-query.ts";

describe("literals", () => {
  test.each([
    ["1_000.5", "1000.5"],
    ["017", "15"],
    ["08", "8"],
    ["0x_1F", "31"],
    ["0x1e5", "485"],
    [".5e-3", "0.0005"],
    ["5.", "5"],
    ["9007199254740993", "9007199254740992"],
    ["99999999999999999999", "100000000000000000000"],
    ["inf", "+Inf"],
    ["-Inf", "-Inf"],
    ["nAn", "NaN"],
    ["1h30m", "1h30m"],
    ["-5m", "-5m"],
    ["'it\\'s'", '"it\'s"'],
    ["`a\\b`", '"a\\\\b"'],
    ['"\\u00e9\\xc3\\xa9\\101"', '"ééA"'],
    ['"\\xff\\xc3"', '"\\xff\\xc3"'],
  ])("%s is printed as %s", checkPrinted);

  test("a duration can lose a millisecond on the way to nanoseconds, as upstream's does", () => {
    expect(formatExpr(parseExpr("1001ms"))).toBe("1s");
  });
});

describe("selectors", () => {
  test.each([
    ["foo{}", "foo"],
    ["foo{b='x',a=~\"y\",}", 'foo{a=~"y",b="x"}'],
    ['{"my.metric", "a b"!="c"}', '{"a b"!="c",__name__="my.metric"}'],
    ['{__name__="foo"}', '{__name__="foo"}'],
    ["sum{on='x'} offset 5m", 'sum{on="x"} offset 5m'],
    ["fill + fill", "fill + fill"],
    ["start + step", "start + step"],
    ["a:b", "a:b"],
    ["foo @ 1.0005", "foo @ 1.001"],
    ["foo offset -1w @ end()", "foo @ end() offset -1w"],
    ["foo[90s] @ start() offset 1.5", "foo[1m30s] @ start() offset 1s500ms"],
    ["foo[5m] anchored", "foo[5m] anchored"],
    ["foo smoothed offset 1m", "foo smoothed offset 1m"],
    ["foo[5m:]", "foo[5m:]"],
    ["rate(foo[5m])[1h:30s] offset 1d", "rate(foo[5m])[1h:30s] offset 1d"],
    ["# before\nfoo # after", "foo"],
    ["info(foo, {})", "info(foo, {})"],
  ])("%s is printed as %s", checkPrinted);
});

describe("duration expressions", () => {
  test.each([
    ["foo[5m+1m*2]", "foo[5m + 1m * 2]"],
    ["foo[(5m)]", "foo[5m]"],
    ["foo[-(-5m)]", "foo[5m]"],
    ["foo[(5m + 1m)]", "foo[(5m + 1m)]"],
    ["foo[STEP()*1:range()/2]", "foo[step() * 1:range() / 2]"],
    ["foo[max_of(5m, -step())]", "foo[max_of(5m, -step())]"],
    ["foo offset -(5m) * 2", "foo offset -5m * 2"],
    ["foo offset - -5m", "foo offset 5m"],
    ["foo offset 2^2", "foo offset 2s ^ 2"],
  ])("%s is printed as %s", checkPrinted);
});

describe("operators", () => {
  test.each([
    ["-1^2", "-1 ^ 2"],
    ["2^-1^2", "2 ^ -1 ^ 2"],
    ["a or b and c unless d", "a or b and c unless d"],
    ["foo==bool on(a)group_left(b)bar", "foo == bool on (a) group_left (b) bar"],
    ["foo + ignoring() group_right bar", "foo + ignoring () group_right () bar"],
    ["foo + ignoring() bar", "foo + bar"],
    ["foo + on() bar", "foo + on () bar"],
    ["a + fill(1e30) b", "a + fill (1e+30) b"],
    ["a + fill_right(1) fill_left(-1m) b", "a + fill_left (-60) fill_right (1) b"],
    ["foo </ 5 + bar >/ 1", "foo </ 5 + bar >/ 1"],
    ["foo ATAN2 1", "foo atan2 1"],
    ["- -foo", "--foo"],
    ["((foo))", "((foo))"],
  ])("%s is printed as %s", checkPrinted);
});

describe("calls and aggregations", () => {
  test.each([
    ["sum(foo)by(a,)", "sum by (a) (foo)"],
    ["SUM BY() (foo)", "sum(foo)"],
    ["sum without() (foo)", "sum without () (foo)"],
    ["sum by ('a b', on, atan2) (foo)", 'sum by ("a b", on, atan2) (foo)'],
    ["topk(5,foo)", "topk(5, foo)"],
    ['count_values("v",foo)', 'count_values("v", foo)'],
    ["step()+max_of(1,2)", "step() + max_of(1, 2)"],
    ["label_join(foo,'a','b')", 'label_join(foo, "a", "b")'],
  ])("%s is printed as %s", checkPrinted);
});
