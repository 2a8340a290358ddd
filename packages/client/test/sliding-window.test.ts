import { expect, test } from "@jest/globals";
import { SlidingWindow } from "../src/sliding-window.ts";

/** A window of ten seconds in two slices, and its clock. */
function createWindow() {
  const clock = { ms: 0 };
  return { clock, window: new SlidingWindow(10_000, 2, () => clock.ms) };
}

test.each([
  { steps: [], ranks: [0, 1], want: [NaN, NaN], why: "an empty window has no quantiles" },
  { steps: [[0, [3, 1, 2]]], ranks: [0, 0.5, 1], want: [1, 2, 3], why: "0 is the least and 1 the greatest observation" },
  {
    steps: [
      [0, [1]],
      [9_999, [5]],
    ],
    ranks: [0, 1],
    want: [1, 5],
    why: "both slices count",
  },
  {
    steps: [
      [0, [1]],
      [10_000, [5]],
    ],
    ranks: [0, 1],
    want: [5, 5],
    why: "the older slice is dropped as a whole",
  },
  {
    steps: [
      [0, [1]],
      [60_000, []],
    ],
    ranks: [0.5],
    want: [NaN],
    why: "after a long silence nothing is left",
  },
] as const)("$why", ({ steps, ranks, want }) => {
  const { clock, window } = createWindow();
  for (const [ms, values] of steps) {
    clock.ms = ms;
    for (const value of values) window.add(value);
  }
  expect(window.quantiles(ranks)).toEqual(want);
});
