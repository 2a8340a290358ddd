import { expect, test } from "@jest/globals";
import { createFloatHistogram, createIntegerHistogram } from "@ferula/model";
import { encodeWriteRequest } from "../../src/index.ts";
import { encodeBy } from "../messages.ts";
import { readAll } from "../support.ts";

function readOne(histogram: object): unknown {
  return readAll(encodeBy("WriteRequest", { timeseries: [{ histograms: [histogram] }] }), 1)[0].histograms[0].histogram;
}

test.each([
  { why: "nothing is an integer histogram of nothing", message: {}, want: createIntegerHistogram() },
  {
    why: "a float count makes it a float histogram",
    message: { countFloat: 0, zeroCountFloat: 1.5 },
    want: createFloatHistogram({ zeroCount: 1.5 }),
  },
  {
    why: "the zero bucket of the other kind does not count",
    message: { countInt: 3, zeroCountFloat: 1.5 },
    want: createIntegerHistogram({ count: 3 }),
  },
  {
    why: "nor do its buckets",
    message: { countFloat: 3, positiveSpans: [{ length: 1 }], positiveDeltas: [3], positiveCounts: [2] },
    want: createFloatHistogram({ count: 3, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(2) }),
  },
  { why: "a reset hint of a time to come is unknown", message: { resetHint: 9 }, want: createIntegerHistogram() },
  {
    why: "a count of 64 bits is the nearest double",
    message: { countInt: "18446744073709551615" },
    want: createIntegerHistogram({ count: 2 ** 64 }),
  },
])("$why", ({ message, want }) => {
  expect(readOne(message)).toEqual(want);
});

test("a stale marker keeps its bits", () => {
  const stale = createFloatHistogram({ sum: NaN, isStale: true });
  const bytes = encodeWriteRequest([{ labels: [], histograms: [{ timestampMs: 1, startTimestampMs: 0, histogram: stale }] }]);
  expect(Buffer.from(bytes).toString("hex")).toContain("19020000000000f07f");
  expect(readAll(bytes, 1)[0].histograms[0].histogram).toMatchObject({ kind: "float", isStale: true });
  expect(readOne({ sum: NaN })).toMatchObject({ isStale: false });
});
