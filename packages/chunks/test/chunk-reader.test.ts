import { describe, expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleColumns, type SampleColumns } from "@ferula/model";
import { createChunkReader, createFloatAppender, encodeXorChunk, reserveDecodeScratch } from "../src/index.ts";
import { decodeXorChunk } from "../src/xor-chunk.ts";

function columnsOf(length: number): SampleColumns {
  const columns = createSampleColumns(Math.max(1, length));
  columns.length = length;
  for (let row = 0; row < length; row++) {
    columns.timestampsMs[row] = 1_700_000_000_000 + row * 15_000 + (row % 3);
    columns.values[row] = row % 4 === 0 ? 1 : Math.sin(row);
  }
  return columns;
}

/** Chunks of files may be longer than those of a head. */
function longChunk(length: number): Uint8Array {
  const columns = columnsOf(length);
  const appender = createFloatAppender("xor");
  for (let row = 0; row < length; row++) appender.append(columns, row);
  return appender.bytes().slice();
}

function rowsOf({ length, timestampsMs, values }: SampleColumns): (readonly [number, number])[] {
  return Array.from({ length }, (_, row) => [timestampsMs[row], values[row]] as const);
}

describe.each([{ decoder: "kernel" }, { decoder: "twin" }])("whole chunks, read with the $decoder", ({ decoder }) => {
  const shared = createSharedMemory();
  const reader = createChunkReader(shared, decoder === "kernel" ? reserveDecodeScratch(shared) : undefined);

  test.each([1, 2, 3, 119, 120, 240, 255, 256, 257, 1000])("%d samples come behind those that are there", (length) => {
    const out = createSampleColumns(1);
    reader.readBytes(encodeXorChunk(columnsOf(5)), out);
    reader.readBytes(longChunk(length), out);
    expect(rowsOf(out)).toEqual([...rowsOf(columnsOf(5)), ...rowsOf(columnsOf(length))]);
  });

  test("wherever a chunk is cut off, it is refused as `decodeXorChunk` does, and nothing is appended", () => {
    const chunk = encodeXorChunk(columnsOf(60));
    // What was there before must not be taken for the end of what comes.
    reader.readBytes(chunk, createSampleColumns(60));
    for (let length = 0; length < chunk.length; length++) {
      const cut = chunk.slice(0, length);
      const out = createSampleColumns(4);
      const expected = (): unknown => decodeXorChunk(cut, createSampleColumns(4));
      expect(expected).toThrow("cannot decode an XOR chunk");
      expect(() => reader.readBytes(cut, out)).toThrow("cannot decode an XOR chunk");
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
      expect(read((out) => reader.readBytes(bytes, out))).toBe(read((out) => void decodeXorChunk(bytes, out)));
    }
  });
});
