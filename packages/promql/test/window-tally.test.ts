import { expect, test } from "@jest/globals";
import { createFloatHistogram, createHistogramColumns, createSampleColumns, pushHistogram } from "@ferula/model";
import fc from "fast-check";
import { histogramCost } from "../src/columns.ts";
import type { RangeNode } from "../src/plan/nodes.ts";
import { createTally } from "../src/sample-tally.ts";
import { tallyWindows } from "../src/window-tally.ts";

const histogram = createFloatHistogram({ count: 1, sum: 2 });

interface Case {
  readonly gapsMs: readonly number[];
  readonly startMs: number;
  readonly stepMs: number;
  readonly stepCount: number;
  readonly rangeMs: number;
  readonly isFixed: boolean;
}

/** Gaps of all sizes: of a series that is scraped, of one that stops for long, of bursts. */
const cases = fc.record<Case>({
  gapsMs: fc.array(fc.oneof(fc.constant(10), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2000 })), { maxLength: 60 }),
  startMs: fc.integer({ min: -100, max: 1000 }),
  stepMs: fc.oneof(fc.constant(20), fc.integer({ min: 1, max: 200 })),
  stepCount: fc.integer({ min: 0, max: 40 }),
  rangeMs: fc.oneof(fc.constantFrom(20, 40, 400), fc.integer({ min: 1, max: 500 })),
  isFixed: fc.boolean(),
});

/** By the definition: each window looks at each sample. */
function expected(
  { startMs, stepMs, stepCount, rangeMs, isFixed }: Case,
  timesMs: readonly number[],
): readonly [total: number, read: number] {
  let total = 0;
  const read = new Set<number>();
  for (let k = 0; k < stepCount; k++) {
    const endMs = startMs + (isFixed ? 0 : k * stepMs);
    const inWindow = timesMs.filter((timeMs) => timeMs > endMs - rangeMs && timeMs <= endMs);
    total += inWindow.length;
    for (const timeMs of inWindow) read.add(timeMs);
  }
  return [total, read.size];
}

test.each([
  ["floats", false, 1],
  ["histograms, by their size", true, histogramCost(histogram)],
])("the samples of all windows are counted as if each window were looked at: %s", (_what, areHistograms, cost) => {
  fc.assert(
    fc.property(cases, fc.boolean(), (one, bySteps) => {
      const { gapsMs, startMs, stepMs, stepCount, rangeMs, isFixed } = one;
      const samples = createSampleColumns(gapsMs.length);
      const histograms = createHistogramColumns(0);
      const timesMs: number[] = [];
      let timeMs = 0;
      for (const gapMs of gapsMs) {
        timeMs += gapMs;
        timesMs.push(timeMs);
        if (areHistograms) pushHistogram(histograms, timeMs, histogram);
        else samples.timestampsMs[samples.length++] = timeMs;
      }
      const grid = { startMs, stepMs, stepCount, isRange: true };
      const atMs = isFixed ? startMs : undefined;
      const shared = { grid, rangeMs, offsetMs: 0, atMs };
      const node: RangeNode = {
        kind: "matrix-selector",
        ...shared,
        selector: 0,
        extension: undefined,
        statsOnly: false,
        usesStarts: false,
      };
      const tally = createTally(grid, bySteps);
      tallyWindows(tally, node, samples, histograms);
      const [total, read] = expected(one, timesMs);
      expect([tally.total, tally.read]).toEqual([total * cost, read * cost]);
      const sumOf = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);
      if (tally.steps !== undefined) expect([sumOf(tally.steps.total), sumOf(tally.steps.read)]).toEqual([total * cost, read * cost]);
    }),
    { numRuns: 1000 },
  );
});
