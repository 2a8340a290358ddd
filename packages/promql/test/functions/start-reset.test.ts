import { describe, expect, test } from "@jest/globals";
import { isStartReset, overlapsPrevious } from "../../src/functions/start-reset.ts";

/** Two samples, at 60 s and 120 s, and when their counters began. */
function pair(previousStartMs: number, startMs: number): [Float64Array, Float64Array, number] {
  return [Float64Array.of(previousStartMs, startMs), Float64Array.of(60_000, 120_000), 1];
}

describe("a counter was reset between two samples", () => {
  test.each<[number, number, boolean, string]>([
    [0, 0, false, "no start is known"],
    [0, 90_000, true, "it began between them"],
    [1, 1, false, "it began before both"],
    [1, 119_999, true, "it began right before the second"],
    [1, 120_000, false, "a start at its own sample is an unknown one"],
    [1, 130_000, false, "a start behind its own sample is none"],
    [1, 60_000, true, "a delta begins at the sample before"],
    [0, 60_000, false, "a counter that never knew its start does so too"],
    [60_000, 60_000, false, "or said so by a start at its sample"],
    [70_000, 60_000, false, "or by one behind it"],
    [1, 59_999, false, "it began before the first"],
  ])("starts %d and %d: %s (%s)", (previousStartMs, startMs, wanted) => {
    expect(isStartReset(...pair(previousStartMs, startMs))).toBe(wanted);
  });
});

describe("a sample counts from before the one before it", () => {
  test.each<[number, number, boolean, string]>([
    [1, 0, false, "no start is known"],
    [1, 1, false, "both count from the same time"],
    [1, 60_000, false, "a delta begins where the other ended"],
    [1, 59_999, true, "it begins within the other"],
    [0, 59_999, true, "also where the other's start is not known"],
  ])("starts %d and %d: %s (%s)", (previousStartMs, startMs, wanted) => {
    expect(overlapsPrevious(...pair(previousStartMs, startMs))).toBe(wanted);
  });
});
