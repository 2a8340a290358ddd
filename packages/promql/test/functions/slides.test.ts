import { describe, expect, test } from "@jest/globals";
import { createSampleColumns, type SampleColumns } from "@ferula/model";
import fc from "fast-check";
import { createStepColumn } from "../../src/columns.ts";
import { rangeFunctions, type RangeFunction, type SampleWindow, type WindowGrid } from "../../src/functions/range-functions.ts";

const sliding = [...rangeFunctions].filter(([, { slide }]) => slide !== undefined).map(([name, row]) => ({ name, row }));

/** Most gaps are even, as of a target that is scraped in time; some samples are missing, and some counters restart. */
const gaps = fc.oneof({ weight: 8, arbitrary: fc.constant(15_000) }, fc.integer({ min: 1, max: 100_000 }));
const values = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -3, max: 1000 }) },
  fc.constantFrom(NaN, 0, -0, Infinity, -Infinity),
  fc.double(),
);
const series = fc.array(fc.record({ gapMs: gaps, change: values, isReset: fc.boolean() }), { maxLength: 60 });
const grids = fc.record({
  firstEndMs: fc.integer({ min: -50_000, max: 900_000 }),
  stepMs: fc.constantFrom(0, 1000, 15_000, 60_000, 400_000),
  stepCount: fc.integer({ min: 1, max: 30 }),
  rangeMs: fc.constantFrom(1, 15_000, 60_000, 300_000, 900_000),
});

type SeriesDraft = readonly { readonly gapMs: number; readonly change: number; readonly isReset: boolean }[];

function samplesOf(drafts: SeriesDraft, isCounter: boolean): SampleColumns {
  const samples = createSampleColumns(Math.max(1, drafts.length));
  let [timeMs, value] = [0, 0];
  for (const [i, { gapMs, change, isReset }] of drafts.entries()) {
    samples.timestampsMs[i] = timeMs += gapMs;
    value = isCounter && !isReset ? value + change : change;
    samples.values[i] = value;
  }
  samples.length = drafts.length;
  return samples;
}

/** Each window looked for and evaluated by itself. */
function oneByOne(row: RangeFunction, samples: SampleColumns, grid: WindowGrid): (number | undefined)[] {
  const { timestampsMs, values: all, length } = samples;
  const resetsBefore = new Uint32Array(length);
  for (let i = 1; i < length; i++) resetsBefore[i] = resetsBefore[i - 1] + (all[i] < all[i - 1] ? 1 : 0);
  return Array.from({ length: grid.stepCount }, (_, k) => {
    const endMs = grid.firstEndMs + k * grid.stepMs;
    const inside = [...timestampsMs.subarray(0, length)].map((timeMs) => timeMs > endMs - grid.rangeMs && timeMs <= endMs);
    const from = inside.indexOf(true);
    const to = inside.lastIndexOf(true) + 1;
    if (from < 0 || to - from < row.minSamples) return undefined;
    const window: SampleWindow = {
      timestampsMs,
      values: all,
      from,
      to,
      endMs,
      rangeMs: grid.rangeMs,
      evalTimeMs: endMs,
      param: 0,
      resetsBefore,
      startsMs: new Float64Array(0),
    };
    return row.evaluate(window);
  });
}

describe.each(sliding)("$name over a whole series", ({ row }) => {
  test.each([
    { what: "counters", isCounter: true },
    { what: "gauges", isCounter: false },
  ])("$what: every window as by itself, to the last bit", ({ isCounter }) => {
    fc.assert(
      fc.property(series, grids, (drafts, grid) => {
        const samples = samplesOf(drafts, isCounter);
        const out = createStepColumn(grid.stepCount);
        row.slide?.(samples, grid, out);
        const answers = Array.from({ length: grid.stepCount }, (_, k) => (out.present[k] === 0 ? undefined : out.values[k]));
        expect(answers).toEqual(oneByOne(row, samples, grid));
      }),
      { numRuns: 300 },
    );
  });
});

test("the functions that dashboards ask most are evaluated so", () => {
  expect(sliding.map(({ name }) => name)).toEqual(["rate", "increase", "delta", "min_over_time", "max_over_time"]);
});
