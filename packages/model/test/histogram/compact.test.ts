import { expect, test } from "@jest/globals";
import { compactHistogram, createFloatHistogram, createIntegerHistogram } from "../../src/index.ts";

test.each([
  { why: "empty buckets at both ends go", spans: [-2, 4], counts: [0, 1, 2, 0], max: 3, want: { spans: [-1, 2], counts: [1, 2] } },
  {
    why: "those in the middle stay up to the number",
    spans: [0, 4],
    counts: [1, 0, 0, 2],
    max: 2,
    want: { spans: [0, 4], counts: [1, 0, 0, 2] },
  },
  { why: "and go beyond it", spans: [0, 4], counts: [1, 0, 0, 2], max: 1, want: { spans: [0, 1, 2, 1], counts: [1, 2] } },
  { why: "touching spans become one", spans: [0, 1, 0, 1], counts: [1, 2], max: 0, want: { spans: [0, 2], counts: [1, 2] } },
  { why: "empty spans go", spans: [3, 0, 2, 1, 4, 0], counts: [7], max: 0, want: { spans: [5, 1], counts: [7] } },
  {
    why: "small gaps are closed, one after the other",
    spans: [0, 1, 1, 1, 1, 1],
    counts: [1, 2, 3],
    max: 2,
    want: { spans: [0, 5], counts: [1, 0, 2, 0, 3] },
  },
  {
    why: "a gap and what is empty beside it count together",
    spans: [0, 2, 1, 2],
    counts: [1, 0, 0, 2],
    max: 2,
    want: { spans: [0, 1, 3, 1], counts: [1, 2] },
  },
  { why: "nothing is left of nothing", spans: [2, 2], counts: [0, 0], max: 0, want: { spans: [], counts: [] } },
  {
    why: "spans that ask for more than there is are left alone",
    spans: [0, 9],
    counts: [0, 1],
    max: 0,
    want: { spans: [0, 9], counts: [0, 1] },
  },
  { why: "and so are spans that go back", spans: [0, 1, -1, 1], counts: [0, 1], max: 0, want: { spans: [0, 1, -1, 1], counts: [0, 1] } },
])("$why", ({ spans, counts, max, want }) => {
  const buckets = Float64Array.from(counts);
  const histogram = createFloatHistogram({ positiveSpans: Int32Array.from(spans), positiveBuckets: buckets });
  compactHistogram(histogram, max);
  expect([[...histogram.positiveSpans], [...histogram.positiveBuckets]]).toEqual([want.spans, want.counts]);
});

test("differences are taken anew where buckets go", () => {
  const histogram = createIntegerHistogram({ negativeSpans: Int32Array.of(0, 6), negativeBuckets: Float64Array.of(0, 3, -3, 0, 5, -5) });
  compactHistogram(histogram, 0);
  expect([[...histogram.negativeSpans], [...histogram.negativeBuckets]]).toEqual([
    [1, 1, 2, 1],
    [3, 2],
  ]);
});
