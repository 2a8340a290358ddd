import { expect, test } from "@jest/globals";
import type { ExemplarRow } from "@ferula/model";
import { appendExemplars } from "../../src/loop/exemplars.ts";

const row = (ref: number, timestampMs: number): ExemplarRow => ({ ref, timestampMs, value: 0, labels: [] });

test.each([
  { why: "of different series, each too late, count each", rows: [row(1, 5), row(2, 5), row(3, 50)], want: 2 },
  { why: "of one series count together when all are too late", rows: [row(1, 5), row(1, 6)], want: 2 },
  { why: "of one series don't count when one of them is not", rows: [row(1, 5), row(1, 6), row(1, 50)], want: 0 },
  { why: "of sets and of single ones", rows: [row(1, 5), row(2, 5), row(2, 50), row(3, 5), row(4, 1), row(4, 2)], want: 4 },
  { why: "that are none", rows: [], want: 0 },
])("exemplars $why", ({ rows, want }) => {
  const taken: ExemplarRow[] = [];
  const sink = (some: readonly ExemplarRow[]) => {
    taken.push(...some);
    return { outOfOrder: some.filter(({ timestampMs }) => timestampMs < 10).length };
  };
  expect(appendExemplars(rows, sink)).toBe(want);
  expect(taken.toSorted((a, b) => a.ref - b.ref || a.timestampMs - b.timestampMs)).toEqual(rows);
});

test("those of a series are handed on by ascending time", () => {
  const sets: (readonly ExemplarRow[])[] = [];
  appendExemplars([row(1, 3), row(1, 1), row(1, 2)], (rows) => (sets.push(rows), { outOfOrder: 0 }));
  expect(sets).toEqual([[row(1, 1), row(1, 2), row(1, 3)]]);
});
