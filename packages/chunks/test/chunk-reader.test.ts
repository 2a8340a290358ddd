import { describe, expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleColumns, type SampleColumns } from "@ferula/model";
import {
  createChunkReader,
  createFloatAppender,
  decodeFloatChunk,
  type FloatEncoding,
  LARGEST_SLAB_BYTES,
  reserveDecodeScratch,
} from "../src/index.ts";

function columnsOf(length: number): SampleColumns {
  const columns = createSampleColumns(Math.max(1, length));
  columns.length = length;
  for (let row = 0; row < length; row++) {
    columns.timestampsMs[row] = 1_700_000_000_000 + row * 15_000 + (row % 3);
    columns.values[row] = row % 4 === 0 ? 1 : Math.sin(row);
  }
  return columns;
}

function chunkOf(encoding: FloatEncoding, length: number): Uint8Array {
  const columns = columnsOf(length);
  const appender = createFloatAppender(encoding);
  for (let row = 0; row < length; row++) appender.append(columns, row);
  return appender.bytes().slice();
}

function rowsOf({ length, timestampsMs, values }: SampleColumns): (readonly [number, number])[] {
  return Array.from({ length }, (_, row) => [timestampsMs[row], values[row]] as const);
}

describe.each<{ decoder: string; encoding: FloatEncoding }>([
  { decoder: "kernel", encoding: "xor" },
  { decoder: "twin", encoding: "xor" },
  { decoder: "kernel", encoding: "xor2" },
  { decoder: "twin", encoding: "xor2" },
])("whole $encoding chunks, read with the $decoder", ({ decoder, encoding }) => {
  const shared = createSharedMemory();
  const reader = createChunkReader(shared, decoder === "kernel" ? reserveDecodeScratch(shared) : undefined);

  test.each([1, 2, 3, 119, 120, 240, 255, 256, 257, 1000])("%d samples come behind those that are there", (length) => {
    const out = createSampleColumns(1);
    reader.readBytes(encoding, chunkOf(encoding, 5), out);
    reader.readBytes(encoding, chunkOf(encoding, length), out);
    expect(rowsOf(out)).toEqual([...rowsOf(columnsOf(5)), ...rowsOf(columnsOf(length))]);
  });

  test("wherever a chunk is cut off, it is refused as `decodeFloatChunk` does, and nothing is appended", () => {
    const chunk = chunkOf(encoding, 60);
    // What was there before must not be taken for the end of what comes.
    reader.readBytes(encoding, chunk, createSampleColumns(60));
    for (let length = 0; length < chunk.length; length++) {
      const cut = chunk.slice(0, length);
      const out = createSampleColumns(4);
      const expected = (): unknown => decodeFloatChunk(encoding, cut, createSampleColumns(4));
      expect(expected).toThrow(`cannot decode a chunk (${encoding})`);
      expect(() => reader.readBytes(encoding, cut, out)).toThrow(`cannot decode a chunk (${encoding})`);
      expect(out.length).toBe(0);
    }
  });

  test("any bytes are read or refused", () => {
    let seed = 7;
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: 2 + (round % 90) }, () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) >>> 16);
      bytes[0] = 0;
      const read = (decode: (out: SampleColumns) => void): string => {
        const out = createSampleColumns(4);
        try {
          decode(out);
          return `${out.length} samples`;
        } catch (error) {
          return (error as Error).name;
        }
      };
      expect(read((out) => reader.readBytes(encoding, bytes, out))).toBe(read((out) => void decodeFloatChunk(encoding, bytes, out)));
    }
  });
});

describe.each(["kernel", "twin"])("the newest sample of a head's chunk, read with the %s", (decoder) => {
  const shared = createSharedMemory();
  const reader = createChunkReader(shared, decoder === "kernel" ? reserveDecodeScratch(shared) : undefined);
  const address = shared.reserve(LARGEST_SLAB_BYTES);
  const held = columnsOf(300);
  // As many as fit a slab.
  held.values.forEach((_, row) => (held.values[row] = row >> 3));
  const appender = createFloatAppender("xor");
  for (let row = 0; row < held.length; row++) appender.append(held, row);
  // A chunk begins with its count, which is not in what is read.
  shared.u8.set(appender.bytes().subarray(2), address);

  test.each([
    { why: "all are before the time", count: 120, untilMs: Infinity, row: 119 },
    { why: "one is at the time", count: 120, untilMs: held.timestampsMs[50], row: 50 },
    { why: "the time lies between two", count: 120, untilMs: held.timestampsMs[51] - 1, row: 50 },
    { why: "the first one only", count: 120, untilMs: held.timestampsMs[0], row: 0 },
    { why: "there is one", count: 1, untilMs: Infinity, row: 0 },
    { why: "there are more than a scratch takes", count: 300, untilMs: held.timestampsMs[280], row: 280 },
  ])("$why", ({ count, untilMs, row }) => {
    const out = createSampleColumns(1);
    expect(reader.readNewest(address, count, untilMs, out)).toBe(true);
    expect(reader.readNewest(address, count, untilMs, out)).toBe(true);
    expect(rowsOf(out)).toEqual([rowsOf(held)[row], rowsOf(held)[row]]);
  });

  test.each([1, 120, 300])("none of %d is there before the first", (count) => {
    const out = createSampleColumns(1);
    expect(reader.readNewest(address, count, held.timestampsMs[0] - 1, out)).toBe(false);
    expect(out.length).toBe(0);
  });
});
