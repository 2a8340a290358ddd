import { createSharedMemory } from "@ferula/kernels";
import { createFloatHistogram, createMatcher, createSampleBatch, formatLabels, type HistogramRow, type SampleBatch } from "@ferula/model";
import type { SeriesSet, StartColumns } from "@ferula/storage";
import { describe, expect, test } from "@jest/globals";
import { createSelectionReader } from "../../src/index.ts";
import { labelsFrom, openTestDb, testDisk } from "../support.ts";

const ALL = [createMatcher("=~", "__name__", ".*")];
const MINUTE_MS = 60_000;

/** `[label set, milliseconds, start]` of a float, and with "histogram" of a histogram. */
type Started = readonly [string, number, number, "histogram"?];

/** A database that keeps starts, with blocks of ten minutes; each group of samples is one batch. */
async function openStarted(groups: readonly (readonly Started[])[], settings: { readonly outOfOrderWindowMs?: number } = {}) {
  const files = testDisk();
  const shared = createSharedMemory();
  const db = await openTestDb(files, {
    shared,
    floatEncoding: "xor2",
    keepsHistogramStarts: true,
    logsStarts: true,
    chunkRangeMs: 10 * MINUTE_MS,
    ...settings,
  });
  for (const group of groups) expect(db.append(batchOf((labels) => db.seriesRef(labelsFrom(labels)), group)).appended).toBe(group.length);
  await db.maintain();
  return { db, files, shared };
}

function batchOf(refOf: (labels: string) => number, samples: readonly Started[]): SampleBatch {
  const batch: SampleBatch = { ...createSampleBatch(samples.length), startTimestampsMs: new Float64Array(samples.length) };
  const histograms: HistogramRow[] = [];
  for (const [labels, timestampMs, startTimestampMs, kind] of samples) {
    const ref = refOf(labels);
    if (kind === "histogram") {
      histograms.push({ ref, timestampMs, startTimestampMs, histogram: createFloatHistogram({ count: 1, sum: 1 }) });
      continue;
    }
    const row = batch.length++;
    batch.refs[row] = ref;
    batch.timestampsMs[row] = timestampMs;
    batch.values[row] = 1;
    if (batch.startTimestampsMs !== undefined) batch.startTimestampsMs[row] = startTimestampMs;
  }
  return { ...batch, histograms };
}

/** For each series its samples as `time<start`, in minutes. */
function startsOf(set: SeriesSet): Record<string, string> {
  const columns: StartColumns = { length: 0, timestampsMs: new Float64Array(0), startsMs: new Float64Array(0) };
  const found: [string, string][] = [];
  for (let i = 0; i < set.seriesCount; i++) {
    set.readStarts?.(i, columns);
    const { length, timestampsMs, startsMs } = columns;
    const texts = Array.from({ length }, (_, k) => `${timestampsMs[k] / MINUTE_MS}<${startsMs[k] / MINUTE_MS}`);
    found.push([formatLabels(set.labels(i)), texts.join(" ")]);
  }
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function every(labels: string, firstMinute: number, count: number, startMinute: number): readonly Started[] {
  return Array.from({ length: count }, (_, i) => [labels, (firstMinute + i) * MINUTE_MS, startMinute * MINUTE_MS] as const);
}

const cases: readonly (readonly [
  why: string,
  groups: readonly (readonly Started[])[],
  minuteFrom: number,
  minuteTo: number,
  wanted: Record<string, string>,
])[] = [
  ["of the head alone", [every("__name__=a", 1, 3, 0.5)], 0, 5, { '{__name__="a"}': "1<0.5 2<0.5 3<0.5" }],
  ["those that are not known are 0", [every("__name__=a", 1, 2, 0)], 0, 5, { '{__name__="a"}': "1<0 2<0" }],
  ["in the range of the select only", [every("__name__=a", 1, 4, 0.5)], 2, 3, { '{__name__="a"}': "2<0.5 3<0.5" }],
  [
    "of floats and histograms in their order",
    [every("__name__=a", 1, 1, 0.5), [["__name__=a", 2 * MINUTE_MS, MINUTE_MS, "histogram"]], every("__name__=a", 3, 1, 2)],
    0,
    5,
    { '{__name__="a"}': "1<0.5 2<1 3<2" },
  ],
  [
    "of several series, in whatever order they are found",
    [every("__name__=b", 1, 1, 0.5), every("__name__=a", 1, 1, 0.75)],
    0,
    5,
    { '{__name__="a"}': "1<0.75", '{__name__="b"}': "1<0.5" },
  ],
  [
    "of a block and the head",
    [every("__name__=a", 8, 4, 7), every("__name__=a", 24, 2, 20), every("__name__=only_new", 25, 1, 24)],
    0,
    30,
    { '{__name__="a"}': "8<7 9<7 10<7 11<7 24<20 25<20", '{__name__="only_new"}': "25<24" },
  ],
];

describe("when counters began", () => {
  test.each(cases)("%s", async (_why, groups, minuteFrom, minuteTo, wanted) => {
    const { db, files, shared } = await openStarted(groups);
    const [fromMs, toMs] = [minuteFrom * MINUTE_MS, minuteTo * MINUTE_MS];
    const querier = db.querier(fromMs, toMs);
    expect(startsOf(querier.select(ALL, { withStarts: true }))).toEqual(wanted);
    querier.close();

    const selection = db.select(fromMs, toMs, ALL, { withStarts: true });
    expect(db.openLight(selection)).toBeUndefined();
    const reader = createSelectionReader({ shared, dir: "/data", files });
    expect(startsOf(reader.open(structuredClone(selection)))).toEqual(wanted);
    reader.close();
    db.release(selection.pin);
    await db.close();
  });

  test("of samples out of order, which stand where they belong", async () => {
    const { db } = await openStarted([every("__name__=a", 5, 2, 4.5), every("__name__=a", 3, 1, 2)], {
      outOfOrderWindowMs: 10 * MINUTE_MS,
    });
    const querier = db.querier(0, 10 * MINUTE_MS);
    expect(startsOf(querier.select(ALL, { withStarts: true }))).toEqual({ '{__name__="a"}': "3<2 5<4.5 6<4.5" });
    querier.close();
    await db.close();
  });

  test("are not read where nobody asks", async () => {
    const { db } = await openStarted([every("__name__=a", 1, 1, 0.5)]);
    const querier = db.querier(0, 5 * MINUTE_MS);
    expect(querier.select(ALL).readStarts).toBeUndefined();
    querier.close();
    await db.close();
  });
});
