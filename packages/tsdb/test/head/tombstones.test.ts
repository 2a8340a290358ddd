import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { addInterval, type Interval } from "../../src/block/intervals.ts";
import { HeadTombstones } from "../../src/head/tombstones.ts";

const ref = fc.integer({ min: 1, max: 6 });
const step = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), ref, minTimeMs: fc.nat(50), length: fc.nat(9) }),
  fc.record({ kind: fc.constant("drop" as const), ref }),
  fc.record({ kind: fc.constant("truncate" as const), timeMs: fc.nat(60) }),
);

test("whatever is deleted, forgotten and truncated, each series has what a list of its own would have", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const tombstones = new HeadTombstones();
      const model = new Map<number, Interval[]>();
      for (const one of steps) {
        if (one.kind === "add") {
          const interval = { minTimeMs: one.minTimeMs, maxTimeMs: one.minTimeMs + one.length };
          tombstones.add(one.ref, interval);
          const intervals = model.get(one.ref) ?? [];
          addInterval(intervals, interval);
          model.set(one.ref, intervals);
        } else if (one.kind === "drop") {
          tombstones.drop(one.ref);
          model.delete(one.ref);
        } else {
          await tombstones.truncateBefore(one.timeMs);
          for (const [key, intervals] of model) {
            const kept = intervals.filter(({ maxTimeMs }) => maxTimeMs >= one.timeMs);
            if (kept.length > 0) model.set(key, kept);
            else model.delete(key);
          }
        }
        for (let key = 0; key < 8; key++) expect(tombstones.of(key)).toEqual(model.get(key));
        expect(tombstones.seriesCount).toBe(model.size);
      }
    }),
  );
});
