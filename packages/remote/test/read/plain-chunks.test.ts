import { expect, test } from "@jest/globals";
import { createFloatAppender, HistogramAppender, type HistogramEncoding, openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import { createFloatHistogram, createIntegerHistogram, type Histogram, STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import type { SeriesChunk } from "@ferula/storage";
import { visitPlain } from "../../src/read/plain-chunks.ts";

interface Visited {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly type: number;
  readonly bytes: Uint8Array;
}

function plain(chunk: SeriesChunk): Visited[] {
  const visited: Visited[] = [];
  visitPlain(chunk, (minTimeMs, maxTimeMs, type, bytes) => visited.push({ minTimeMs, maxTimeMs, type, bytes: bytes.slice() }));
  return visited;
}

test.each([
  { encoding: "xor", type: 1 },
  { encoding: "histogram", type: 2 },
  { encoding: "floatHistogram", type: 3 },
] as const)("a chunk of $encoding passes as its bytes are", ({ encoding, type }) => {
  const bytes = Uint8Array.of(0, 0, 0);
  expect(plain({ encoding, bytes, minTimeMs: 5, maxTimeMs: 6 })).toEqual([{ minTimeMs: 5, maxTimeMs: 6, type, bytes }]);
});

test("floats with start timestamps become plain ones, bit by bit", () => {
  const values = new Float64Array([1, -0, 3.5, NaN, 5]);
  const valueBits = new Uint32Array(values.buffer);
  valueBits[6] = STALE_NAN_LOW;
  valueBits[7] = STALE_NAN_HIGH;
  const timestampsMs = Float64Array.of(10, 20, 35, 36, 40);
  const appender = createFloatAppender("xor2");
  for (let i = 0; i < 5; i++) appender.append({ timestampsMs, valueBits, startTimestampsMs: Float64Array.of(1, 1, 30, 30, 30) }, i);
  const [{ bytes, ...rest }, ...more] = plain({ encoding: "xor2", bytes: appender.bytes(), minTimeMs: 10, maxTimeMs: 40 });
  expect([rest, more]).toEqual([{ minTimeMs: 10, maxTimeMs: 40, type: 1 }, []]);
  const samples = openChunk("xor", bytes);
  for (let i = 0; i < 5; i++) {
    expect(samples.next()).toBe(SAMPLE_TYPES.float);
    expect([samples.timestampMs, samples.valueLow >>> 0, samples.valueHigh >>> 0]).toEqual([
      timestampsMs[i],
      valueBits[2 * i],
      valueBits[2 * i + 1],
    ]);
  }
  expect(samples.next()).toBe(SAMPLE_TYPES.none);
});

const side = { positiveSpans: Int32Array.of(0, 2), schema: 1, zeroThreshold: 0.001 };

test.each<{ encoding: HistogramEncoding; type: number; make: (i: number) => Histogram }>([
  {
    encoding: "histogramSt",
    type: 2,
    make: (i) => createIntegerHistogram({ ...side, count: 3 + 2 * i, sum: i, positiveBuckets: Float64Array.of(1 + i, 1 - i + i) }),
  },
  {
    encoding: "floatHistogramSt",
    type: 3,
    make: (i) => createFloatHistogram({ ...side, count: 3 + 2 * i, sum: i, positiveBuckets: Float64Array.of(1 + i, 2 + i) }),
  },
])("$encoding becomes plain histograms", ({ encoding, type, make }) => {
  let appender = new HistogramAppender(encoding);
  for (let i = 0; i < 4; i++) {
    const outcome = appender.append(make(i), 100 + i, 50);
    if (outcome.kind === "recoded" || outcome.kind === "cut") appender = outcome.appender;
  }
  const [{ bytes, ...rest }, ...more] = plain({ encoding, bytes: appender.bytes(), minTimeMs: 100, maxTimeMs: 103 });
  expect([rest, more]).toEqual([{ minTimeMs: 100, maxTimeMs: 103, type }, []]);
  const samples = openChunk(type === 2 ? "histogram" : "floatHistogram", bytes);
  for (let i = 0; i < 4; i++) {
    const kind = samples.next();
    const found = kind === SAMPLE_TYPES.histogram ? samples.histogram() : samples.floatHistogram();
    expect([samples.timestampMs, found.kind, found.sum, found.count]).toEqual([100 + i, make(0).kind, i, 3 + 2 * i]);
  }
  expect(samples.next()).toBe(SAMPLE_TYPES.none);
});
