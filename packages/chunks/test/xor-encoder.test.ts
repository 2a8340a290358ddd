import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleColumns, growSampleColumns, setStaleAt, type SampleColumns } from "@ferula/model";
import {
  CHUNK_HEADER_BYTES,
  createChunkReader,
  decodeFloatChunk,
  encodeXorChunk,
  reserveDecodeScratch,
  slabAddress,
  SlabAllocator,
  XorEncoder,
} from "../src/index.ts";
import { SLAB_CLASS_BYTES } from "../src/slab-allocator.ts";

const START_MS = 1_700_006_400_000;

function columnsOf(offsetsMs: readonly number[], values: readonly number[]): SampleColumns {
  const columns = createSampleColumns(values.length);
  columns.length = values.length;
  offsetsMs.forEach((ms, i) => (columns.timestampsMs[i] = START_MS + ms));
  values.forEach((value, i) => (columns.values[i] = value));
  return columns;
}

/** Chunks that Prometheus 2.42 wrote (`promtool tsdb create-blocks-from openmetrics`), counts included. If this breaks, the format changed. */
const golden = [
  {
    what: "a constant",
    hex: "000580c0b884fa624045000000000000987500",
    offsetsMs: [0, 15_000, 30_000, 45_000, 60_000],
    values: [42, 42, 42, 42, 42],
  },
  {
    what: "a counter",
    hex: "000680c0b884fa6200000000000000009875c457fec267ff8d425b7030",
    offsetsMs: [0, 15_000, 30_000, 45_000, 60_000, 75_000],
    values: [0, 1, 3, 3, 10, 11],
  },
  {
    what: "decimals",
    hex: "000680c0b884fa623fb999999999999a9875d21f6bd3555555555555d83f806aaaaaaaaaaaaeb0639f6944667b01b0fff8df90f22001d674",
    offsetsMs: [0, 15_000, 30_000, 45_000, 60_000, 75_000],
    values: [0.1, 0.2, 0.30000000000000004, -0.1, 1e300, 5e-324],
  },
  {
    what: "every width of a time's change",
    hex: "000b80c0b884fa623ff000000000000001c25fffa000d80efffd0002ce0007780006b0b39fffff683e80001d817e0000000000a45af120",
    offsetsMs: [0, 1, 8194, 16_386, 24_579, 90_116, 90_117, 90_118, 614_406, 614_407, 6_000_000],
    values: [1, 2, 3, 3, 3, 3, 4, 4, 5, 6, 7],
  },
];

test.each(golden)("$what is encoded to the bytes that Prometheus writes", ({ hex, offsetsMs, values }) => {
  expect(Buffer.from(encodeXorChunk(columnsOf(offsetsMs, values))).toString("hex")).toBe(hex);
});

test("a stale marker survives", () => {
  const columns = columnsOf([0, 1, 2], [1, 2, 3]);
  setStaleAt(columns, 1);
  const out = createSampleColumns(1);
  decodeFloatChunk("xor", encodeXorChunk(columns), out);
  expect([...out.valueBits.subarray(0, 6)]).toEqual([...columns.valueBits.subarray(0, 6)]);
});

const anySamples = fc
  .array(
    fc.record({
      gapMs: fc.oneof(fc.constantFrom(1, 1000, 15_000, 8192, 8193, 65_536, 524_288, 524_289), fc.integer({ min: 1, max: 2 ** 40 })),
      value: fc.oneof(fc.constantFrom(0, 1, 1.5, NaN, Infinity), fc.double()),
      repeat: fc.boolean(),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((steps) => {
    const columns = createSampleColumns(steps.length);
    columns.length = steps.length;
    let timestampMs = -1000;
    let value = 0;
    steps.forEach((step, i) => {
      timestampMs += step.gapMs;
      if (!step.repeat) value = step.value;
      columns.timestampsMs[i] = timestampMs;
      columns.values[i] = value;
    });
    return columns;
  });

function expectSame(out: SampleColumns, want: SampleColumns): void {
  expect([...out.timestampsMs.subarray(0, out.length)]).toEqual([...want.timestampsMs.subarray(0, want.length)]);
  expect([...out.valueBits.subarray(0, 2 * out.length)]).toEqual([...want.valueBits.subarray(0, 2 * want.length)]);
}

test("what is encoded is decoded to the same bits", () => {
  fc.assert(
    fc.property(anySamples, (columns) => {
      const out = createSampleColumns(1);
      expect(decodeFloatChunk("xor", encodeXorChunk(columns), out)).toBe(columns.length);
      expectSame(out, columns);
    }),
    { numRuns: 300 },
  );
});

test("a damaged chunk is refused or gives some samples, and nothing else happens", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const out = createSampleColumns(1);
      try {
        decodeFloatChunk("xor", bytes, out);
      } catch (error) {
        expect((error as Error).name).toBe("RangeError");
        expect(out.length).toBe(0);
      }
    }),
    { numRuns: 500 },
  );
});

test("a chunk that no slab holds is refused", () => {
  const values = Array.from({ length: 400 }, (_, i) => Math.sin(i));
  const offsetsMs = values.map((_, i) => i * 1000);
  expect(() => encodeXorChunk(columnsOf(offsetsMs, values))).toThrow("cannot make a chunk of");
  expect(encodeXorChunk(columnsOf([0], [1])).length).toBe(16);
});

