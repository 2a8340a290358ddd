import { expect, test } from "@jest/globals";
import { children, formatPosition, functions, parseExpr, toApiJson, walk } from "../src/index.ts";
import { allFeatures } from "./check-query.ts";

test("walk goes parents first, knows the ancestors and can leave a branch out", () => {
  const seen: string[] = [];
  walk(parseExpr("topk(1, rate(foo[5m])) + (-bar)"), (expr, path) => {
    seen.push(`${path.map((ancestor) => ancestor.kind).join(">")}>${expr.kind}`);
    return expr.kind !== "paren";
  });
  expect(seen).toEqual([
    ">binary",
    "binary>aggregate",
    "binary>aggregate>call",
    "binary>aggregate>call>matrix",
    "binary>aggregate>call>matrix>vector",
    "binary>aggregate>number",
    "binary>paren",
  ]);
});

test("leaves have no children", () => {
  for (const query of ["1", '"a"', "foo"]) expect(children(parseExpr(query))).toEqual([]);
});

test("there are 90 functions, 17 of them experimental", () => {
  const all = [...functions.values()];
  expect(all).toHaveLength(90);
  expect(all.filter((signature) => signature.experimental)).toHaveLength(17);
  expect(functions.get("label_join")).toEqual({
    name: "label_join",
    args: ["vector", "string", "string", "string"],
    variadic: -1,
    returns: "vector",
    experimental: false,
  });
});

test.each([
  ["", 0, "unknown position"],
  ["foo", 4, "invalid position"],
  ["foo", -1, "invalid position"],
  ["foo", 3, "1:4"],
  ["a\nb\nc", 4, "3:1"],
  ["é\u{1f600}x", 3, "1:7"],
])("%j at %d is %s", (text, offset, want) => {
  expect(formatPosition(text, offset)).toBe(want);
});

test("the API's form of a tree", () => {
  const query = 'sum by (a) (rate(foo{b=~"c"}[5m] offset 1m)) / on(a) fill_left(2) -bar @ start()';
  const matchers = [
    { name: "b", type: "=~", value: "c" },
    { name: "__name__", type: "=", value: "foo" },
  ];
  const selector = { offsetExpr: null, timestamp: null, startOrEnd: null, anchored: false, smoothed: false };
  expect(toApiJson(parseExpr(query, allFeatures))).toEqual({
    type: "binaryExpr",
    op: "/",
    bool: false,
    matching: { card: "one-to-one", labels: ["a"], on: true, include: [], fillValues: { lhs: 2, rhs: null } },
    lhs: {
      type: "aggregation",
      op: "sum",
      param: null,
      grouping: ["a"],
      without: false,
      expr: {
        type: "call",
        func: { name: "rate", argTypes: ["matrix"], variadic: 0, returnType: "vector" },
        args: [{ type: "matrixSelector", name: "foo", range: 300_000, rangeExpr: null, offset: 60_000, matchers, ...selector }],
      },
    },
    rhs: {
      type: "unaryExpr",
      op: "-",
      expr: {
        type: "vectorSelector",
        name: "bar",
        offset: 0,
        matchers: [{ name: "__name__", type: "=", value: "bar" }],
        ...selector,
        startOrEnd: "start",
      },
    },
  });
});

test("the API's form of durations: a sign has its operand on the right, numbers are text", () => {
  const json = toApiJson(parseExpr("foo[-(step() * 1):1m + 2]"));
  expect(json).toMatchObject({
    type: "subquery",
    range: 0,
    rangeExpr: {
      type: "durationExpr",
      op: "-",
      lhs: null,
      rhs: {
        type: "durationExpr",
        op: "*",
        lhs: { type: "durationExpr", op: "step", lhs: null, rhs: null, wrapped: false },
        wrapped: true,
      },
      wrapped: false,
    },
    stepExpr: {
      op: "+",
      lhs: { type: "numberLiteral", val: "60", duration: true },
      rhs: { type: "numberLiteral", val: "2", duration: false },
    },
  });
});
