import { describe, expect, test } from "@jest/globals";
import { createFloatHistogram, createIntegerHistogram, type Histogram, toFloatHistogram } from "@ferula/model";
import fc from "fast-check";
import { chunkSampleCount, HistogramAppender, type HistogramEncoding, openChunk, SAMPLE_TYPES } from "../../src/index.ts";
import { goldenCases, hexOf, type HistogramCase, histogramOf, sampleTexts } from "../golden-data.ts";

const golden = goldenCases<HistogramCase>("histograms.jsonl");

/** Appends as the case says and returns what came of it. */
function appendAll({ encoding, isAppendOnly, isResumed, appends }: HistogramCase): { outcomes: string[]; chunks: Uint8Array[] } {
  const outcomes: string[] = [];
  const chunks: Uint8Array[] = [];
  let appender = new HistogramAppender(encoding);
  let previous: HistogramAppender | undefined;
  appends.forEach(({ timestampMs, startTimestampMs = 0, startsChunk, histogram }, i) => {
    if (startsChunk === true) {
      chunks.push(appender.bytes());
      previous = appender;
      appender = new HistogramAppender(encoding);
    } else if (isResumed === true && i > 0) {
      appender = new HistogramAppender(encoding, appender.bytes());
    }
    const options = { previous, isAppendOnly: isAppendOnly === true };
    const outcome = appender.append(histogramOf(encoding, histogram), timestampMs, startTimestampMs, options);
    previous = undefined;
    outcomes.push(outcome.kind === "refused" ? outcome.reason : outcome.kind);
    if (outcome.kind === "cut") chunks.push(appender.bytes());
    if (outcome.kind === "cut" || outcome.kind === "recoded") appender = outcome.appender;
  });
  return { outcomes, chunks: [...chunks, appender.bytes()] };
}

describe.each(golden)("$encoding: $what", (golden) => {
  test("is judged and written as upstream does", () => {
    const { outcomes, chunks } = appendAll(golden);
    expect(outcomes).toEqual(golden.outcomes);
    expect(chunks.map(hexOf)).toEqual(golden.chunks);
  });

  test("is read from upstream's bytes", () => {
    const chunks = golden.chunks.map((chunk) => Buffer.from(chunk, "hex"));
    expect(chunks.flatMap((chunk) => sampleTexts(openChunk(golden.encoding, chunk)))).toEqual(golden.samples);
  });
});

const integer = createIntegerHistogram({
  schema: 3,
  count: 9,
  sum: 12.5,
  positiveSpans: Int32Array.of(0, 2),
  positiveBuckets: Float64Array.of(4, 1),
});
const float = toFloatHistogram(integer);

test.each<{ encoding: HistogramEncoding; histogram: Histogram; resetByte: number; countBytes: readonly [number, number] }>([
  { encoding: "histogram", histogram: integer, resetByte: 2, countBytes: [0, 2] },
  { encoding: "floatHistogram", histogram: float, resetByte: 2, countBytes: [0, 2] },
  { encoding: "histogramSt", histogram: integer, resetByte: 0, countBytes: [0x80, 2] },
  { encoding: "floatHistogramSt", histogram: float, resetByte: 0, countBytes: [0x80, 2] },
])("$encoding: the header tells of the reset and counts", ({ encoding, histogram, resetByte, countBytes }) => {
  const appender = new HistogramAppender(encoding);
  appender.append({ ...histogram, counterResetHint: "reset" }, 1, 0);
  appender.append(histogram, 2, 0);
  const chunk = appender.bytes();
  expect([chunk[0], chunk[1]]).toEqual(countBytes);
  expect(chunk[resetByte] & 0xc0).toBe(0x80);
  expect(new HistogramAppender(encoding, chunk).counterReset).toBe("reset");
  expect(chunkSampleCount(encoding, chunk)).toBe(2);
});

test("start timestamps leave no room for more than 14 bits of count", () => {
  const stale = createIntegerHistogram({ isStale: true, sum: Number.NaN });
  const appender = new HistogramAppender("histogramSt");
  for (let i = 0; i < 0x3fff; i++) appender.append(stale, i, 0);
  expect(() => appender.append(stale, 1, 0)).toThrow("cannot append to a chunk of 16383 samples: it can't count more");
  expect(chunkSampleCount("histogramSt", appender.bytes())).toBe(0x3fff);
});

test("a chunk that is recoded or ended is left as it was, and so is the sample", () => {
  const appender = new HistogramAppender("histogram");
  appender.append(integer, 1, 0);
  const before = hexOf(appender.bytes());
  const wider = { ...integer, count: 10, positiveSpans: Int32Array.of(-1, 3), positiveBuckets: Float64Array.of(1, 3, 1) };
  expect(appender.append(wider, 2, 0).kind).toBe("recoded");
  expect(appender.append({ ...integer, count: 1 }, 2, 0).kind).toBe("cut");
  expect(hexOf(appender.bytes())).toBe(before);
  expect([...wider.positiveSpans, ...wider.positiveBuckets]).toEqual([-1, 3, 1, 3, 1]);
});

