import { expect, test } from "@jest/globals";
import { CUSTOM_BUCKETS_SCHEMA } from "@ferula/model";
import fc from "fast-check";
import { BitReader } from "../../src/bits/bit-reader.ts";
import { BitWriter } from "../../src/bits/bit-writer.ts";
import { emptyLayout, type Layout, readLayout, writeLayout } from "../../src/histograms/layout.ts";
import { mergeSpans } from "../../src/histograms/merge-spans.ts";

function written(layout: Layout): Uint8Array {
  const writer = new BitWriter(3);
  writeLayout(writer, layout);
  // A sample follows, or there would be less than the layout asks for.
  for (let i = 0; i < 8; i++) writer.writeBits(0, 32);
  return writer.view8();
}

function roundTrip(layout: Layout): Layout {
  return readLayout(new BitReader("histogram", written(layout)));
}

test("every power of two from 2^-243 to 2^10 is a zero threshold of one byte", () => {
  for (let exponent = -243; exponent <= 10; exponent++) {
    const layout = { ...emptyLayout, zeroThreshold: 2 ** exponent };
    expect(written(layout)[3]).toBe(exponent + 244);
    expect(roundTrip(layout).zeroThreshold).toBe(2 ** exponent);
  }
});

test.each([2 ** -244, 2048, 0.3, -1, Infinity, 5e-324])("the zero threshold %d is written in full", (zeroThreshold) => {
  expect(written({ ...emptyLayout, zeroThreshold })[3]).toBe(255);
  expect(roundTrip({ ...emptyLayout, zeroThreshold }).zeroThreshold).toBe(zeroThreshold);
});

test.each([
  { bound: 0, bits: 5, why: "is the thousandth before the first" },
  { bound: 0.005, bits: 5, why: "is a multiple of a thousandth" },
  { bound: 33_554.43, bits: 32, why: "is the last that is written so" },
  { bound: 33_554.431, bits: 65, why: "is one more" },
  { bound: 1 / 3, bits: 65, why: "is no multiple" },
  { bound: -1, bits: 65, why: "is negative" },
  { bound: -Infinity, bits: 65, why: "is no number of thousandths" },
])("the custom bound $bound takes $bits bits: it $why", ({ bound, bits }) => {
  const bounds = (count: number): Layout => ({
    ...emptyLayout,
    schema: CUSTOM_BUCKETS_SCHEMA,
    customValues: new Float64Array(count).fill(bound),
  });
  // Seven and fifteen: their numbers take 5 and 9 bits.
  const growth = 8 * (written(bounds(15)).length - written(bounds(7)).length);
  expect(Math.abs(growth - 4 - 8 * bits)).toBeLessThan(8);
  expect([...roundTrip(bounds(7)).customValues]).toEqual(Array<number>(7).fill(bound));
});

test("any layout is read as it was written", () => {
  const anySpans = fc.array(fc.tuple(fc.integer(), fc.nat(2 ** 31)), { maxLength: 6 }).map((spans) => Int32Array.from(spans.flat()));
  const anyLayout = fc.record({
    schema: fc.constantFrom(-4, 0, 8, CUSTOM_BUCKETS_SCHEMA),
    zeroThreshold: fc.double({ noNaN: true }).map((threshold) => threshold + 0),
    positiveSpans: anySpans,
    negativeSpans: anySpans,
    customValues: fc.array(fc.double({ noNaN: true })).map((bounds) => Float64Array.from(bounds, (bound) => bound + 0)),
  });
  fc.assert(
    fc.property(anyLayout, (layout) => {
      const hasBounds = layout.schema === CUSTOM_BUCKETS_SCHEMA;
      expect(roundTrip(layout)).toEqual(hasBounds ? layout : { ...layout, customValues: new Float64Array(0) });
    }),
  );
});

test("a merge holds the buckets of both layouts, each once and in order", () => {
  const anyIndexes = fc.uniqueArray(fc.integer({ min: -40, max: 40 }), { maxLength: 20 }).map((indexes) => indexes.sort((a, b) => a - b));
  fc.assert(
    fc.property(anyIndexes, anyIndexes, (a, b) => {
      const merge = mergeSpans(spansOf(a), spansOf(b), false);
      const union = [...new Set([...a, ...b])].sort((x, y) => x - y);
      expect(indexesOf(merge.spans)).toEqual(union);
      expect(Array.from(merge.chunkSlots, (slot) => union[slot])).toEqual(a);
      expect(Array.from(merge.sampleSlots, (slot) => union[slot])).toEqual(b);
      expect(merge.chunkInserts === 0).toBe(union.length === a.length);
      expect(merge.sampleInserts === 0).toBe(union.length === b.length);
    }),
  );
});

/** A span for each bucket. */
function spansOf(indexes: readonly number[]): Int32Array {
  return Int32Array.from(indexes.flatMap((index, i) => [i === 0 ? index : index - indexes[i - 1] - 1, 1]));
}

function indexesOf(spans: Int32Array): number[] {
  const indexes: number[] = [];
  let index = 0;
  for (let i = 0; i < spans.length; i += 2) {
    index += spans[i];
    for (let left = spans[i + 1]; left > 0; left--) indexes.push(index++);
  }
  return indexes;
}
