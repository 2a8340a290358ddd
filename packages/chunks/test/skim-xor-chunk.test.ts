import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleColumns, type SampleColumns } from "@ferula/model";
import { decodeFloatChunk, encodeXorChunk, slabAddress, SlabAllocator, XorEncoder } from "../src/index.ts";
import { skimXorChunk } from "../src/skim-xor-chunk.ts";

const steps = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.constantFrom(1, 15_000, 8192, 8193, 65_536, 524_288, 524_289), fc.integer({ min: 1, max: 2 ** 40 })),
    value: fc.oneof(fc.constantFrom(0, 1, 1.5, NaN, Infinity), fc.double()),
    isSteady: fc.boolean(),
  }),
  { minLength: 1, maxLength: 70 },
);

const someColumns = steps.map((all) => {
  const columns = createSampleColumns(all.length);
  columns.length = all.length;
  let timestampMs = -5000;
  let value = 0;
  let gap = 15_000;
  all.forEach((step, i) => {
    if (!step.isSteady) ({ gapMs: gap, value } = step);
    timestampMs += gap;
    columns.timestampsMs[i] = timestampMs;
    columns.values[i] = value;
  });
  return columns;
});

const shared = createSharedMemory();

/** The chunk of all rows, of which the first `split` were in a chunk that was gone on with. */
function encodedInTwo(columns: SampleColumns, split: number): Uint8Array {
  const { timestampsMs, valueBits, length } = columns;
  const encoder = new XorEncoder(shared, new SlabAllocator(shared));
  encoder.ensureSlots(1);
  encoder.resume(0, encodeXorChunk(columns, 0, split), 0);
  const previousTimestampsMs = new Float64Array(length);
  const previousBits = new Uint32Array(2 * length);
  previousTimestampsMs.set(timestampsMs.subarray(0, length - 1), 1);
  previousBits.set(valueBits.subarray(0, 2 * length - 2), 2);
  encoder.bind({ timestampsMs, valueBits, previousTimestampsMs, previousBits });
  for (let row = split; row < length; row++) encoder.push(0, row);
  const byteLength = encoder.byteLength(0);
  const address = slabAddress(encoder.finish(0));
  return shared.u8.slice(address, address + byteLength);
}

test("wherever a chunk is gone on with, it becomes the one that was never left", () => {
  fc.assert(
    fc.property(someColumns, fc.nat(), (columns, at) => {
      const split = 1 + (at % columns.length);
      expect(Buffer.from(encodedInTwo(columns, split)).toString("hex")).toBe(Buffer.from(encodeXorChunk(columns)).toString("hex"));
    }),
  );
});

test("the times that it tells are those of the samples", () => {
  fc.assert(
    fc.property(someColumns, fc.integer({ min: 0, max: 80 }), (columns, index) => {
      const { length, timestampsMs } = columns;
      const state = skimXorChunk(encodeXorChunk(columns), index);
      expect([state.firstTimestampMs, state.lastTimestampMs, state.timestampMsAtIndex, state.lastDeltaMs]).toEqual([
        timestampsMs[0],
        timestampsMs[length - 1],
        timestampsMs[Math.min(index, length - 1)],
        length === 1 ? 0 : timestampsMs[length - 1] - timestampsMs[length - 2],
      ]);
    }),
  );
});

describe("damage", () => {
  test("a chunk that ends early is refused, wherever it ends", () => {
    fc.assert(
      fc.property(someColumns, (columns) => {
        const chunk = encodeXorChunk(columns);
        for (let length = 0; length < chunk.length; length++) {
          if (isDecodable(chunk.subarray(0, length))) continue;
          expect(() => skimXorChunk(chunk.subarray(0, length), 0)).toThrow("XOR chunk");
        }
      }),
      { numRuns: 20 },
    );
  });

  test("whatever the bytes are, there is an answer or a RangeError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (chunk) => {
        try {
          expect(skimXorChunk(chunk, 3).bitLength).toBeLessThanOrEqual(chunk.length * 8);
        } catch (error) {
          expect((error as Error).name).toBe("RangeError");
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("one without samples can't be gone on with", () => {
    expect(() => skimXorChunk(Uint8Array.of(0, 0), 0)).toThrow("without samples");
  });
});

function isDecodable(chunk: Uint8Array): boolean {
  try {
    return decodeFloatChunk("xor", chunk, createSampleColumns(1)) > 0;
  } catch {
    return false;
  }
}