/** Appends `columns` to slot `slot`, one sample at a time. */
function pushAll(encoder: XorEncoder, slot: number, columns: SampleColumns, start: number, end: number): void {
  const previousTimestampsMs = new Float64Array(columns.length);
  const previousBits = new Uint32Array(2 * columns.length);
  previousTimestampsMs.set(columns.timestampsMs.subarray(0, columns.length - 1), 1);
  previousBits.set(columns.valueBits.subarray(0, 2 * columns.length - 2), 2);
  encoder.bind({ timestampsMs: columns.timestampsMs, valueBits: columns.valueBits, previousTimestampsMs, previousBits });
  for (let row = start; row < end; row++) encoder.push(slot, row);
}

describe.each([{ decoder: "kernel" }, { decoder: "twin" }])("a reader with the $decoder", ({ decoder }) => {
  test("sees the samples that were there when it was pinned, while the chunk grows and moves", () => {
    const shared = createSharedMemory();
    const slabs = new SlabAllocator(shared);
    const encoder = new XorEncoder(shared, slabs);
    const reader = createChunkReader(shared, decoder === "kernel" ? reserveDecodeScratch(shared) : undefined);
    const values = Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? 1 : i * 1.1));
    const columns = columnsOf(
      values.map((_, i) => i * 15_000 + (i % 5)),
      values,
    );
    encoder.start(0);
    const seen: { pin: number; address: number; count: number }[] = [];
    for (let row = 0; row < values.length; row++) {
      pushAll(encoder, 0, columns, row, row + 1);
      if (row % 10 !== 0) continue;
      seen.push({ pin: slabs.pin(), address: slabAddress(encoder.slabs[0]) + CHUNK_HEADER_BYTES, count: encoder.sampleCounts[0] });
    }
    const other = new Set(seen.map(({ address }) => address));
    expect(other.size).toBeGreaterThan(3);
    for (const { pin, address, count } of seen) {
      const out = createSampleColumns(1);
      growSampleColumns(out, 4);
      reader.read(address, count, out);
      expect(out.length).toBe(count);
      expectSame(out, columnsOf(values.map((_, i) => i * 15_000 + (i % 5)).slice(0, count), values.slice(0, count)));
      slabs.release(pin);
    }
    expect(slabs.waitingCount).toBe(0);
  });
});

test("many slots share the slabs and do not disturb each other", () => {
  const shared = createSharedMemory();
  const slabs = new SlabAllocator(shared);
  const encoder = new XorEncoder(shared, slabs);
  const reader = createChunkReader(shared);
  const SLOTS = 100;
  encoder.ensureSlots(SLOTS);
  const columns = Array.from({ length: SLOTS }, (_, slot) =>
    columnsOf(
      Array.from({ length: 60 }, (_, i) => i * 1000),
      Array.from({ length: 60 }, (_, i) => (slot % 2 === 0 ? slot : Math.sqrt(i * slot))),
    ),
  );
  for (let slot = 0; slot < SLOTS; slot++) encoder.start(slot);
  for (let row = 0; row < 60; row++) for (let slot = 0; slot < SLOTS; slot++) pushAll(encoder, slot, columns[slot], row, row + 1);
  for (let slot = 0; slot < SLOTS; slot++) {
    const want = encodeXorChunk(columns[slot]);
    const byteLength = encoder.byteLength(slot);
    expect(encoder.firstTimestampMs(encoder.slabs[slot])).toBe(START_MS);
    const slab = encoder.finish(slot);
    const address = slabAddress(slab);
    expect([...shared.u8.subarray(address, address + byteLength)]).toEqual([...want]);
    const out = createSampleColumns(1);
    reader.read(address + CHUNK_HEADER_BYTES, 60, out);
    expectSame(out, columns[slot]);
  }
});

test("appending to a chunk, and to those after it, never needs more of slabs than was foretold", () => {
  const shared = createSharedMemory();
  const sizes = fc.array(fc.record({ gapMs: fc.constantFrom(1, 2 ** 40, 15_000), value: fc.double() }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(sizes, fc.nat(250), (samples, start) => {
      const slabs = new SlabAllocator(shared);
      let neededBytes = 0;
      const allocate = slabs.allocate.bind(slabs);
      slabs.allocate = (sizeClass) => {
        neededBytes += SLAB_CLASS_BYTES[sizeClass];
        return allocate(sizeClass);
      };
      const encoder = new XorEncoder(shared, slabs);
      let timeMs = 0;
      const columns = columnsOf(
        samples.map(({ gapMs }) => (timeMs += gapMs)),
        samples.map(({ value }) => value),
      );
      let foretoldBytes = Infinity;
      for (let row = 0; row < samples.length; row++) {
        if (row === start) {
          foretoldBytes = encoder.mostGrowthBytes(0) * (samples.length - start);
          neededBytes = 0;
        }
        if (encoder.slabs[0] !== 0 && encoder.byteLength(0) > 1005) slabs.retire(encoder.finish(0));
        if (encoder.slabs[0] === 0) encoder.start(0);
        pushAll(encoder, 0, columns, row, row + 1);
      }
      expect(neededBytes).toBeLessThanOrEqual(foretoldBytes);
    }),
    { numRuns: 100 },
  );
});
