import { describe, expect, test } from "@jest/globals";
import { type Evaluation, createEvaluation } from "../src/control.ts";

const MILLION = 1_000_000;

function evaluationOf(maxSamples: number): Evaluation {
  return createEvaluation({ maxSamples, stopReason: () => undefined }, { delayedNameRemoval: false, typeAndUnitLabels: false });
}

const TOO_MANY = "query processing would load too many samples into memory in query execution";

describe("samples", () => {
  test("count until they are given back", () => {
    const { countSamples, stats } = evaluationOf(10);
    countSamples(8);
    countSamples(-5);
    countSamples(7);
    expect(stats).toMatchObject({ loadedSamples: 10, peakSamples: 10 });
    expect(() => countSamples(1)).toThrow(TOO_MANY);
  });

  test("that pass into something smaller are given back, the peak remembers them", () => {
    const { countSamples, passing, stats } = evaluationOf(10);
    countSamples(1);
    passing(() => {
      countSamples(5);
      passing(() => countSamples(3));
    });
    expect(stats).toMatchObject({ loadedSamples: 1, peakSamples: 9 });
    expect(() => passing(() => countSamples(10))).toThrow(TOO_MANY);
  });

  test.each<[maxSamples: number, values: number, refused: boolean, why: string]>([
    [10, MILLION, false, "a million values do no harm, and few of them may be samples"],
    [10, 2 * MILLION, true, "what is more than that must be allowed"],
    [3 * MILLION, 2 * MILLION, false, "as it is here"],
    [3 * MILLION, 3e10, true, "and here not"],
  ])("with %d of them allowed, room for %d values is refused: %p; %s", (maxSamples, values, refused) => {
    const { reserve, stats } = evaluationOf(maxSamples);
    if (refused) expect(() => reserve(values)).toThrow(TOO_MANY);
    else expect(() => reserve(values)).not.toThrow();
    expect(stats.loadedSamples).toBe(0);
  });
});

describe("room", () => {
  test("that a table has already counts for its next part", () => {
    const { reserve } = evaluationOf(10);
    expect(() => reserve(1, MILLION)).not.toThrow();
    expect(() => reserve(1, 2 * MILLION)).toThrow(TOO_MANY);
  });

  test.each<[maxSamples: number, allowed: number, why: string]>([
    [10, 16, "sixteen tables that do no harm"],
    [100 * MILLION, 200, "twice what a query may load"],
  ])("with %d samples allowed, a million values can be had some %d times: %s", (maxSamples, allowed) => {
    const { reserve } = evaluationOf(maxSamples);
    for (let i = 0; i < allowed; i++) reserve(MILLION);
    expect(() => reserve(MILLION)).toThrow(TOO_MANY);
  });

  test("for label values ends at 128 MB", () => {
    const { reserveText } = evaluationOf(10);
    expect(() => reserveText(1 << 27)).not.toThrow();
    expect(() => reserveText(1)).toThrow(TOO_MANY);
  });
});

test("parts are counted before the whole, when all has been read", () => {
  const { whenCounted, atEnd, finish } = evaluationOf(10);
  const order: string[] = [];
  whenCounted(() => order.push("whole"));
  whenCounted(() => order.push("part"));
  atEnd(() => order.push("reads"));
  finish();
  expect(order).toEqual(["reads", "part", "whole"]);
});

test("what is left for the end is done in order, before the annotations are complete", () => {
  const { atEnd, finish, annotations, monotonicity } = evaluationOf(10);
  const order: number[] = [];
  atEnd(() => order.push(1));
  atEnd(() => {
    order.push(2);
    monotonicity.note("", { start: 0, end: 0 }, 0, { wasForced: true, minBound: 1, maxBound: 1, maxDiff: 1 });
  });
  finish();
  expect(order).toEqual([1, 2]);
  expect(annotations.messages("info")).toHaveLength(1);
});

test.each([
  ["canceled", "query was canceled in expression evaluation"],
  ["timeout", "query timed out in expression evaluation"],
] as const)("a query that is %s says so", async (reason, message) => {
  const { check } = createEvaluation({ maxSamples: 1, stopReason: () => reason }, { delayedNameRemoval: false, typeAndUnitLabels: false });
  await expect(async () => check()).rejects.toMatchObject({ errorType: reason, message });
});
