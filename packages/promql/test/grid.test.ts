import { expect, test } from "@jest/globals";
import { type Grid, firstStep, gridOf, lastStepMs, subqueryGrid } from "../src/grid.ts";

test.each<[startMs: number, endMs: number, stepMs: number, stepCount: number, isRange: boolean, why: string]>([
  [1000, 5000, 1000, 5, true, "both ends are steps"],
  [1000, 5999, 1000, 5, true, "what is left at the end is none"],
  [1000, 1000, 0, 1, false, "an instant has one"],
  [5000, 1000, 1000, 0, true, "an end before the start has none"],
  [1000, 5000, 9000, 1, true, "a range shorter than its step has one"],
  [1000, 1000, 9000, 1, false, "a range from a time to itself is an instant"],
])("from %d to %d by %d are %d steps: %s", (startMs, endMs, stepMs, stepCount, isRange) => {
  const grid = gridOf(startMs, endMs, stepMs);
  expect(grid).toEqual({ startMs, stepMs: stepMs === 0 ? 1 : stepMs, stepCount, isRange });
  expect(firstStep(grid)).toMatchObject({ stepCount: Math.min(1, stepCount), isRange: false });
});

test.each<[firstEndMs: number, lastEndMs: number, rangeMs: number, stepMs: number, want: Grid, why: string]>([
  [10_000, 10_000, 4000, 1000, { startMs: 7000, stepMs: 1000, stepCount: 4, isRange: true }, "the left end is open"],
  [10_500, 10_500, 4000, 1000, { startMs: 7000, stepMs: 1000, stepCount: 4, isRange: true }, "steps are multiples since the epoch"],
  [10_000, 30_000, 4000, 7000, { startMs: 7000, stepMs: 7000, stepCount: 4, isRange: true }, "one grid serves all windows"],
  [-10_000, -10_000, 4000, 3000, { startMs: -12_000, stepMs: 3000, stepCount: 1, isRange: true }, "also before the epoch"],
  [12_000, 12_000, 500, 3000, { startMs: 12_000, stepMs: 3000, stepCount: 1, isRange: false }, "a window that ends on its only step"],
  [10_000, 10_000, 500, 3000, { startMs: 12_000, stepMs: 3000, stepCount: 0, isRange: true }, "a range without a multiple has none"],
])("windows that end from %d to %d, %d long, by %d: %j, %s", (firstEndMs, lastEndMs, rangeMs, stepMs, want) => {
  const grid = subqueryGrid(firstEndMs, lastEndMs, rangeMs, stepMs);
  expect(grid).toEqual(want);
  if (want.stepCount > 0) expect(lastStepMs(grid)).toBeLessThanOrEqual(lastEndMs);
});
