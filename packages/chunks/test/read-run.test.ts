import { describe, expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleColumns, type SampleColumns } from "@ferula/model";
import fc from "fast-check";
import {
  CHUNK_ENCODING_BYTES,
  createChunkReader,
  createFloatAppender,
  type FloatEncoding,
  MOST_RUN_BYTES,
  MOST_RUN_CHUNKS,
  reserveDecodeScratch,
} from "../src/index.ts";

/** What lies around the scratch, and must stay as it is. */
const GUARD_BYTES = 64;
const GUARD = 0xa7;

const shared = createSharedMemory();
const before = shared.reserve(GUARD_BYTES);
const scratch = reserveDecodeScratch(shared);
const behind = shared.reserve(GUARD_BYTES);
for (const guard of [before, behind]) shared.u8.fill(GUARD, guard, guard + GUARD_BYTES);
const { readBytes, readRun } = createChunkReader(shared, scratch);
if (readRun === undefined) throw new Error("a reader with a scratch reads runs");

interface Chunk {
  readonly encoding: FloatEncoding;
  readonly bytes: Uint8Array;
}

function chunkOf(encoding: FloatEncoding, length: number, step: number): Chunk {
  const columns = createSampleColumns(1);
  columns.length = 1;
  const appender = createFloatAppender(encoding);
  for (let row = 0; row < length; row++) {
    columns.timestampsMs[0] = 1_700_000_000_000 + row * 15_000 + (row % 3);
    columns.values[0] = row % step === 0 ? Math.sin(row) : 1;
    appender.append(columns, 0);
  }
  return { encoding, bytes: appender.bytes().slice() };
}

/** Bit by bit, by its definition (RFC 3720, appendix B.4). */
function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes[i];
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

/** A chunk as a segment has it: its length, its encoding, its bytes, its checksum. */
function recordOf(encodingByte: number, bytes: Uint8Array): Buffer {
  const { length } = bytes;
  const lengthBytes = length < 128 ? [length] : [(length & 127) | 128, length >>> 7];
  const checked = Buffer.from([encodingByte, ...bytes]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32c(checked));
  return Buffer.concat([Buffer.from(lengthBytes), checked, checksum]);
}

/** The chunks one behind the other, and where each begins. */
function segmentOf(chunks: readonly Chunk[]): { readonly bytes: Uint8Array; readonly offsets: Uint32Array } {
  const records = chunks.map(({ encoding, bytes }) => recordOf(CHUNK_ENCODING_BYTES[encoding], bytes));
  const offsets = new Uint32Array(MOST_RUN_CHUNKS);
  for (let i = 1; i < records.length; i++) offsets[i] = offsets[i - 1] + records[i - 1].length;
  return { bytes: Uint8Array.from(Buffer.concat(records)), offsets };
}

/** Times and bits of the rows from `first` on. */
function rowsOf({ length, timestampsMs, valueBits }: SampleColumns, first = 0): readonly [Float64Array, Uint32Array] {
  return [timestampsMs.slice(first, length), valueBits.slice(2 * first, 2 * length)];
}

function oneByOne(chunks: readonly Chunk[]): readonly [Float64Array, Uint32Array] {
  const out = createSampleColumns(1);
  for (const { encoding, bytes } of chunks) readBytes(encoding, bytes, out);
  return rowsOf(out);
}

function expectGuarded(): void {
  for (const guard of [before, behind]) expect(shared.u8.slice(guard, guard + GUARD_BYTES).every((byte) => byte === GUARD)).toBe(true);
}

const anyChunk = fc
  .record({
    encoding: fc.constantFrom<FloatEncoding>("xor", "xor2"),
    length: fc.integer({ min: 1, max: 256 }),
    step: fc.integer({ min: 3, max: 40 }),
  })
  .map(({ encoding, length, step }) => chunkOf(encoding, length, step));
const anyChunks = fc.array(anyChunk, { minLength: 1, maxLength: MOST_RUN_CHUNKS });

describe("a run of chunks", () => {
  test("gives what its chunks give one by one, behind what is there, wherever its bytes lie", () => {
    fc.assert(
      fc.property(anyChunks, fc.nat(7), (chunks, shift) => {
        const { bytes, offsets } = segmentOf(chunks);
        fc.pre(bytes.length <= MOST_RUN_BYTES);
        const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
        shifted.set(bytes);
        const out = createSampleColumns(1);
        out.length = 1;
        expect(readRun(shifted, offsets, chunks.length, out)).toBe(true);
        expect(rowsOf(out, 1)).toEqual(oneByOne(chunks));
        expectGuarded();
      }),
      { numRuns: 40 },
    );
  });

  test("is refused where a bit is flipped, its end is missing, or an offset is another; nothing is appended or written elsewhere", () => {
    fc.assert(
      fc.property(
        anyChunks,
        fc.nat(),
        fc.nat(),
        fc.nat(MOST_RUN_BYTES),
        fc.constantFrom("flip", "cut", "move"),
        (chunks, a, b, offset, how) => {
          const { bytes, offsets } = segmentOf(chunks);
          fc.pre(bytes.length <= MOST_RUN_BYTES && !offsets.includes(offset));
          if (how === "flip") bytes[a % bytes.length] ^= 1 << (b & 7);
          if (how === "move") offsets[a % chunks.length] = offset;
          const run = how === "cut" ? bytes.subarray(0, a % bytes.length) : bytes;
          const out = createSampleColumns(1);
          expect(readRun(run, offsets, chunks.length, out)).toBe(false);
          expect(out.length).toBe(0);
          expectGuarded();
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    { why: "a chunk has more than 256 samples", chunks: [chunkOf("xor", 257, 3)] },
    { why: "the count is more than the data has", chunks: [{ encoding: "xor" as const, bytes: Uint8Array.of(0, 9, 0) }] },
    { why: "there is no count", chunks: [{ encoding: "xor2" as const, bytes: Uint8Array.of(0) }] },
    { why: "an xor2 chunk has a count alone", chunks: [{ encoding: "xor2" as const, bytes: Uint8Array.of(0, 0) }] },
  ])("is refused where $why, though the checksum is right", ({ chunks }) => {
    const { bytes, offsets } = segmentOf(chunks);
    expect(readRun(bytes, offsets, 1, createSampleColumns(1))).toBe(false);
  });

  test("is refused where a chunk is of histograms", () => {
    const bytes = recordOf(CHUNK_ENCODING_BYTES.histogram, chunkOf("xor", 3, 3).bytes);
    expect(readRun(bytes, new Uint32Array(MOST_RUN_CHUNKS), 1, createSampleColumns(1))).toBe(false);
  });
});
