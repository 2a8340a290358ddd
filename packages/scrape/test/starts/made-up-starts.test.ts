import { createIntegerHistogram, createSampleBatch, type Histogram, type HistogramRow } from "@ferula/model";
import { describe, expect, test } from "@jest/globals";
import type { ReadOutcome } from "../../src/body-reader.ts";
import { createMadeUpStarts, type MadeUpStarts } from "../../src/starts/made-up-starts.ts";

/** `[series, milliseconds, value]`, and a start that is told. */
type Row = readonly [ref: number, atMs: number, value: number, startMs?: number];

const LIVE = { epoch: 0, isLive: () => true };

/** Applies to rows, of which those of series below 100 are counters. */
function apply(starts: MadeUpStarts, rows: readonly Row[], histograms?: readonly HistogramRow[]): ReadOutcome {
  const batch = createSampleBatch(rows.length + 1);
  batch.length = rows.length;
  rows.forEach(([ref, atMs, value], i) => {
    batch.refs[i] = ref;
    batch.timestampsMs[i] = atMs;
    batch.values[i] = value;
  });
  if (rows.some(([, , , startMs]) => startMs !== undefined)) {
    batch.startTimestampsMs = Float64Array.from(rows, ([, , , startMs]) => startMs ?? 0);
  }
  batch.histograms = histograms;
  const isCounter = Uint8Array.from(rows, ([ref]) => (ref < 100 ? 1 : 0));
  const exemplars = rows.map(([ref, timestampMs, value]) => ({ ref, timestampMs, value, labels: [] }));
  return starts.apply({ batch, scraped: 0, afterRelabelling: 0, added: 0, tooFarAhead: 0, exemplars }, rows.length, isCounter);
}

/** `series value @time since start` of what is left. */
function left({ batch }: ReadOutcome): string[] {
  return Array.from({ length: batch.length }, (_, i) => {
    const since = batch.startTimestampsMs?.[i] ?? 0;
    return `${batch.refs[i]} ${batch.values[i]} @${batch.timestampsMs[i]}${since === 0 ? "" : ` since ${since}`}`;
  });
}

describe("of each body is stored", () => {
  test.each<{ why: string; bodies: readonly (readonly Row[])[]; want: readonly (readonly string[])[] }>([
    {
      why: "nothing of a counter that is new, then what it has counted since",
      bodies: [[[1, 10, 5]], [[1, 20, 7]], [[1, 30, 7.5]]],
      want: [[], ["1 2 @20 since 10"], ["1 2.5 @30 since 10"]],
    },
    {
      why: "all of a counter that fell, since a millisecond before",
      bodies: [[[1, 10, 5]], [[1, 20, 3]], [[1, 30, 4]], [[1, 40, 1]]],
      want: [[], ["1 3 @20 since 19"], ["1 4 @30 since 19"], ["1 1 @40 since 39"]],
    },
    { why: "what is no counter as it is", bodies: [[[100, 10, 5]], [[100, 20, 3]]], want: [["100 5 @10"], ["100 3 @20"]] },
    {
      why: "a counter whose start is told as it is, and anew when it is no longer told",
      bodies: [[[1, 10, 5, 1]], [[1, 20, 7]], [[1, 30, 9]], [[1, 40, 10, 1]], [[1, 50, 12]]],
      want: [["1 5 @10 since 1"], [], ["1 2 @30 since 20"], ["1 10 @40 since 1"], []],
    },
    {
      why: "a counter that comes back as one that is new",
      bodies: [[[1, 10, 5]], [[1, 20, 7]], [[2, 30, 1]], [[1, 40, 9]], [[1, 50, 10]]],
      want: [[], ["1 2 @20 since 10"], [], [], ["1 1 @50 since 40"]],
    },
    {
      why: "of a counter that stands twice the first",
      bodies: [
        [
          [1, 10, 5],
          [1, 10, 6],
        ],
        [
          [1, 20, 8],
          [1, 20, 9],
        ],
      ],
      want: [[], ["1 3 @20 since 10"]],
    },
    {
      why: "both of a counter that stands twice and whose start is told: the storage says which counts",
      bodies: [
        [
          [1, 10, 5, 1],
          [1, 10, 6, 1],
        ],
      ],
      want: [["1 5 @10 since 1", "1 6 @10 since 1"]],
    },
    {
      why: "samples of one series with times of their own, one after the other",
      bodies: [
        [
          [1, 10, 5],
          [1, 11, 6],
          [1, 12, 2],
        ],
      ],
      want: [["1 1 @11 since 10", "1 2 @12 since 11"]],
    },
    { why: "NaN as it is", bodies: [[[1, 10, 5]], [[1, 20, NaN]], [[1, 30, 7]]], want: [[], ["1 NaN @20 since 10"], ["1 2 @30 since 10"]] },
  ])("$why", ({ bodies, want }) => {
    const starts = createMadeUpStarts(LIVE);
    expect(bodies.map((rows) => left(apply(starts, rows)))).toEqual(want);
  });
});

