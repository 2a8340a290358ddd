import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { findValues, type SearchOrder } from "../../src/search/find-values.ts";

const check = (): void => undefined;

function found(values: readonly string[], order: SearchOrder, limit: number, scorer?: (text: string) => number): unknown[] {
  const { indexes, scores } = findValues(values, { scorer, order, limit, check });
  return Array.from(indexes, (index, i) => [values[index], scores[i]]);
}

test.each<{ order: SearchOrder; want: unknown[]; why: string }>([
  {
    order: "rising",
    want: [
      ["a", 1],
      ["b", 1],
    ],
    why: "the first in order",
  },
  {
    order: "falling",
    want: [
      ["c", 1],
      ["b", 1],
    ],
    why: "the last, backwards",
  },
  {
    order: "score",
    want: [
      ["a", 1],
      ["b", 1],
    ],
    why: "the first in order, as all have the same score",
  },
])("where anything fits, $order finds $why", ({ order, want }) => {
  expect(found(["a", "b", "c"], order, 2)).toEqual(want);
});

test("what is found are the first of all that fit, in each order", () => {
  const scores = fc.array(fc.constantFrom(0, 0.25, 0.5, 0.75, 1), { maxLength: 400 });
  fc.assert(
    fc.property(
      scores,
      fc.integer({ min: 1, max: 500 }),
      fc.constantFrom<SearchOrder>("rising", "falling", "score"),
      (all, limit, order) => {
        const values = all.map((_, i) => String(i));
        const fitting = all.map((score, i) => [String(i), score] as const).filter(([, score]) => score > 0);
        if (order === "falling") fitting.reverse();
        if (order === "score") fitting.sort(([, a], [, b]) => b - a);
        expect(found(values, order, limit, (text) => all[Number(text)])).toEqual(fitting.slice(0, limit));
      },
    ),
  );
});

test.each<SearchOrder>(["rising", "falling", "score"])("a search for what nothing fits can be ended, %s", (order) => {
  let checks = 0;
  const end = (): void => {
    if (++checks === 3) throw new Error("enough");
  };
  const values = Array.from({ length: 5000 }, (_, i) => String(i));
  expect(() => findValues(values, { scorer: () => 0, order, limit: 10, check: end })).toThrow("enough");
});
