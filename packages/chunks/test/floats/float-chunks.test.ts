import { describe, expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleColumns } from "@ferula/model";
import fc from "fast-check";
import {
  chunkSampleCount,
  createChunkReader,
  createFloatAppender,
  decodeFloatChunk,
  encodeXorChunk,
  type FloatEncoding,
  type FloatRows,
  MOST_FLOATS_PER_CHUNK,
  openChunk,
  reserveDecodeScratch,
  SAMPLE_TYPES,
} from "../../src/index.ts";
import { bitsOfWords, type FloatCase, goldenCases, hexOf, wordsOfBits } from "../golden-data.ts";

const golden = goldenCases<FloatCase>("floats.jsonl");
const encodings: readonly FloatEncoding[] = ["xor", "xor2"];

const shared = createSharedMemory();
const { readBytes } = createChunkReader(shared, reserveDecodeScratch(shared));

function rowsOf({ timestampsMs, startTimestampsMs, values }: Pick<FloatCase, "timestampsMs" | "startTimestampsMs" | "values">): FloatRows {
  return {
    timestampsMs: Float64Array.from(timestampsMs),
    valueBits: Uint32Array.from(values.flatMap(wordsOfBits)),
    startTimestampsMs: startTimestampsMs === undefined ? undefined : Float64Array.from(startTimestampsMs),
  };
}

function written(encoding: FloatEncoding, rows: FloatRows, count = rows.timestampsMs.length): Uint8Array {
  const appender = createFloatAppender(encoding);
  for (let row = 0; row < count; row++) appender.append(rows, row);
  return appender.bytes();
}

/** The samples of a chunk: start timestamp, timestamp, bits. */
function read(encoding: FloatEncoding, chunk: Uint8Array): (readonly [number, number, string])[] {
  const iterator = openChunk(encoding, chunk);
  const samples: (readonly [number, number, string])[] = [];
  while (iterator.next() !== SAMPLE_TYPES.none) {
    samples.push([iterator.startTimestampMs, iterator.timestampMs, bitsOfWords(iterator.valueLow, iterator.valueHigh)]);
  }
  return samples;
}

function wanted(encoding: FloatEncoding, rows: FloatRows): (readonly [number, number, string])[] {
  return Array.from(rows.timestampsMs, (timestampMs, i) => {
    const start = encoding === "xor2" ? (rows.startTimestampsMs?.[i] ?? 0) : 0;
    return [start, timestampMs, bitsOfWords(rows.valueBits[2 * i], rows.valueBits[2 * i + 1])] as const;
  });
}

describe.each(golden)("$encoding: $what", ({ encoding, isResumed, chunk, ...columns }) => {
  const rows = rowsOf(columns);

  test("is written to upstream's bytes", () => {
    let appender = createFloatAppender(encoding);
    for (let row = 0; row < rows.timestampsMs.length; row++) {
      if (isResumed === true && row > 0) appender = createFloatAppender(encoding, appender.bytes());
      appender.append(rows, row);
    }
    expect(hexOf(appender.bytes())).toBe(chunk);
    expect(appender.sampleCount).toBe(rows.timestampsMs.length);
  });

  test("is read from upstream's bytes", () => {
    const bytes = Buffer.from(chunk, "hex");
    expect(read(encoding, bytes)).toEqual(wanted(encoding, rows));
    expect(chunkSampleCount(encoding, bytes)).toBe(rows.timestampsMs.length);
  });
});

const anyTime = fc.oneof(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 2 ** 44 }), fc.constantFrom(0, 15_000, 15_000, 8192));
const anyBits = fc.oneof(
  fc.constantFrom("7ff0000000000002", "3ff0000000000000", "0000000000000000", "7ff8000000000001"),
  fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)).map(([low, high]) => bitsOfWords(low, high)),
);
const anyRows = fc
  .record({
    firstMs: fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
    steps: fc.array(fc.record({ gapMs: anyTime, bits: anyBits, repeat: fc.boolean(), startMs: fc.integer({ min: -5, max: 2 ** 41 }) }), {
      minLength: 1,
      maxLength: 160,
    }),
    startsChangeAt: fc.nat(160),
  })
  .map(({ firstMs, steps, startsChangeAt }) => {
    let timestampMs = firstMs;
    return rowsOf({
      timestampsMs: steps.map(({ gapMs }) => (timestampMs += gapMs)),
      values: steps.map(({ bits, repeat }, i) => (repeat && i > 0 ? steps[i - 1].bits : bits)),
      startTimestampsMs: steps.map(({ startMs }, i) => (i < startsChangeAt ? 7 : startMs)),
    });
  });

