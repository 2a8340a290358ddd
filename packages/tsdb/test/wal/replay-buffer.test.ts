import { createSampleBatch, createIntegerHistogram, labelsOf, type SampleBatch, setStaleAt } from "@ferula/model";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Head } from "../../src/head/head.ts";
import { ReplayBuffer } from "../../src/wal/replay-buffer.ts";
import { describeChunks, headFor } from "../head/histograms/support.ts";

const SERIES = 10_000;

/** Series that lie in different parts, and neighbours. */
const refs = [1, 2, 4095, 4096, 4097, 9000];

const anyRecord = fc.record({
  isHistogram: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  refs: fc.subarray(refs, { minLength: 1 }),
  isStale: fc.boolean(),
  gapMs: fc.oneof({ weight: 5, arbitrary: fc.constant(15_000) }, fc.integer({ min: -20_000, max: 40_000 }), fc.constant(3_000_000)),
  repeats: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 150 })),
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

function headWithSeries(keepsStarts: boolean): Head {
  const head = headFor({ keepsStarts });
  for (let i = 0; i < SERIES; i++) head.seriesRef(labelsOf({ i: String(i) }));
  return head;
}

/** Both heads have the same chunks and times. */
function expectSame(buffered: Head, direct: Head): void {
  for (const ref of refs) expect(describeChunks(buffered, ref)).toEqual(describeChunks(direct, ref));
  for (const ref of refs) expect(buffered.series.lastTimestampsMs[ref]).toBe(direct.series.lastTimestampsMs[ref]);
  expect(buffered.series.lastBits).toEqual(direct.series.lastBits);
  expect([buffered.minTimeMs, buffered.maxTimeMs]).toEqual([direct.minTimeMs, direct.maxTimeMs]);
}

test("a head gets the same through the buffer as record by record", () => {
  fc.assert(
    fc.property(
      fc.array(anyRecord, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 0, max: 3 }),
      fc.boolean(),
      (records, lostRecords, keepsStarts) => {
        const direct = headWithSeries(keepsStarts);
        const buffered = headWithSeries(keepsStarts);
        const buffer = new ReplayBuffer(buffered);
        let timestampMs = 1_767_225_600_000;
        for (const head of [direct, buffered]) head.times.leastValidMs = timestampMs + lostRecords * 15_000;
        let count = 0;
        for (const { isHistogram, isStale, refs: of, gapMs, repeats, drains } of records) {
          for (let i = 0; i < repeats; i++) {
            timestampMs += gapMs;
            const record = recordOf(isHistogram, of, timestampMs, ++count);
            if (isStale && !isHistogram) of.forEach((_, row) => setStaleAt(record, row));
            direct.append(record);
            if (record.histograms === undefined) buffer.add(record);
            else buffer.appendHistograms(record.histograms);
          }
          if (drains === 0) buffer.appendAll();
        }
        buffer.appendAll();
        expect(buffer.rowCount).toBe(0);
        expectSame(buffered, direct);
      },
    ),
    { numRuns: 15 },
  );
});

test("a part that is full is appended, and its samples keep their order", () => {
  const direct = headWithSeries(false);
  const buffered = headWithSeries(false);
  const buffer = new ReplayBuffer(buffered);
  const of = Array.from({ length: 2000 }, (_, i) => i + 1);
  for (let i = 0; i < 33; i++) {
    const record = recordOf(false, of, 1_767_225_600_000 + i * 1000, i);
    direct.append(record);
    buffer.add(record);
  }
  expect(buffer.rowCount).toBeLessThan(of.length * 33);
  buffer.appendAll();
  expectSame(buffered, direct);
});
