import { createFaultyFiles, type Files } from "@ferula/files";
import { createFloatHistogram, createIntegerHistogram, type Histogram, type SampleBatch } from "@ferula/model";
import { expect, test } from "@jest/globals";
import { withZeros } from "../../src/head/zero-samples.ts";
import { batchOf, histogramOf, openHead, type OpenHead, type OpenHeadOptions, readHead, refOf } from "./open-head.ts";

/** A time that a head has; others are told apart by it. */
const NOW_MS = 100 * 3_600_000;

/** `[series, milliseconds, start, value]`; times are relative to NOW_MS, a start of undefined is not known. */
type StartedRow = readonly [series: number, atMs: number, startMs: number | undefined, value: number | Histogram];

async function openWithZeros(options: OpenHeadOptions = {}): Promise<OpenHead & { readonly files: Files }> {
  const files = createFaultyFiles();
  const open = await openHead(files, { storesZeros: true, ...options });
  return { ...open, files };
}

function startedBatch({ head }: OpenHead, rows: readonly StartedRow[]): SampleBatch {
  const floats = rows.filter(([, , , value]) => typeof value === "number");
  const batch = batchOf(
    head,
    floats.map(([series, atMs, , value]) => [series, NOW_MS + atMs, value as number]),
  );
  const startOf = (startMs: number | undefined): number => (startMs === undefined ? 0 : NOW_MS + startMs);
  const startTimestampsMs = Float64Array.from(floats, ([, , startMs]) => startOf(startMs));
  const histograms = rows.flatMap(([series, atMs, startMs, histogram]) =>
    typeof histogram === "number"
      ? []
      : [{ ref: refOf(head, series), timestampMs: NOW_MS + atMs, startTimestampMs: startOf(startMs), histogram }],
  );
  return { ...batch, startTimestampsMs, histograms };
}

/** What the head holds, with times relative to NOW_MS. */
function contentOf(open: OpenHead & { readonly files: Files }): Record<string, string> {
  const relative = (text: string): string => text.replaceAll(/\b(\d+):/g, (_, ms: string) => `${Number(ms) - NOW_MS}:`);
  return Object.fromEntries(Object.entries(readHead(open, open.files)).map(([series, text]) => [series, relative(text)]));
}

test.each<{ why: string; batches: readonly (readonly StartedRow[])[]; content: Record<string, string> }>([
  { why: "a new counter gets a zero where it began", batches: [[[1, 0, -1000, 5]]], content: { 1: "-1000:0 0:5" } },
  { why: "a counter whose start is not known gets none", batches: [[[1, 0, undefined, 5]]], content: { 1: "0:5" } },
  {
    why: "one that goes on gets no other",
    batches: [[[1, 0, -1000, 5]], [[1, 1000, -1000, 6]]],
    content: { 1: "-1000:0 0:5 1000:6" },
  },
  {
    why: "one that began anew gets another",
    batches: [[[1, 0, -1000, 5]], [[1, 1000, 400, 2]]],
    content: { 1: "-1000:0 0:5 400:0 1000:2" },
  },
  { why: "a start at the sample's time is none", batches: [[[1, 0, 0, 5]]], content: { 1: "0:5" } },
  { why: "a start behind the sample is none", batches: [[[1, 0, 10, 5]]], content: { 1: "0:5" } },
  {
    why: "a start that is too old for the head is passed over, as old as may be is not",
    batches: [
      [
        [1, 0, -3_600_001, 5],
        [2, 0, -3_600_000, 5],
      ],
    ],
    content: { 1: "0:5", 2: "-3600000:0 0:5" },
  },
  {
    why: "a start where the series has a sample is passed over",
    batches: [[[1, 0, undefined, 5]], [[1, 1000, 0, 6]]],
    content: { 1: "0:5 1000:6" },
  },
  {
    why: "samples of one series in one batch get the zeros between them",
    batches: [
      [
        [1, 0, -1000, 5],
        [1, 1000, -1000, 6],
        [1, 2000, 1500, 1],
      ],
    ],
    content: { 1: "-1000:0 0:5 1000:6 1500:0 2000:1" },
  },
  {
    why: "a start before another sample of the same batch is passed over",
    batches: [
      [
        [1, 0, undefined, 5],
        [1, 1000, -1000, 6],
        [2, 0, undefined, histogramOf(2)],
        [2, 1000, -1000, histogramOf(3)],
      ],
    ],
    content: { 1: "0:5 1000:6", 2: "0:h2 1000:h3" },
  },
  {
    why: "histograms get empty ones",
    batches: [
      [
        [1, 0, -1000, histogramOf(2)],
        [2, 0, undefined, histogramOf(2)],
      ],
      [
        [1, 1000, -1000, histogramOf(3)],
        [2, 1000, 500, histogramOf(1)],
      ],
    ],
    content: { 1: "-1000:h0 0:h2 1000:h3", 2: "0:h2 500:h0 1000:h1" },
  },
  {
    why: "histograms of one series in one batch get those between them",
    batches: [
      [
        [1, 0, -1000, histogramOf(2)],
        [1, 1000, -1000, histogramOf(3)],
        [1, 2000, 1500, histogramOf(1)],
      ],
    ],
    content: { 1: "-1000:h0 0:h2 1000:h3 1500:h0 2000:h1" },
  },
])("$why", async ({ batches, content }) => {
  const open = await openWithZeros();
  for (const rows of batches) {
    const batch = startedBatch(open, rows);
    const outcome = open.head.append(batch);
    expect(outcome).toMatchObject({ appended: rows.length, outOfOrder: 0, duplicate: 0, outOfBounds: 0 });
  }
  expect(contentOf(open)).toEqual(content);
  await open.close();
});

