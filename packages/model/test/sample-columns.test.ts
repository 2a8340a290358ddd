import { expect, test } from "@jest/globals";
import { createSampleBatch, createSampleColumns, growSampleBatch, growSampleColumns, isStaleAt, setStaleAt } from "../src/index.ts";

test("a stale marker is one NaN of its own, and growing keeps its bits", () => {
  const columns = createSampleColumns(2);
  columns.values[0] = NaN;
  setStaleAt(columns, 1);
  columns.length = 2;
  growSampleColumns(columns, 3);
  expect([isStaleAt(columns, 0), isStaleAt(columns, 1), columns.values[1]]).toEqual([false, true, NaN]);
  expect([columns.valueBits[3], columns.valueBits[2]]).toEqual([0x7ff00000, 2]);
});

test.each([
  { from: 4, to: 3, want: 4, why: "never shrink" },
  { from: 4, to: 5, want: 8, why: "at least double" },
  { from: 4, to: 100, want: 100, why: "grow to what is asked for" },
])("columns $why", ({ from, to, want }) => {
  const columns = createSampleColumns(from);
  columns.timestampsMs[0] = 7;
  growSampleColumns(columns, to);
  expect([columns.timestampsMs.length, columns.values.length, columns.valueBits.length]).toEqual([want, want, 2 * want]);
  expect(columns.timestampsMs[0]).toBe(7);
  expect(columns.valueBits.buffer).toBe(columns.values.buffer);
});

test("a batch grows with its references", () => {
  const batch = createSampleBatch(1);
  batch.refs[0] = 42;
  batch.values[0] = 1.5;
  growSampleBatch(batch, 10);
  expect([batch.refs.length, batch.refs[0], batch.values[0]]).toEqual([10, 42, 1.5]);
});
