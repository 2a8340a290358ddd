import { expect, test } from "@jest/globals";
import { STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import { almostEqual, isStaleMarker } from "../../src/compare/almost-equal.ts";

test.each<[number, number, boolean, string]>([
  [1, 1, true, "the same"],
  [1, 1.000001, true, "a millionth apart"],
  [1, 1.00001, false, "further apart"],
  [-1, 1, false, "of other signs"],
  [0, -0, true, "zeros"],
  [0, 1e-300, false, "zero has nothing near it"],
  [0, 5e-324, true, "but the smallest of all"],
  [1e-310, 1.001e-310, false, "numbers below the normal ones are compared by their difference"],
  [NaN, NaN, true, "a NaN is a NaN"],
  [NaN, 1, false, "a NaN is no number"],
  [Infinity, Infinity, true, "infinities"],
  [Infinity, -Infinity, false, "infinities of other signs"],
  [1e308, 1.7e308, false, "numbers whose sum overflows"],
  [Number.MAX_VALUE, Number.MAX_VALUE * (1 - 1e-9), true, "near numbers whose sum overflows"],
])("%d and %d: %s (%s)", (a, b, wanted) => {
  expect(almostEqual(a, b)).toBe(wanted);
  expect(almostEqual(b, a)).toBe(wanted);
});

test("a stale marker is told from other NaNs", () => {
  const marker = new Float64Array(Uint32Array.of(STALE_NAN_LOW, STALE_NAN_HIGH).buffer)[0];
  expect(isStaleMarker(marker)).toBe(true);
  expect(isStaleMarker(NaN)).toBe(false);
  expect(isStaleMarker(1)).toBe(false);
});
