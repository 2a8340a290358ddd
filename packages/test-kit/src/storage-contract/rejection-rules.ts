import { expect, test } from "@jest/globals";
import { createIntegerHistogram, createSampleBatch, labelsOf, type SampleBatch, setStaleAt } from "@ferula/model";
import type { RejectionListener } from "@ferula/storage";
import { withStorage, type ContractStorage, type MakeStorage } from "./fixture.ts";
import { integerHistogram } from "./histograms.ts";

const T = 1_700_000_000_000;
const HOUR = 3_600_000;
const contradictory = createIntegerHistogram({ count: 1, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(2) });

/** Floats as series, milliseconds after T and value, undefined for a stale marker. */
function batchOf(
  storage: ContractStorage,
  floats: readonly (readonly [string, number, number | undefined])[],
  histograms: readonly (readonly [string, number, boolean])[] = [],
): SampleBatch {
  const batch = createSampleBatch(floats.length);
  for (const [name, afterMs, value] of floats) {
    const row = batch.length++;
    batch.refs[row] = storage.seriesRef(labelsOf({ __name__: name }));
    batch.timestampsMs[row] = T + afterMs;
    if (value === undefined) setStaleAt(batch, row);
    else batch.values[row] = value;
  }
  batch.histograms = histograms.map(([name, afterMs, isSound]) => ({
    ref: storage.seriesRef(labelsOf({ __name__: name })),
    timestampMs: T + afterMs,
    startTimestampMs: 0,
    histogram: isSound ? integerHistogram(2) : contradictory,
  }));
  return batch;
}

/** Of which samples a storage says that it does not take them, and why. */
export function rejectionRules(makeStorage: MakeStorage): void {
  test("rejections: each sample that is not taken is told of, with its reason", async () => {
    await withStorage(makeStorage, (storage) => {
      const told: unknown[] = [];
      const tell: RejectionListener = (kind, index, reason, existing) =>
        void told.push(existing === undefined ? [kind, index, reason] : [kind, index, reason, existing]);
      const first = batchOf(
        storage,
        [["a", 0, 1]],
        [
          ["h", 0, true],
          ["g", 0, true],
        ],
      );
      storage.append(first, tell);
      expect(told).toEqual([]);
      const second = batchOf(
        storage,
        [
          ["a", -1, 1],
          ["a", 0, 1],
          ["a", 0, 2],
          ["h", 5, undefined],
          ["b", -2 * HOUR, 1],
          ["g", 0, 1],
        ],
        [
          ["h", 10, false],
          ["h", 4, true],
          ["h", 10, true],
          ["g", -2 * HOUR, true],
        ],
      );
      storage.append(second, tell);
      expect(told).toEqual([
        ["float", 0, "outOfOrder"],
        ["float", 2, "duplicate", 1],
        ["float", 4, "outOfBounds"],
        ["float", 5, "duplicate", "histogram"],
        ["histogram", 0, "invalid"],
        ["histogram", 1, "outOfOrder"],
        ["histogram", 3, "outOfBounds"],
      ]);
    });
  });
}
