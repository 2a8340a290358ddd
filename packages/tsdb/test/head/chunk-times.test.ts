import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { ChunkTimes } from "../../src/head/chunk-times.ts";

const DAY_MS = 86_400_000;
const NOW_MS = 1_700_000_000_000;

const time = fc.oneof(
  fc.integer({ min: NOW_MS - DAY_MS, max: NOW_MS + DAY_MS }),
  fc.integer({ min: -100 * DAY_MS, max: NOW_MS + 400 * DAY_MS }),
  fc.constantFrom(0, -(2 ** 52), 2 ** 52),
);
const step = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), row: fc.integer({ min: 1, max: 30 }), times: fc.tuple(time, time) }),
  fc.record({ kind: fc.constant("clear" as const), row: fc.integer({ min: 1, max: 30 }), times: fc.tuple(time, time) }),
  fc.record({ kind: fc.constant("move" as const), row: fc.constant(0), times: fc.tuple(time, time) }),
);

test("rows keep their times, wherever the times count from", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const chunkTimes = new ChunkTimes(32);
      const wanted = new Map<number, readonly [number, number]>();
      for (const { kind, row, times } of steps) {
        const range = [Math.min(...times), Math.max(...times)] as const;
        if (kind === "set") {
          chunkTimes.set(row, ...range);
          wanted.set(row, range);
        } else if (kind === "move") {
          chunkTimes.moveTo(times[0]);
        } else if (wanted.delete(row)) {
          chunkTimes.clear(row);
        }
        for (const [known, want] of wanted) expect([chunkTimes.minTimeMs(known), chunkTimes.maxTimeMs(known)]).toEqual(want);
      }
    }),
    { numRuns: 200 },
  );
});

test("when the first time was far off, the others do not stay what is kept on its own", () => {
  const chunkTimes = new ChunkTimes(5000);
  chunkTimes.set(1, 0, 1000);
  for (let row = 2; row < 5000; row++) chunkTimes.set(row, NOW_MS + row, NOW_MS + row + DAY_MS);
  expect(chunkTimes.farCount).toBe(1);
  expect([chunkTimes.minTimeMs(1), chunkTimes.maxTimeMs(1)]).toEqual([0, 1000]);
  expect([chunkTimes.minTimeMs(4999), chunkTimes.maxTimeMs(4999)]).toEqual([NOW_MS + 4999, NOW_MS + 4999 + DAY_MS]);
});
