import { setImmediate } from "node:timers/promises";
import { expect, jest, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { LateStore } from "../../../src/head/out-of-order/late-store.ts";
import { append, openLate, RANGE_MS, type Row, samplesOf } from "./support.ts";

const SERIES = 600;
const CAP = 4;

test("samples that are made chunks while a compaction goes over its series are kept when it has finished", async () => {
  const files = createFaultyFiles();
  const { head } = await openLate(files, { windowMs: 10 * RANGE_MS, cap: CAP });
  const each = (timestampMs: number): Row[] => Array.from({ length: SERIES }, (_, i): Row => [i, timestampMs, 1]);
  append(head, each(9 * RANGE_MS));
  append(head, each(8 * RANGE_MS));
  const { addRangeStarts } = LateStore.prototype;
  const spy = jest.spyOn(LateStore.prototype, "addRangeStarts").mockImplementation(function (this: LateStore, ...args) {
    // Its first slice is spent with the first series.
    const endMs = performance.now() + (spy.mock.calls.length === 1 ? 20 : 0);
    while (performance.now() < endMs);
    addRangeStarts.apply(this, args);
  });
  const begun = head.outOfOrder.beginCompaction();
  while (spy.mock.calls.length === 0) await setImmediate();
  expect(spy.mock.calls.length).toBeLessThan(SERIES);
  // Of a series that it has seen, at a time of which it makes no block; then of one that it has not seen, whose chunks lie behind these.
  const later: readonly (readonly [series: number, fromMs: number])[] = [
    [0, 5 * RANGE_MS],
    [SERIES - 1, 8 * RANGE_MS + 1],
  ];
  for (const [series, fromMs] of later) {
    for (let k = 0; k < 2 * CAP; k++) append(head, [[series, fromMs + k, 2]]);
  }
  const compaction = await begun;
  spy.mockRestore();
  expect(compaction?.ranges).toEqual([{ minTimeMs: 8 * RANGE_MS, maxTimeMs: 9 * RANGE_MS }]);
  if (compaction !== undefined) await head.outOfOrder.finishCompaction(compaction);
  const again = await openLate(files, { windowMs: 10 * RANGE_MS, cap: CAP });
  for (const [series, fromMs] of later) {
    const want = `${Array.from({ length: 2 * CAP }, (_, k) => `${fromMs + k}:2`).join(" ")} ${9 * RANGE_MS}:1`;
    expect(samplesOf(head, files, series)).toBe(want);
    expect(samplesOf(again.head, files, series)).toBe(want);
  }
});
