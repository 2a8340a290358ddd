import { expect, test } from "@jest/globals";
import { type StepColumn, compactSteps, countPresent, hasStep, samplesOfSteps } from "../src/columns.ts";

const grid = { startMs: 1000, stepMs: 500, stepCount: 4, isRange: true };

function columnOf(...steps: readonly (number | undefined)[]): StepColumn {
  return {
    values: Float64Array.from(steps, (value) => value ?? 99),
    present: Uint8Array.from(steps, (value) => (value === undefined ? 0 : 1)),
    hasHistograms: false,
    histograms: [],
  };
}

test.each<[steps: readonly (number | undefined)[], timestampsMs: readonly number[], values: readonly number[], why: string]>([
  [[1, 2, 3, 4], [1000, 1500, 2000, 2500], [1, 2, 3, 4], "every step"],
  [[undefined, 2, undefined, NaN], [1500, 2500], [2, NaN], "steps that are not present are left out, NaN is a value"],
  [[undefined, undefined, undefined, undefined], [], [], "none"],
  [[1, undefined, undefined, undefined, 5], [1000], [1], "what lies behind the grid is not looked at"],
])("the samples of a column of %j are at %j: %s", (steps, timestampsMs, values) => {
  const column = columnOf(...steps);
  const samples = samplesOfSteps(column, grid);
  expect([...samples.timestampsMs]).toEqual(timestampsMs);
  expect([...samples.values]).toEqual(values);
  expect(countPresent(column.present, grid.stepCount)).toBe(values.length);
  expect(hasStep(column, grid.stepCount)).toBe(values.length > 0);
});

test("compacted into arrays that are longer, the rest stays as it is", () => {
  const times = new Float64Array(6).fill(-1);
  const values = new Float64Array(6).fill(-1);
  expect(compactSteps(columnOf(undefined, 7, 8, undefined), grid, times, values)).toBe(2);
  expect([...times]).toEqual([1500, 2000, -1, -1, -1, -1]);
  expect([...values]).toEqual([7, 8, -1, -1, -1, -1]);
});
