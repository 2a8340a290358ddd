import { expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleBatch, labelsOf } from "@ferula/model";
import { predictedEndMs, rangeEndMs } from "../../src/head/chunk-cut.ts";
import { Head } from "../../src/head/head.ts";

test.each([
  { timestampMs: 0, want: 100 },
  { timestampMs: 99, want: 100 },
  { timestampMs: 100, want: 200 },
  { timestampMs: -1, want: 100 },
  { timestampMs: -100, want: 0 },
])("the range of $timestampMs ends at $want (Go's division truncates)", ({ timestampMs, want }) => {
  expect(rangeEndMs(timestampMs, 100)).toBe(want);
});

/** Cases after tsdb/head_test.go `TestComputeChunkEndTime`. */
test.each([
  { startMs: 0, newestMs: 250, endMs: 1000, want: 1000, why: "one chunk fits" },
  { startMs: 100, newestMs: 200, endMs: 1000, want: 550, why: "two chunks fit" },
  { startMs: 0, newestMs: 0, endMs: 1000, want: 4, why: "very dense samples" },
  { startMs: 0, newestMs: 500, endMs: 1000, want: 1000, why: "less than one chunk fits" },
])("$why: the end is $want", ({ startMs, newestMs, endMs, want }) => {
  expect(predictedEndMs(startMs, newestMs, endMs)).toBe(want);
});

/** Appends samples `stepMs` apart and returns how many samples the finished chunks have. */
function finishedChunks(count: number, stepMs: number, value: (i: number) => number, startMs = 0): number[] {
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  const ref = head.seriesRef(labelsOf({ a: "1" }));
  const batch = createSampleBatch(1);
  batch.length = 1;
  batch.refs[0] = ref;
  for (let i = 0; i < count; i++) {
    batch.timestampsMs[0] = startMs + i * stepMs;
    batch.values[0] = value(i);
    head.append(batch);
  }
  return [...head.chunks.sampleCounts.subarray(1, head.chunks.count + 1)];
}

test.each([
  {
    why: "at 15 s a range of two hours makes four chunks of 120",
    count: 1000,
    stepMs: 15_000,
    want: [120, 120, 120, 120, 120, 120, 120, 120],
  },
  { why: "at 30 s it makes two of 120", count: 500, stepMs: 30_000, want: [120, 120, 120, 120] },
  { why: "at 60 s the range ends the chunk", count: 250, stepMs: 60_000, want: [120, 120] },
  { why: "at 50 s the samples of a range are not split into uneven parts", count: 300, stepMs: 50_000, want: [144, 144] },
])("$why", ({ count, stepMs, want }) => {
  expect(finishedChunks(count, stepMs, () => 1)).toEqual(want);
});

test("when samples come faster than predicted, a chunk ends at twice the usual length", () => {
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  const ref = head.seriesRef(labelsOf({ a: "1" }));
  const batch = createSampleBatch(1);
  batch.length = 1;
  batch.refs[0] = ref;
  let timestampMs = 0;
  for (let i = 0; i < 300; i++) {
    batch.timestampsMs[0] = timestampMs;
    head.append(batch);
    timestampMs += i < 35 ? 50_000 : 1;
  }
  expect([...head.chunks.sampleCounts.subarray(1, head.chunks.count + 1)]).toEqual([240]);
});

test("values that don't compress end a chunk before it has 1024 bytes", () => {
  const counts = finishedChunks(600, 15_000, (i) => Math.sin(i) * 10 ** (i % 300));
  expect(Math.max(...counts)).toBeLessThan(125);
  const head = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 1000 });
  const ref = head.seriesRef(labelsOf({ a: "1" }));
  const batch = createSampleBatch(1);
  batch.length = 1;
  batch.refs[0] = ref;
  for (let i = 0; i < 1000; i++) {
    batch.timestampsMs[0] = i;
    batch.values[0] = Math.sin(i);
    head.append(batch);
  }
  expect(head.chunks.count).toBeGreaterThan(5);
  expect(Math.max(...head.chunks.byteLengths)).toBeLessThanOrEqual(1024);
});