test("zeros are in the log", async () => {
  const open = await openWithZeros();
  open.head.append(
    startedBatch(open, [
      [1, 0, -1000, 5],
      [2, 0, -1000, histogramOf(2)],
    ]),
  );
  await open.close();
  const again = await openHead(open.files, { storesZeros: true });
  expect(contentOf({ ...again, files: open.files })).toEqual({ 1: "-1000:0 0:5", 2: "-1000:h0 0:h2" });
  await again.close();
});

test.each<{ kind: string; histogram: Histogram }>([
  {
    kind: "integer",
    histogram: createIntegerHistogram({
      schema: 2,
      zeroThreshold: 0.5,
      count: 3,
      sum: 3,
      positiveSpans: Int32Array.of(0, 1),
      positiveBuckets: Float64Array.of(3),
    }),
  },
  {
    kind: "float",
    histogram: createFloatHistogram({
      schema: -53,
      count: 3,
      sum: 3,
      positiveSpans: Int32Array.of(0, 1),
      positiveBuckets: Float64Array.of(3),
      customValues: Float64Array.of(1, 2),
    }),
  },
])("the zero of a histogram ($kind) has its layout and is a counter reset", async ({ kind, histogram }) => {
  const open = await openWithZeros();
  const limits = { oldestMs: 0, headNewestMs: 0, windowMs: 0, deltas: open.head.counters.lateDeltas };
  const [zero, sample] = withZeros(startedBatch(open, [[1, 0, -1000, histogram]]), open.head.series, limits)?.batch.histograms ?? [];
  const { schema, zeroThreshold, customValues } = histogram;
  expect(zero.histogram).toMatchObject({ kind, counterResetHint: "reset", schema, zeroThreshold, customValues, count: 0, sum: 0 });
  expect(zero.startTimestampMs).toBe(0);
  expect(sample).toEqual({ ref: 1, timestampMs: NOW_MS, startTimestampMs: NOW_MS - 1000, histogram });
  await open.close();
});

test("what is rejected is told by its place in the batch as it came", async () => {
  const open = await openWithZeros();
  open.head.append(
    startedBatch(open, [
      [2, 0, undefined, 1],
      [4, 0, undefined, histogramOf(1)],
    ]),
  );
  const told: unknown[] = [];
  const batch = startedBatch(open, [
    [1, 0, -1000, 5],
    [2, -1, -1000, 5],
    [3, 0, -1000, histogramOf(1)],
    [4, -1, -1000, histogramOf(2)],
  ]);
  const outcome = open.head.append(batch, (...what) => void told.push(what.slice(0, 3)));
  expect(told).toEqual([
    ["float", 1, "outOfOrder"],
    ["histogram", 1, "outOfOrder"],
  ]);
  expect(outcome).toMatchObject({ appended: 2, outOfOrder: 2 });
  await open.close();
});

test("a histogram that contradicts itself gets no zero", async () => {
  const open = await openWithZeros();
  const bad = createIntegerHistogram({ count: 1, sum: 1 });
  expect(open.head.append(startedBatch(open, [[1, 0, -1000, bad]]))).toMatchObject({ appended: 0, invalid: 1 });
  expect(contentOf(open)).toEqual({});
  await open.close();
});

test("without the option there are none", async () => {
  const open = await openWithZeros({ storesZeros: false });
  open.head.append(startedBatch(open, [[1, 0, -1000, 5]]));
  expect(contentOf(open)).toEqual({ 1: "0:5" });
  await open.close();
});