test("a sample that is brought to the chunk's layout is only read", () => {
  const appender = new HistogramAppender("histogram");
  appender.append({ ...integer, positiveBuckets: Float64Array.of(4, -4) }, 1, 0);
  const narrower = { ...integer, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(5) };
  expect(appender.append(narrower, 2, 0).kind).toBe("appended");
  expect([...narrower.positiveSpans, ...narrower.positiveBuckets]).toEqual([0, 1, 5]);
});

test("a histogram that changes after its append does not change the chunk's layout", () => {
  const appender = new HistogramAppender("histogram");
  const histogram = { ...integer };
  appender.append(histogram, 1, 0);
  histogram.schema = 5;
  expect(appender.append(integer, 2, 0).kind).toBe("appended");
});

test.each([
  {
    why: "spans must fit buckets",
    histogram: { ...integer, positiveSpans: Int32Array.of(0, 3) },
    message: "its positive spans need 3 buckets, it has 2",
  },
  {
    why: "on the negative side too",
    histogram: { ...integer, negativeSpans: Int32Array.of(0, 1) },
    message: "its negative spans need 1 buckets, it has 0",
  },
  {
    why: "floats don't go into a chunk of integers",
    histogram: float,
    message: "BUG: a histogram of the float kind was appended to a chunk (histogram)",
  },
])("$why", ({ histogram, message }) => {
  expect(() => new HistogramAppender("histogram").append(histogram, 1, 0)).toThrow(message);
});

test("a chunk of float histograms has no integer histograms", () => {
  const appender = new HistogramAppender("floatHistogram");
  appender.append(float, 1, 0);
  const iterator = openChunk("floatHistogram", appender.bytes());
  expect(iterator.next()).toBe(SAMPLE_TYPES.floatHistogram);
  expect(() => iterator.histogram()).toThrow("BUG");
});

test.each<HistogramEncoding>(["histogram", "floatHistogram", "histogramSt", "floatHistogramSt"])(
  "%s: an empty chunk has no samples",
  (encoding) => {
    const chunk = new HistogramAppender(encoding).bytes();
    expect(openChunk(encoding, chunk).next()).toBe(SAMPLE_TYPES.none);
    expect(chunk).toHaveLength(3);
  },
);

/** Gauges with any counts in any buckets. */
const anyGauge = fc
  .uniqueArray(fc.tuple(fc.integer({ min: -30, max: 30 }), fc.nat(2 ** 40)), { maxLength: 12, selector: ([index]) => index })
  .map((buckets) => {
    const sorted = [...buckets].sort(([a], [b]) => a - b);
    const spans: number[] = [];
    sorted.forEach(([index], i) => spans.push(i === 0 ? index : index - sorted[i - 1][0] - 1, 1));
    return createFloatHistogram({
      counterResetHint: "gauge",
      schema: 2,
      positiveSpans: Int32Array.from(spans),
      positiveBuckets: Float64Array.from(sorted, ([, count]) => count),
    });
  });

/** The buckets that are not empty, by their index. */
function occupied({ positiveSpans, positiveBuckets }: Histogram): Map<number, number> {
  const counts = new Map<number, number>();
  let index = 0;
  let bucket = 0;
  for (let i = 0; i < positiveSpans.length; i += 2) {
    index += positiveSpans[i];
    for (let left = positiveSpans[i + 1]; left > 0; left--) {
      if (positiveBuckets[bucket] !== 0) counts.set(index, positiveBuckets[bucket]);
      bucket++;
      index++;
    }
  }
  return counts;
}

/** The same histogram with whole counts told as differences. */
function asIntegers(histogram: Histogram): Histogram {
  const deltas = histogram.positiveBuckets.map((count, i, counts) => count - (i === 0 ? 0 : counts[i - 1]));
  return createIntegerHistogram({ ...histogram, positiveBuckets: deltas });
}

test.each([
  { encoding: "floatHistogram", form: (histogram: Histogram): Histogram => histogram, hasStart: 0 },
  { encoding: "floatHistogramSt", form: (histogram: Histogram): Histogram => histogram, hasStart: 1 },
  { encoding: "histogram", form: asIntegers, hasStart: 0 },
  { encoding: "histogramSt", form: asIntegers, hasStart: 1 },
] as const)(
  "$encoding: however often a chunk is recoded and gone on with, each sample keeps its counts and times",
  ({ encoding, form, hasStart }) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyGauge, fc.boolean()), { minLength: 1, maxLength: 12 }), (steps) => {
        let appender = new HistogramAppender(encoding);
        steps.forEach(([histogram, isResumed], i) => {
          if (isResumed) appender = new HistogramAppender(encoding, appender.bytes());
          const outcome = appender.append(form(histogram), 1000 * i, 10 * i);
          if (outcome.kind === "recoded") appender = outcome.appender;
          else expect(outcome.kind).toBe("appended");
        });
        const iterator = openChunk(encoding, appender.bytes());
        steps.forEach(([histogram], i) => {
          iterator.next();
          expect([iterator.timestampMs, iterator.startTimestampMs]).toEqual([1000 * i, 10 * i * hasStart]);
          expect([...occupied(iterator.floatHistogram())]).toEqual([...occupied(histogram)]);
        });
        expect(iterator.next()).toBe(SAMPLE_TYPES.none);
      }),
    );
  },
);
