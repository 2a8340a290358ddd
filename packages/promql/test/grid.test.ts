import { expect, test } from "@jest/globals";
import { type Grid, firstStep, gridOf, lastStepMs, subqueryGrid } from "../src/grid.ts";

test.each<[startMs: number, endMs: number, stepMs: number, stepCount: number, why: string]>([
  [1000, 5000, 1000, 5, "both ends are steps"],
  [1000, 5999, 1000, 5, "what is left at the end is none"],
  [1000, 1000, 0, 1, "an instant has one"],
  [5000, 1000, 1000, 0, "an end before the start has none"],
])("from %d to %d by %d are %d steps: %s", (startMs, endMs, stepMs, stepCount) => {
  const grid = gridOf(startMs, endMs, stepMs);
  expect(grid.stepCount).toBe(stepCount);
  expect(firstStep(grid).stepCount).toBe(Math.min(1, stepCount));
});

test.each<[firstEndMs: number, lastEndMs: number, rangeMs: number, stepMs: number, want: Grid, why: string]>([
  [10_000, 10_000, 4000, 1000, { startMs: 7000, stepMs: 1000, stepCount: 4 }, "the left end is open"],
  [10_500, 10_500, 4000, 1000, { startMs: 7000, stepMs: 1000, stepCount: 4 }, "steps are multiples since the epoch"],
  [10_000, 30_000, 4000, 7000, { startMs: 7000, stepMs: 7000, stepCount: 4 }, "one grid serves all windows"],
  [-10_000, -10_000, 4000, 3000, { startMs: -12_000, stepMs: 3000, stepCount: 1 }, "also before the epoch"],
  [10_000, 10_000, 500, 3000, { startMs: 12_000, stepMs: 3000, stepCount: 0 }, "a range without a multiple has none"],
])("windows that end from %d to %d, %d long, by %d: %j, %s", (firstEndMs, lastEndMs, rangeMs, stepMs, want) => {
  const grid = subqueryGrid(firstEndMs, lastEndMs, rangeMs, stepMs);
  expect(grid).toEqual(want);
  if (want.stepCount > 0) expect(lastStepMs(grid)).toBeLessThanOrEqual(lastEndMs);
});
