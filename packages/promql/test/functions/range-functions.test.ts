import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type SampleWindow, rangeFunctions } from "../../src/functions/range-functions.ts";

/** A window over all of `values`, one every 15 s, that ends 5 s after the last. */
function windowOf(values: readonly number[], rangeMs: number, param = 0): SampleWindow {
  const resetsBefore = new Uint32Array(values.length);
  for (let i = 1; i < values.length; i++) resetsBefore[i] = resetsBefore[i - 1] + (values[i] < values[i - 1] ? 1 : 0);
  const timestampsMs = Float64Array.from(values, (_value, i) => 1_700_000_000_000 + i * 15_000);
  const endMs = timestampsMs[values.length - 1] + 5000;
  return {
    timestampsMs,
    values: Float64Array.from(values),
    from: 0,
    to: values.length,
    endMs,
    rangeMs,
    evalTimeMs: endMs,
    param,
    resetsBefore,
    startsMs: new Float64Array(0),
  };
}

function evaluate(name: string, window: SampleWindow): number {
  const row = rangeFunctions.get(name);
  if (row === undefined) throw new Error(`no function ${name}`);
  return row.evaluate(window);
}

describe("a function of one window", () => {
  const cases: readonly (readonly [string, readonly number[], number, number, string])[] = [
    ["increase", [0, 10, 20], 35_000, 20 * (35 / 30), "extrapolated to both ends, but not to below zero"],
    ["increase", [100, 110, 120], 60_000, 20 * (42.5 / 30), "far from the start, half an interval is added"],
    ["increase", [10, 20, 5, 10], 60_000, 20 * (60 / 45), "what was reached before a reset is added"],
    ["delta", [10, 20, 5, 10], 60_000, 0, "a gauge may fall"],
    ["irate", [10, 20, 5], 60_000, 5 / 15, "a counter that fell counts from zero"],
    ["idelta", [10, 20, 5], 60_000, -15, "the difference of the last two"],
    ["resets", [1, 2, 1, 1, 0], 60_000, 2, "falls"],
    ["changes", [1, 1, NaN, NaN, 2], 60_000, 2, "NaN beside NaN is no change"],
    ["deriv", [0, 15, 30], 60_000, 1, "per second"],
    ["deriv", [7, 7, 7], 60_000, 0, "a constant has no slope"],
    ["deriv", [Infinity, Infinity], 60_000, NaN, "but infinity has none that is known"],
    ["avg_over_time", [1e308, 1e308, 1e308], 60_000, 1e308, "a sum that overflows doesn't spoil the mean"],
    ["sum_over_time", [1e308, 1e308], 60_000, Infinity, "but the sum does overflow"],
    ["sum_over_time", [1e100, 1, -1e100], 60_000, 1, "what plain addition would lose is kept"],
    ["min_over_time", [NaN, 2, 1], 60_000, 1, "NaN only where there is nothing else"],
    ["max_over_time", [NaN, NaN], 60_000, NaN, "as here"],
    ["stdvar_over_time", [1, 3], 60_000, 1, "of the population"],
  ];
  test.each(cases)("%s of %j in %d ms is %d: %s", (name, values, rangeMs, want) => {
    const got = evaluate(name, windowOf(values, rangeMs));
    if (Number.isFinite(want)) expect(Math.abs(got - want)).toBeLessThanOrEqual(Math.abs(want) * 1e-15);
    else expect(got).toBe(want);
  });
});

const counters = fc.array(fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1e6, noNaN: true })), {
  minLength: 2,
  maxLength: 40,
});

test("rate is, to the last bit, upstream's sequence of operations over the whole window, however many resets it holds", () => {
  fc.assert(
    fc.property(counters, fc.integer({ min: 1, max: 3_600_000 }), (values, extraMs) => {
      const window = windowOf(values, values.length * 15_000 + extraMs);
      expect(Object.is(evaluate("rate", window), obviousRate(window))).toBe(true);
    }),
  );
});

/** promql/functions.go `extrapolatedRate` spelled out, without the short cut past windows that hold no reset. */
function obviousRate({ timestampsMs, values, to, endMs, rangeMs }: SampleWindow): number {
  let increase = values[to - 1] - values[0];
  for (let i = 1; i < to; i++) if (values[i] < values[i - 1]) increase += values[i - 1];
  let start = (timestampsMs[0] - (endMs - rangeMs)) / 1000;
  let end = (endMs - timestampsMs[to - 1]) / 1000;
  const sampled = (timestampsMs[to - 1] - timestampsMs[0]) / 1000;
  const average = sampled / (to - 1);
  if (start >= average * 1.1) start = average / 2;
  if (increase > 0 && values[0] >= 0) start = Math.min(start, sampled * (values[0] / increase));
  if (end >= average * 1.1) end = average / 2;
  return increase * ((sampled + start + end) / sampled / (rangeMs / 1000));
}

test("a compensated sum of numbers far apart in size is the exact one, rounded once", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 30 }), (integers) => {
      const values = [2 ** 80, ...integers, -(2 ** 80)];
      const exact = Number(integers.reduce((sum, value) => sum + BigInt(value), 0n));
      expect(evaluate("sum_over_time", windowOf(values, 1e9))).toBe(exact);
    }),
  );
});
