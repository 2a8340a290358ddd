import { createSampleBatch, createIntegerHistogram, labelsOf, type SampleBatch } from "@ferula/model";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Head } from "../../src/head/head.ts";
import { ReplayBuffer } from "../../src/wal/replay-buffer.ts";
import { describeChunks, headFor } from "../head/histograms/support.ts";

const SERIES = 10_000;

/** Series that lie in different parts, and neighbours. */
const refs = [1, 2, 4095, 4096, 4097, 9000];

const anyRecord = fc.record({
  isHistogram: fc.boolean(),
  refs: fc.subarray(refs, { minLength: 1 }),
  gapMs: fc.integer({ min: -1, max: 40_000 }),
  drains: fc.integer({ min: 0, max: 4 }),
});

function recordOf(isHistogram: boolean, of: readonly number[], timestampMs: number, count: number): SampleBatch {
  const batch = createSampleBatch(of.length);
  if (isHistogram) {
    const histogram = createIntegerHistogram({
      count,
      sum: count,
      positiveSpans: Int32Array.of(0, 1),
      positiveBuckets: Float64Array.of(count),
    });
    return { ...batch, histograms: of.map((ref) => ({ ref, timestampMs, startTimestampMs: 0, histogram })) };
  }
  batch.length = of.length;
  of.forEach((ref, i) => {
    batch.refs[i] = ref;
    batch.timestampsMs[i] = timestampMs;
    batch.values[i] = count + ref;
  });
  return batch;
}

function headWithSeries(): Head {
  const head = headFor({ keepsStarts: false });
  for (let i = 0; i < SERIES; i++) head.seriesRef(labelsOf({ i: String(i) }));
  return head;
}

test("a head gets the same through the buffer as record by record", () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 60 }), (records) => {
      const direct = headWithSeries();
      const buffered = headWithSeries();
      const buffer = new ReplayBuffer(buffered);
      let timestampMs = 1_767_225_600_000;
      records.forEach(({ isHistogram, refs: of, gapMs, drains }, count) => {
        timestampMs += gapMs;
        const record = recordOf(isHistogram, of, timestampMs, count);
        direct.append(record);
        if (record.histograms === undefined) buffer.add(record);
        else buffer.appendHistograms(record.histograms);
        if (drains === 0) buffer.appendAll();
      });
      buffer.appendAll();
      expect(buffer.rowCount).toBe(0);
      for (const ref of refs) expect(describeChunks(buffered, ref)).toEqual(describeChunks(direct, ref));
      expect([buffered.minTimeMs, buffered.maxTimeMs]).toEqual([direct.minTimeMs, direct.maxTimeMs]);
    }),
    { numRuns: 15 },
  );
});
