import { describe, expect, test } from "@jest/globals";
import { createSampleColumns } from "@ferula/model";
import fc from "fast-check";
import {
  CHUNK_ENCODING_BYTES,
  type ChunkEncoding,
  chunkEncodingOf,
  chunkSampleCount,
  createFloatAppender,
  decodeFloatChunk,
  HistogramAppender,
  isFloatEncoding,
  openChunk,
  SAMPLE_TYPES,
} from "../src/index.ts";
import { type FloatCase, goldenCases, type HistogramCase } from "./golden-data.ts";

const encodings = Object.keys(CHUNK_ENCODING_BYTES) as ChunkEncoding[];
const good = new Map<ChunkEncoding, Uint8Array[]>(encodings.map((encoding) => [encoding, []]));
for (const { encoding, chunk } of goldenCases<FloatCase>("floats.jsonl")) good.get(encoding)?.push(Buffer.from(chunk, "hex"));
for (const { encoding, chunks } of goldenCases<HistogramCase>("histograms.jsonl")) {
  good.get(encoding)?.push(...chunks.map((chunk) => Buffer.from(chunk, "hex")));
}

/** Reads the whole chunk and returns how many samples there were. */
function readAll(encoding: ChunkEncoding, chunk: Uint8Array): number {
  const iterator = openChunk(encoding, chunk);
  let count = 0;
  for (let type = iterator.next(); type !== SAMPLE_TYPES.none; type = iterator.next()) {
    if (type === SAMPLE_TYPES.histogram) iterator.histogram();
    if (type !== SAMPLE_TYPES.float) iterator.floatHistogram();
    count++;
  }
  return count;
}

/** Whether the chunk is read to its end or refused with words; anything else is thrown on. */
function isReadOrRefused(encoding: ChunkEncoding, chunk: Uint8Array): boolean {
  try {
    return readAll(encoding, chunk) <= 65_535;
  } catch (error) {
    const { name, message } = error as Error;
    // What a later version may have written is reduced by the model, which finds spans that can't be.
    return (name === "RangeError" && message.startsWith("cannot decode a chunk")) || name === "HistogramError";
  }
}

describe.each(encodings)("%s", (encoding) => {
  test("a chunk that ends early is refused, wherever it ends", () => {
    for (const chunk of good.get(encoding) ?? []) {
      // Only within its last byte may a chunk be cut without a trace.
      for (let length = 0; length < chunk.length; length++) {
        expect(() => readAll(encoding, chunk.subarray(0, length))).toThrow("cannot decode a chunk");
      }
    }
  });

  test("flipped bits give samples or an error, never anything else", () => {
    const chunks = good.get(encoding) ?? [];
    fc.assert(
      fc.property(fc.nat(chunks.length - 1), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), (which, flips) => {
        const chunk = Uint8Array.from(chunks[which]);
        for (const flip of flips) chunk[(flip >>> 3) % chunk.length] ^= 1 << (flip & 7);
        expect(isReadOrRefused(encoding, chunk)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("any bytes give samples or an error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (chunk) => expect(isReadOrRefused(encoding, chunk)).toBe(true)),
      { numRuns: 500 },
    );
  });

  test("a header that is cut off is refused", () => {
    const chunk = Uint8Array.of(0);
    expect(() => openChunk(encoding, chunk)).toThrow(`cannot decode a chunk (${encoding}) of 1 bytes: its header is cut off`);
    expect(() => chunkSampleCount(encoding, chunk)).toThrow("its header is cut off");
  });

  test("an appender does not go on with what is damaged", () => {
    const chunk = (good.get(encoding) ?? [])[0].slice(0, -1);
    expect(() => (isFloatEncoding(encoding) ? createFloatAppender(encoding, chunk) : new HistogramAppender(encoding, chunk))).toThrow(
      "cannot decode a chunk",
    );
  });

  test("its byte is its own", () => {
    expect(chunkEncodingOf(CHUNK_ENCODING_BYTES[encoding])).toBe(encoding);
  });
});

test.each([0, 7, 129, 255])("the byte %d is no encoding", (byte) => {
  expect(chunkEncodingOf(byte)).toBeUndefined();
});

test("columns are as before when a chunk is damaged", () => {
  const out = createSampleColumns(4);
  out.length = 1;
  const chunk = (good.get("xor2") ?? [])[0].slice(0, -3);
  expect(() => decodeFloatChunk("xor2", chunk, out)).toThrow("its data ends before sample 11");
  expect(out.length).toBe(1);
});

/** Headers that ask for far more than there is, as hexadecimal bits behind the count: no memory may be taken for it. */
test.each([
  // Threshold 0; schema 0; 2^64 - 1 spans.
  { what: "spans", bits: "00000000 0 11111111" + "1".repeat(64), message: "there is no room for 18446744073709552000 spans" },
  // One span of 2^32 - 1 buckets at 0, no negative spans.
  {
    what: "buckets",
    bits: "00000000 0 10001 11111110" + "0".repeat(24) + "1".repeat(32) + "0 0",
    message: "there is no room for 4294967295 buckets",
  },
  // Schema -53, no spans, 2^56 - 1 bounds.
  {
    what: "bounds",
    bits: "00000000 1110111001011 0 0 11111110" + "1".repeat(56),
    message: "there is no room for 72057594037927940 custom bounds",
  },
  // Schema 100.
  { what: "a schema that nobody knows", bits: "00000000 1110001100100 0 0" + "0".repeat(99), message: "histogram has an unknown schema" },
])("a layout with too many $what is refused", ({ bits, message }) => {
  const digits = bits.replaceAll(" ", "");
  const bytes = digits.padEnd(Math.ceil(digits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  const chunk = Uint8Array.of(0, 1, 0, ...bytes.map((byte) => Number.parseInt(byte, 2)), 0, 0);
  expect(() => readAll("histogram", chunk)).toThrow(message);
});
