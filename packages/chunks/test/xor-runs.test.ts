import { createSharedMemory } from "@ferula/kernels";
import { STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { slabAddress, SlabAllocator } from "../src/slab-allocator.ts";
import { XorEncoder } from "../src/xor-encoder.ts";
import { XorRuns } from "../src/xor-runs.ts";

const MOST_ROWS = 600;
const MOST_CHUNK_BYTES = 1005;

interface Sample {
  readonly timestampMs: number;
  readonly low: number;
  readonly high: number;
}

/** Two encoders over the same memory, one sample at a time and in runs. */
function createPair(): {
  readonly single: XorEncoder;
  readonly inRuns: XorEncoder;
  readonly runs: XorRuns;
  bytes: (of: XorEncoder) => Uint8Array;
} {
  const shared = createSharedMemory();
  const slabAllocator = new SlabAllocator(shared);
  const single = new XorEncoder(shared, slabAllocator);
  const inRuns = new XorEncoder(shared, slabAllocator);
  const bytes = (of: XorEncoder): Uint8Array => {
    const start = slabAddress(of.slabs[1]);
    return shared.u8.slice(start, start + of.byteLength(1));
  };
  return { single, inRuns, runs: new XorRuns(shared, inRuns, MOST_ROWS + 1), bytes };
}

function pushOne(encoder: XorEncoder, sample: Sample, previous: Sample): void {
  encoder.bind({
    timestampsMs: Float64Array.of(sample.timestampMs),
    valueBits: Uint32Array.of(sample.low, sample.high),
    previousTimestampsMs: Float64Array.of(previous.timestampMs),
    previousBits: Uint32Array.of(previous.low, previous.high),
  });
  encoder.push(1, 0);
}

function setRow(runs: XorRuns, row: number, { timestampMs, low, high }: Sample): void {
  runs.timestampsMs[row] = timestampMs;
  runs.valueBits[2 * row] = low;
  runs.valueBits[2 * row + 1] = high;
}

/** Pushes `samples` in runs of the lengths that `lengths` goes round; returns how many fitted. */
function compare(samples: readonly Sample[], lengths: readonly number[]): number {
  const { single, inRuns, runs, bytes } = createPair();
  for (const encoder of [single, inRuns]) encoder.start(1);
  let done = 0;
  for (let i = 0; done < samples.length && inRuns.byteLength(1) <= MOST_CHUNK_BYTES; i++) {
    const run = samples.slice(done, done + lengths[i % lengths.length]);
    if (done > 0) setRow(runs, 0, samples[done - 1]);
    run.forEach((sample, row) => setRow(runs, row + 1, sample));
    const pushed = runs.push(1, 1, 1 + run.length, MOST_CHUNK_BYTES) - 1;
    expect(pushed).toBeGreaterThan(0);
    for (const sample of run.slice(0, pushed)) {
      expect(single.byteLength(1)).toBeLessThanOrEqual(MOST_CHUNK_BYTES);
      pushOne(single, sample, samples[Math.max(0, done - 1)]);
      done++;
    }
    expect([inRuns.sampleCounts[1], inRuns.bitLengths[1]]).toEqual([single.sampleCounts[1], single.bitLengths[1]]);
    expect(bytes(inRuns)).toEqual(bytes(single));
  }
  if (done < samples.length) expect(single.byteLength(1)).toBeGreaterThan(MOST_CHUNK_BYTES);
  return done;
}

const anyWord = fc.integer({ min: 0, max: 0xffffffff });
const anyValue = fc.oneof(
  fc.record({ low: fc.constant(0), high: fc.integer({ min: 0x40000000, max: 0x40ffffff }) }),
  fc.record({ low: fc.constant(0), high: fc.constant(0x40100000) }),
  fc.constant({ low: STALE_NAN_LOW, high: STALE_NAN_HIGH }),
  fc.record({ low: anyWord, high: anyWord }),
  fc.record({ low: anyWord, high: fc.constant(0) }),
);
const anyGapMs = fc.oneof(
  { weight: 6, arbitrary: fc.constant(15_000) },
  fc.integer({ min: 1, max: 40_000 }),
  fc.integer({ min: 1, max: 1_000_000 }),
  fc.integer({ min: 1, max: 2 ** 42 }),
);

test("a run gives the bits that its samples give one by one", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyGapMs, anyValue), { minLength: 1, maxLength: MOST_ROWS, size: "max" }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
      (steps, lengths) => {
        let timestampMs = -20_000;
        const samples = steps.map(([gapMs, { low, high }]) => ({ timestampMs: (timestampMs += gapMs), low, high }));
        compare(samples, lengths);
      },
    ),
    { numRuns: 40 },
  );
});

test("a run ends behind the sample that makes the chunk too long", () => {
  const samples = Array.from({ length: MOST_ROWS }, (_, i) => ({ timestampMs: i * (i % 7) * 977 + i, low: i * 7919, high: i * 104_729 }));
  const done = compare(samples, [MOST_ROWS]);
  expect(done).toBeGreaterThan(60);
  expect(done).toBeLessThan(MOST_ROWS);
});
