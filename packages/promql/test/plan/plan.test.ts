import { describe, expect, test } from "@jest/globals";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { type Plan, type QueryParams, instantParams, planQuery, rangeParams } from "../../src/index.ts";
import type { PlanNode } from "../../src/plan/nodes.ts";

const SECOND_MS = 1000;
const range = rangeParams(1000 * SECOND_MS, 2000 * SECOND_MS, 100 * SECOND_MS);

/** `matchers [from, to]` of each select, in seconds; the open left end shows as the millisecond that follows it. */
function selects({ selectors }: Plan): string[] {
  return selectors.map(
    ({ matchers, minTimeMs, maxTimeMs, hints }) =>
      `${matchers.map(({ value }) => value).join()} [${minTimeMs / 1000}, ${maxTimeMs / 1000}]${hints.latestAtMs === undefined ? "" : " latest"}`,
  );
}

describe("a selector's time range follows its modifiers", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["up", ["up [700.001, 2000]"]],
    ["up offset 1m", ["up [640.001, 1940]"]],
    ["up offset -1m", ["up [760.001, 2060]"]],
    ["up @ 500", ["up [200.001, 500] latest"]],
    ["up @ end() offset 1m", ["up [1640.001, 1940] latest"]],
    ["rate(up[2m])", ["up [880.001, 2000]"]],
    ["rate(up[2m] @ start())", ["up [880.001, 1000]"]],
    ["rate(up[step() + 20s])", ["up [880.001, 2000]"]],
    ["sum_over_time(up[10m:1m])", ["up [120.001, 1980]"]],
    ["sum_over_time(rate(up[1m])[10m:1m] offset 5m)", ["up [60.001, 1680]"]],
    ["sum_over_time(up[10m:1m] @ 3000)", ["up [2160.001, 3000]"]],
  ];
  test.each(cases)("%s", (text, want) => {
    expect(selects(planQuery(text, range))).toEqual(want);
  });
});

describe("functions of counters ask when these began, where the query may", () => {
  const cases: readonly (readonly [string, readonly boolean[]])[] = [
    ["rate(up[2m])", [true]],
    ["start_timestamp(up)", [true]],
    ["delta(up[2m])", [false]],
    ["rate(up[2m:1m])", [false]],
    ["sum(rate(up[2m])) / down", [true, false]],
    ["rate(up[2m]) / up", [true]],
    ["rate((irate(up[2m]))[5m:1m])", [true]],
  ];
  test.each(cases)("%s", (text, want) => {
    const syntax = { ...defaultParseOptions, experimentalFunctions: true };
    const startsOf = (params: QueryParams): boolean[] => planQuery(text, params).selectors.map(({ hints }) => hints.withStarts === true);
    expect(startsOf({ ...range, syntax, startTimestamps: true })).toEqual(want);
    expect(startsOf({ ...range, syntax })).toEqual(want.map(() => false));
  });
});

describe("what is selected twice is one select", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["up / up", ["up [700.001, 2000]"]],
    ["rate(up[2m]) / rate(up[1h])", ["up [-2599.999, 2000]"]],
    ["up / up offset 1d", ["up [700.001, 2000]", "up [-85699.999, -84400]"]],
    ["up / down", ["up [700.001, 2000]", "down [700.001, 2000]"]],
    ['up{a="1"} / up{a="2"}', ["1,up [700.001, 2000]", "2,up [700.001, 2000]"]],
  ];
  test.each(cases)("%s", (text, want) => {
    expect(selects(planQuery(text, range)).map((line) => line.replace(/^up,([12])/, "$1,up"))).toEqual(want);
  });
});

test("an instant selector at one time asks for the newest sample only", () => {
  expect(selects(planQuery("up", instantParams(1000 * SECOND_MS)))).toEqual(["up [700.001, 1000] latest"]);
  expect(selects(planQuery("up + rate(up[10m])", instantParams(1000 * SECOND_MS)))).toEqual(["up [400.001, 1000]"]);
});

describe("what is the same at every step is planned once", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["sum(up @ 5)", "once(aggregate)"],
    ["up + up @ 5", "vector-vector(vector-selector, once(vector-selector))"],
    ["1 + 2", "number"],
    ["time() + 1", "scalar-scalar(call, number)"],
    ["timestamp(up @ 5)", "once(call)"],
    ["timestamp(abs(up @ 5))", "call"],
    ["predict_linear(up[5m] @ 5, 1)", "call"],
    ["-(1)", "number"],
  ];
  test.each(cases)("%s", (text, want) => {
    const { root } = planQuery(text, range);
    expect(root.type === "string" ? "string" : shape(root.node)).toBe(want);
  });
});

function shape(node: PlanNode): string {
  switch (node.kind) {
    case "step-invariant":
      return `once(${shape(node.child).replace(/\(.*/, "")})`;
    case "vector-vector":
    case "scalar-scalar":
      return `${node.kind}(${shape(node.left)}, ${shape(node.right)})`;
    default:
      return node.kind;
  }
}

test("the same text and parameters make the same selects in the same order, which is what a worker relies on", () => {
  const text = "sum(rate(a[5m])) / sum(rate(b[5m])) + max_over_time(c[1h:1m]) - a";
  expect(selects(planQuery(text, range))).toEqual(selects(planQuery(text, { ...range })));
  expect(selects(planQuery(text, range))).toHaveLength(3);
});
