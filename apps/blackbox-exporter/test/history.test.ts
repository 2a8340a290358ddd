import { expect, test } from "@jest/globals";
import { createHistory } from "../src/history.ts";

/** Adds probes written as `target+` for a success and `target-` for a failure. */
function historyOf(limit: number, probes: string) {
  const history = createHistory(limit);
  for (const probe of probes.split(" ")) {
    history.add({ module: "m", target: probe.slice(0, -1), success: probe.endsWith("+"), debugText: probe });
  }
  return history;
}

test.each([
  { why: "fewer than the limit", limit: 3, probes: "a+ b-", want: [1, 0] },
  { why: "successes go first", limit: 2, probes: "a+ b+ c+", want: [2, 1] },
  { why: "failures are kept apart", limit: 2, probes: "a- b+ c+ d+", want: [3, 2, 0] },
  { why: "and no more of them than of others", limit: 1, probes: "a- b- c- d+", want: [3, 2] },
  { why: "none at all", limit: 0, probes: "a- b+", want: [] },
])("$why: $want", ({ limit, probes, want }) => {
  expect(
    historyOf(limit, probes)
      .list()
      .map(({ id }) => id),
  ).toEqual(want);
});

test.each([
  { target: "a", module: "", want: 0, why: "a kept failure before others" },
  { target: "b", module: "m", want: 1, why: "the oldest of the same target" },
  { target: "b", module: "other", want: undefined, why: "no other module's" },
])("a look for $target finds $why", ({ target, module, want }) => {
  expect(historyOf(3, "a- b+ a+ b+").findTarget(target, module)?.id).toBe(want);
});

test("a number finds its probe", () => {
  const history = historyOf(2, "a- b+ c+");
  expect([history.find(0)?.target, history.find(2)?.target, history.find(9)]).toEqual(["a", "c", undefined]);
});
