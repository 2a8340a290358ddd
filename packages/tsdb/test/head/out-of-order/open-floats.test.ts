import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { OpenFloats } from "../../../src/head/out-of-order/open-floats.ts";

test.each([{ keepsStarts: false }, { keepsStarts: true }])(
  "samples stand in the order of time, whatever they come in ($keepsStarts)",
  ({ keepsStarts }) => {
    const action = fc.record({ row: fc.integer({ min: 1, max: 40 }), timeMs: fc.integer({ min: -50, max: 300 }), clears: fc.nat(200) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 600 }), (actions) => {
        const floats = new OpenFloats(keepsStarts);
        const model = new Map<number, Map<number, number>>();
        actions.forEach(({ row, timeMs, clears }, i) => {
          if (clears === 0) {
            floats.clear(row);
            model.delete(row);
          }
          const samples = model.get(row) ?? new Map<number, number>();
          expect(floats.has(row, timeMs)).toBe(samples.has(timeMs));
          if (samples.has(timeMs)) return;
          floats.insert(row, timeMs, i, ~i >>> 0, 7 * i);
          model.set(row, samples.set(timeMs, i));
        });
        for (let row = 1; row <= 40; row++) {
          const want = [...(model.get(row) ?? [])].sort(([a], [b]) => a - b);
          const found = Array.from({ length: floats.count(row) }, (_, k) => [floats.timestampMs(row, k), floats.valueLow(row, k)]);
          expect(found).toEqual(want);
          want.forEach(([, i], k) => {
            expect(floats.valueHigh(row, k)).toBe(~i >>> 0);
            expect(floats.startTimestampMs(row, k)).toBe(keepsStarts ? 7 * i : 0);
          });
        }
      }),
      { numRuns: 100 },
    );
  },
);

test("memory that is let go of is used again, and given back when nothing is left", () => {
  const floats = new OpenFloats(false);
  const fill = (): void => {
    for (let row = 1; row <= 5000; row++) for (let k = 0; k < 33; k++) floats.insert(row, 33 - k, k, 0, 0);
  };
  fill();
  const { sizeBytes } = floats;
  for (let row = 2; row <= 5000; row++) floats.clear(row);
  for (let row = 2; row <= 5000; row++) for (let k = 0; k < 33; k++) floats.insert(row, k, k, 0, 0);
  expect(floats.sizeBytes).toBe(sizeBytes);
  for (let row = 1; row <= 5000; row++) floats.clear(row);
  expect(floats.sizeBytes).toBe(0);
  fill();
  expect(floats.sizeBytes).toBe(sizeBytes);
});

test("a series holds as many as it says, and not one more", () => {
  const floats = new OpenFloats(true);
  for (let k = 0; k < floats.mostCount; k++) floats.insert(1, -k, k, 0, 0);
  expect(floats.timestampMs(1, 0)).toBe(1 - floats.mostCount);
  expect(() => floats.insert(1, 1, 0, 0, 0)).toThrow("BUG");
});