test("many series are told apart, and gone ones make room", () => {
  const starts = createMadeUpStarts(LIVE);
  for (let body = 0; body < 200; body++) {
    const rows = Array.from({ length: 50 }, (_, i): Row => [1 + i, 10 * (body + 1), body * (i + 1)]);
    const kept = left(apply(starts, rows));
    const want = rows.map(([ref, atMs, value]) => `${ref} ${value} @${atMs} since 10`);
    expect(kept).toEqual(body === 0 ? [] : want);
  }
});

test("what the storage refuses begins again", () => {
  const starts = createMadeUpStarts(LIVE);
  apply(starts, [[1, 10, 5]]);
  apply(starts, [[1, 20, 7]]).onRejected?.("float", 0, "outOfOrder");
  expect(left(apply(starts, [[1, 30, 8]]))).toEqual([]);
  expect(left(apply(starts, [[1, 40, 9]]))).toEqual(["1 1 @40 since 30"]);
});

test("a series that the storage dropped is forgotten, as its number may be another's", () => {
  const series = { epoch: 0, isLive: (ref: number) => ref !== 1 };
  const starts = createMadeUpStarts(series);
  const rows: readonly Row[] = [
    [1, 10, 5],
    [2, 10, 5],
  ];
  apply(starts, rows);
  series.epoch = 1;
  expect(
    left(
      apply(
        starts,
        rows.map(([ref]): Row => [ref, 20, 6]),
      ),
    ),
  ).toEqual(["2 1 @20 since 10"]);
});

test("a renamed series is none of a counter", () => {
  const starts = createMadeUpStarts(LIVE);
  starts.exclude(1);
  expect(left(apply(starts, [[1, 10, 5]]))).toEqual(["1 5 @10"]);
  expect([starts.isUnstored(1), starts.hasStart(1)]).toEqual([false, false]);
});

test("a renamed series that is new since the storage dropped others stays none of a counter", () => {
  const series = { epoch: 0, isLive: (ref: number, sinceEpoch = 1) => ref < 5 || sinceEpoch > 0 };
  const starts = createMadeUpStarts(series);
  apply(starts, [[1, 10, 5]]);
  series.epoch = 1;
  starts.exclude(5);
  expect(left(apply(starts, [[5, 20, 5]]))).toEqual(["5 5 @20"]);
});

test("what was known of a series that the storage dropped is not held against another of its number", () => {
  const series = { epoch: 0, isLive: (_ref: number, sinceEpoch = 1) => sinceEpoch > 0 };
  const starts = createMadeUpStarts(series);
  apply(starts, [[1, 10, 5]]);
  expect([starts.isUnstored(1), starts.hasStart(1)]).toEqual([true, true]);
  series.epoch = 1;
  expect([starts.isUnstored(1), starts.hasStart(1)]).toEqual([false, false]);
});

test("it is known what has no sample yet, and the exemplars of that go too", () => {
  const starts = createMadeUpStarts(LIVE);
  const first = apply(starts, [
    [1, 10, 5],
    [100, 10, 5],
  ]);
  expect(first.exemplars?.map(({ ref }) => ref)).toEqual([100]);
  expect([1, 100, 7].map((ref) => starts.isUnstored(ref))).toEqual([true, false, false]);
  expect(apply(starts, [[1, 20, 5]]).exemplars).toHaveLength(1);
  expect([starts.isUnstored(1), starts.hasStart(1), starts.hasStart(100)]).toEqual([false, true, false]);
});

