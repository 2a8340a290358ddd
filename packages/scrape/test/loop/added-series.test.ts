import { expect, test } from "@jest/globals";
import { createAddedSeries } from "../../src/loop/added-series.ts";

const of = (added: number) => ({ scraped: 0, afterRelabelling: 0, added });

test("series of a body that fails again and again are told of once, and not again when it is good", () => {
  const { ofFailed, ofGood } = createAddedSeries();
  expect([ofFailed(of(3), 0), ofFailed(of(3), 0), ofFailed(of(5), 0), ofFailed(of(2), 0), ofGood(of(6)), ofGood(of(1))]).toEqual([
    3, 0, 2, 0, 1, 1,
  ]);
});

test("of a body with too many samples no more are told than it may have", () => {
  const { ofFailed, ofGood } = createAddedSeries();
  expect([ofFailed(of(9), 4), ofFailed(of(9), 4), ofGood(of(4))]).toEqual([4, 0, 0]);
});