describe.each(encodings)("%s", (encoding) => {
  test("what is written is read again", () => {
    fc.assert(fc.property(anyRows, (rows) => expect(read(encoding, written(encoding, rows))).toEqual(wanted(encoding, rows))));
  });

  test("a chunk that is gone on with holds the same samples", () => {
    fc.assert(
      fc.property(anyRows, fc.nat(160), (rows, cut) => {
        const count = rows.timestampsMs.length;
        const appender = createFloatAppender(encoding, written(encoding, rows, Math.min(cut, count)));
        for (let row = Math.min(cut, count); row < count; row++) appender.append(rows, row);
        expect(read(encoding, appender.bytes())).toEqual(wanted(encoding, rows));
      }),
    );
  });

  test("an empty chunk that is gone on with is like a new one", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const appender = createFloatAppender(encoding, createFloatAppender(encoding).bytes());
        for (let row = 0; row < rows.timestampsMs.length; row++) appender.append(rows, row);
        expect(hexOf(appender.bytes())).toBe(hexOf(written(encoding, rows)));
      }),
    );
  });

  test.each([
    { decoder: "TypeScript", decode: decodeFloatChunk },
    { decoder: "kernel", decode: readBytes },
  ])("columns by $decoder hold what the iterator gives, behind what they held", ({ decode }) => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const out = createSampleColumns(1);
        out.length = 1;
        decode(encoding, written(encoding, rows), out);
        expect(out.length).toBe(1 + rows.timestampsMs.length);
        expect(out.timestampsMs.subarray(1, out.length)).toEqual(rows.timestampsMs);
        expect(out.valueBits.subarray(2, 2 * out.length)).toEqual(rows.valueBits);
      }),
    );
  });

  test("a chunk takes no more samples than its header can count", () => {
    const rows = rowsOf({ timestampsMs: [1], values: ["3ff0000000000000"] });
    const appender = createFloatAppender(encoding);
    for (let i = 0; i < MOST_FLOATS_PER_CHUNK; i++) appender.append(rows, 0);
    expect(() => appender.append(rows, 0)).toThrow("cannot append to a chunk of 65535 samples: it can't count more");
    expect(openChunk(encoding, appender.bytes()).sampleCount).toBe(MOST_FLOATS_PER_CHUNK);
  });

  test("a chunk of floats has no histograms", () => {
    const iterator = openChunk(encoding, written(encoding, rowsOf({ timestampsMs: [1], values: ["3ff0000000000000"] })));
    iterator.next();
    expect(iterator.value).toBe(1);
    expect(() => iterator.histogram()).toThrow("BUG");
    expect(() => iterator.floatHistogram()).toThrow("BUG");
  });
});

describe.each([
  { decoder: "TypeScript", decode: decodeFloatChunk },
  { decoder: "kernel", decode: readBytes },
])("columns by $decoder", ({ decode }) => {
  test.each(encodings)("%s: a damaged chunk gives them what it gives the iterator, or nothing", (encoding) => {
    fc.assert(
      fc.property(anyRows, fc.nat(), fc.nat(7), fc.nat(40), (rows, place, bit, cut) => {
        const chunk = written(encoding, rows).slice();
        chunk[place % chunk.length] ^= 1 << bit;
        const damaged = chunk.subarray(0, Math.max(3, chunk.length - Math.max(0, cut - 20)));
        const out = createSampleColumns(1);
        let samples: ReturnType<typeof read> | undefined;
        try {
          samples = read(encoding, damaged);
        } catch (error) {
          expect((error as Error).name).toBe("RangeError");
        }
        if (samples === undefined) {
          expect(() => decode(encoding, damaged, out)).toThrow("cannot decode");
          expect(out.length).toBe(0);
          return;
        }
        decode(encoding, damaged, out);
        expect(out.length).toBe(samples.length);
        expect(Array.from(out.timestampsMs.subarray(0, out.length))).toEqual(samples.map(([, timestampMs]) => timestampMs));
        expect(samples.map((_, i) => bitsOfWords(out.valueBits[2 * i], out.valueBits[2 * i + 1]))).toEqual(
          samples.map(([, , bits]) => bits),
        );
      }),
      { numRuns: 400 },
    );
  });
});

test("the appender writes what the encoder of slabs writes", () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const columns = createSampleColumns(rows.timestampsMs.length);
      columns.length = rows.timestampsMs.length;
      columns.timestampsMs.set(rows.timestampsMs);
      columns.valueBits.set(rows.valueBits);
      const fromSlab = encodeXorChunk(columns, 0, Math.min(columns.length, 100));
      expect(hexOf(written("xor", rows, Math.min(columns.length, 100)))).toBe(hexOf(fromSlab));
    }),
  );
});