test("where nothing tells a start nothing is taken out of order", () => {
  const starts = createMadeUpStarts(LIVE);
  expect(apply(starts, [[1, 10, 5]]).batch.inOrderOnly).toBe(true);
  expect(apply(starts, [[1, 20, 5, 2]]).batch.inOrderOnly).toBe(false);
});

function counted(count: number, ...buckets: readonly number[]): Histogram {
  return createIntegerHistogram({
    count,
    sum: count * 2,
    positiveSpans: Int32Array.of(0, buckets.length),
    positiveBuckets: Float64Array.from(buckets, (bucket, i) => bucket - (i === 0 ? 0 : buckets[i - 1])),
  });
}

function histogramRow(timestampMs: number, histogram: Histogram, startTimestampMs = 0): HistogramRow {
  return { ref: 1, timestampMs, startTimestampMs, histogram };
}

test("of a histogram is stored what each bucket has counted since", () => {
  const starts = createMadeUpStarts(LIVE);
  const bodies = [counted(3, 1, 2), counted(7, 1, 6), counted(9, 2, 7), counted(2, 1, 1), counted(4, 2, 2)];
  const found = bodies.map((histogram, i) => apply(starts, [], [histogramRow(10 * (i + 1), histogram)]).batch.histograms ?? []);
  expect(found[0]).toEqual([]);
  expect(found[1]).toEqual([
    { ref: 1, timestampMs: 20, startTimestampMs: 10, histogram: { ...counted(4, 4), positiveSpans: Int32Array.of(1, 1) } },
  ]);
  expect(found[2]).toEqual([histogramRow(30, { ...counted(6, 1, 5) }, 10)]);
  expect(found[3]).toEqual([histogramRow(40, counted(2, 1, 1), 39)]);
  expect(found[4]).toEqual([histogramRow(50, counted(4, 2, 2), 39)]);
});

test("histograms whose start is told, and gauges, are stored as they are", () => {
  const starts = createMadeUpStarts(LIVE);
  const told = histogramRow(10, counted(3, 1, 2), 5);
  expect(apply(starts, [], [told]).batch.histograms).toEqual([told]);
  const gauge = { ...histogramRow(10, { ...counted(3, 1, 2), counterResetHint: "gauge" as const }), ref: 2 };
  expect(apply(starts, [], [gauge]).batch.histograms).toEqual([gauge]);
});

test("a broken histogram is left to the storage, which refuses it, and the next one begins again", () => {
  const starts = createMadeUpStarts(LIVE);
  const before = createIntegerHistogram({ ...counted(3, 1, 2), schema: 0 });
  const broken = { ...before, schema: 3, positiveSpans: Int32Array.of(0, 3) };
  apply(starts, [], [histogramRow(10, before)]);
  expect(apply(starts, [], [histogramRow(20, broken)]).batch.histograms).toEqual([histogramRow(20, broken)]);
  expect(apply(starts, [], [histogramRow(30, counted(4, 2, 2))]).batch.histograms).toEqual([]);
  expect(apply(starts, [], [histogramRow(40, counted(5, 2, 3))]).batch.histograms).toMatchObject([{ startTimestampMs: 30 }]);
});

test("of histograms nothing is kept that lies in the memory of a body", () => {
  const starts = createMadeUpStarts(LIVE);
  const bodies = [counted(3, 1, 2), counted(5, 2, 3), counted(2, 1, 1), counted(4, 2, 2)];
  const found = bodies.map((histogram, i) => {
    const stored = (apply(starts, [], [histogramRow(10 * (i + 1), histogram)]).batch.histograms ?? []).map(
      ({ histogram: { count } }) => count,
    );
    for (const numbers of [histogram.positiveSpans, histogram.positiveBuckets]) numbers.fill(7);
    return stored;
  });
  expect(found).toEqual([[], [2], [2], [4]]);
});
