import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createFaultyFiles } from "@ferula/files";
import { createMatcher, createSampleBatch, createSampleColumns, isStaleAt, setStaleAt } from "@ferula/model";
import { batchOf, labelsFrom, openTestDb, readAll, testDisk, type Sample } from "./support.ts";
import { noUnknownRefs } from "../src/wal/unknown-refs.ts";

describe("append", () => {
  test.each<{ why: string; before: Sample[]; batch: Sample[]; want: object }>([
    {
      why: "samples in order are taken",
      before: [],
      batch: [
        ["a=1", 1, 1],
        ["a=1", 2, 2],
        ["b=1", 1, 1],
      ],
      want: { appended: 3 },
    },
    { why: "an older sample is out of order", before: [["a=1", 5, 1]], batch: [["a=1", 4, 1]], want: { outOfOrder: 1 } },
    {
      why: "older within the batch is out of order too",
      before: [],
      batch: [
        ["a=1", 5, 1],
        ["a=1", 4, 1],
      ],
      want: { appended: 1, outOfOrder: 1 },
    },
    {
      why: "the same sample again counts as appended",
      before: [["a=1", 5, 1]],
      batch: [
        ["a=1", 5, 1],
        ["a=1", 5, 1],
      ],
      want: { appended: 2 },
    },
    {
      why: "the same within the batch as well",
      before: [],
      batch: [
        ["a=1", 5, 1],
        ["a=1", 5, 1],
      ],
      want: { appended: 2 },
    },
    { why: "another value at the same time is a duplicate", before: [["a=1", 5, 1]], batch: [["a=1", 5, 2]], want: { duplicate: 1 } },
    { why: "zero and minus zero differ", before: [["a=1", 5, 0]], batch: [["a=1", 5, -0]], want: { duplicate: 1 } },
    { why: "the same not-a-number is the same", before: [["a=1", 5, NaN]], batch: [["a=1", 5, NaN]], want: { appended: 1 } },
    {
      why: "an hour before the newest sample is the limit, for every series",
      before: [["a=1", 3_600_000, 1]],
      batch: [
        ["b=1", 0, 1],
        ["c=1", -1, 1],
      ],
      want: { appended: 1, outOfBounds: 1 },
    },
    {
      why: "the first sample of all sets the limit",
      before: [],
      batch: [
        ["a=1", 3_600_000, 1],
        ["b=1", -1, 1],
      ],
      want: { appended: 1, outOfBounds: 1 },
    },
  ])("$why", async ({ before, batch, want }) => {
    const db = await openTestDb(testDisk());
    db.append(batchOf(db, before));
    expect(db.append(batchOf(db, batch))).toEqual({
      appended: 0,
      outOfOrder: 0,
      duplicate: 0,
      outOfBounds: 0,
      tooOld: 0,
      invalid: 0,
      ...want,
    });
  });

  test("a reference that nobody gave is out of bounds", async () => {
    const db = await openTestDb(testDisk());
    const batch = createSampleBatch(2);
    batch.length = 2;
    batch.refs.set([0, 17]);
    expect(db.append(batch).outOfBounds).toBe(2);
  });

  test("the same labels have the same reference, others another; odd names are names", async () => {
    const db = await openTestDb(testDisk());
    const ref = db.seriesRef(["__proto__", "constructor"]);
    expect(db.seriesRef(["__proto__", "constructor"])).toBe(ref);
    expect(db.seriesRef(["__proto__", "toString"])).not.toBe(ref);
    expect(db.seriesRef(["constructor", "__proto__"])).not.toBe(ref);
    expect(db.seriesRef([])).toBe(db.seriesRef([]));
    db.append(batchOf(db, [["__proto__=constructor", 1, 1]]));
    expect(readAll(db, [createMatcher("=", "__proto__", "constructor")])).toEqual({ '{__proto__="constructor"}': "1:1" });
  });

  test("long and many-byte strings are kept", async () => {
    const db = await openTestDb(testDisk());
    const value = "größe 😀 ".repeat(2000);
    const ref = db.seriesRef(["a", value, "b", "\u{e000}"]);
    db.append({ ...batchOf(db, [["x=1", 1, 1]]), refs: Uint32Array.of(ref) });
    const querier = db.querier(0, 10);
    expect(querier.labelValues("a", [], 0).values).toEqual([value]);
    expect(querier.select([createMatcher("=", "b", "\u{e000}")]).seriesCount).toBe(1);
    querier.close();
  });
});

describe("reading", () => {
  test("both ends of the range are in it, across chunks", async () => {
    const db = await openTestDb(testDisk());
    const samples = Array.from({ length: 1000 }, (_, i): Sample => ["a=1", i * 15_000, i]);
    for (const sample of samples) db.append(batchOf(db, [sample]));
    const want = (from: number, to: number): string =>
      samples
        .slice(from, to + 1)
        .map(([, ms, value]) => `${ms}:${value}`)
        .join(" ");
    for (const [from, to] of [
      [0, 999],
      [0, 0],
      [999, 999],
      [119, 120],
      [300, 700],
      [481, 482],
    ]) {
      expect(readAll(db, [createMatcher("=", "a", "1")], from * 15_000, to * 15_000)).toEqual({ '{a="1"}': want(from, to) });
    }
    expect(readAll(db, [createMatcher("=", "a", "1")], 1, 14_999)).toEqual({});
    expect(db.stats().chunkCount).toBeGreaterThan(8);
  });

  test("a selection does not see what is appended after it, even when its chunk moved", async () => {
    const db = await openTestDb(testDisk());
    for (let i = 0; i < 20; i++) db.append(batchOf(db, [["a=1", i, Math.sin(i)]]));
    const querier = db.querier(-Infinity, Infinity);
    const set = querier.select([createMatcher("=", "a", "1")]);
    for (let i = 20; i < 500; i++)
      db.append(
        batchOf(db, [
          ["a=1", i, Math.sin(i)],
          [`b=${i}`, i, i],
        ]),
      );
    const out = createSampleColumns(1);
    set.read(0, out);
    expect(out.length).toBe(20);
    expect([...out.values.subarray(0, 20)]).toEqual(Array.from({ length: 20 }, (_, i) => Math.sin(i)));
    querier.close();
    expect(Object.keys(readAll(db))).toHaveLength(481);
  });

  test("the newest sample answers when it is old enough, else the one of the chunks that counts", async () => {
    const db = await openTestDb(testDisk());
    db.append(
      batchOf(db, [
        ["a=1", 10, 1],
        ["a=1", 20, 2],
        ["b=1", 30, 3],
      ]),
    );
    const stale = batchOf(db, [["b=1", 40, 0]]);
    setStaleAt(stale, 0);
    db.append(stale);
    const selection = db.select(0, 25, [createMatcher("=~", "__name__", "")], { latestAtMs: 25 });
    expect([...(selection.head.latestTimestampsMs ?? [])]).toEqual([20]);
    db.release(selection.pin);
    const querier = db.querier(0, 45);
    const set = querier.select([createMatcher("=~", "a|b", "")], { latestAtMs: 45 });
    const out = createSampleColumns(1);
    set.read(1, out);
    expect(out.length).toBe(1);
    expect(isStaleAt(out, 0)).toBe(true);
    const earlier = querier.select([createMatcher("=", "b", "1")], { latestAtMs: 35 });
    earlier.read(0, out);
    expect([...out.timestampsMs.subarray(0, out.length)]).toEqual([30]);
    querier.close();
  });

  test("names and values are sorted by their bytes, cut by the limit, and those of the matching series only", async () => {
    const db = await openTestDb(testDisk());
    db.append(
      batchOf(db, [
        ["job=b,z=1", 1, 1],
        ["job=a,y=1", 1, 1],
        ["job=\u{1f600}", 1, 1],
        ["job=\u{e000}", 1, 1],
      ]),
    );
    const querier = db.querier(0, 10);
    expect(querier.labelNames([], 0)).toEqual({ values: ["job", "y", "z"], truncated: false });
    expect(querier.labelNames([], 2)).toEqual({ values: ["job", "y"], truncated: true });
    expect(querier.labelNames([createMatcher("=", "z", "1")], 0).values).toEqual(["job", "z"]);
    expect(querier.labelValues("job", [], 0).values).toEqual(["a", "b", "\u{e000}", "\u{1f600}"]);
    expect(querier.labelValues("job", [createMatcher("=", "y", "")], 1)).toEqual({ values: ["b"], truncated: true });
    expect(querier.labelValues("none", [], 0)).toEqual({ values: [], truncated: false });
    querier.close();
    const later = db.querier(100, 200);
    expect(later.labelNames([], 0).values).toEqual([]);
    later.close();
  });

  test("the tables of the largest count series, values and pairs", async () => {
    const db = await openTestDb(testDisk());
    db.append(
      batchOf(db, [
        ["__name__=up,job=a", 1, 1],
        ["__name__=up,job=b", 2, 1],
        ["__name__=x,job=a", 3, 1],
      ]),
    );
    expect(db.stats(2)).toMatchObject({
      numSeries: 3,
      numLabelPairs: 4,
      chunkCount: 3,
      minTimeMs: 1,
      maxTimeMs: 3,
      seriesCountByMetricName: [
        { name: "up", value: 2 },
        { name: "x", value: 1 },
      ],
      labelValueCountByLabelName: [
        { name: "__name__", value: 2 },
        { name: "job", value: 2 },
      ],
      seriesCountByLabelValuePair: [
        { name: "__name__=up", value: 2 },
        { name: "job=a", value: 2 },
      ],
    });
  });

  test("self metrics have upstream's names and tell what was done", async () => {
    const files = testDisk();
    const synced: number[] = [];
    const db = await openTestDb(files, { walFsync: "commit", onWalSync: (seconds) => void synced.push(seconds) });
    const told = (): Record<string, number> =>
      Object.fromEntries(
        db.metrics.map((source) => {
          const name = source.name.replace("prometheus_tsdb_", "");
          const value = "value" in source ? source.value() : source.tally().sum;
          return [source.labels?.type === undefined ? name : `${name} ${source.labels.type}`, value];
        }),
      );
    expect(told()).toMatchObject({ head_min_time: 0, head_max_time: 0, lowest_timestamp: 0, wal_storage_size_bytes: 0 });
    db.append(
      batchOf(db, [
        ["a=1", 2000, 1],
        ["b=1", 3999, 1],
      ]),
    );
    const outcome = db.append(
      batchOf(db, [
        ["a=1", 1999, 1],
        ["b=1", -9e9, 1],
      ]),
    );
    expect(outcome).toMatchObject({ outOfOrder: 1, outOfBounds: 1 });
    const walBytes = files.stat("/data/wal/00000000")?.sizeBytes ?? 0;
    expect(told()).toMatchObject({
      head_series: 2,
      head_series_created_total: 2,
      head_chunks: 2,
      head_chunks_created_total: 2,
      isolation_high_watermark: 2,
      head_min_time: 2000,
      head_min_time_seconds: 2,
      head_max_time: 3999,
      head_max_time_seconds: 3,
      lowest_timestamp: 2000,
      lowest_timestamp_seconds: 2,
      symbol_table_size_bytes: 3,
      "head_samples_appended_total float": 2,
      "out_of_order_samples_total float": 1,
      "out_of_bound_samples_total float": 1,
      wal_corruptions_total: 0,
      "wal_replay_unknown_refs_total samples": 0,
      data_replay_duration_seconds: db.replayed.seconds,
      wal_page_flushes_total: 1,
      wal_completed_pages_total: 0,
      wal_writes_failed_total: 0,
      wal_record_part_writes_total: 2,
      wal_record_parts_bytes_written_total: walBytes,
      wal_segment_current: 0,
      wal_storage_size_bytes: walBytes,
    });
    expect(synced).toHaveLength(1);
  });
});

/** The plainest storage that obeys the same rules. */
class Model {
  private readonly series = new Map<string, [number, number][]>();
  private maxMs = -Infinity;

  append(samples: readonly Sample[]): void {
    const limit = (this.maxMs === -Infinity ? (samples[0]?.[1] ?? 0) : this.maxMs) - 3_600_000;
    for (const [labels, ms, value] of samples) {
      let list = this.series.get(labels);
      if (list === undefined) this.series.set(labels, (list = []));
      const last = list.at(-1)?.[0] ?? -Infinity;
      if (ms < limit || ms <= last) continue;
      list.push([ms, value]);
      this.maxMs = Math.max(this.maxMs, ms);
    }
  }

  all(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [labels, samples] of this.series) {
      if (samples.length > 0)
        found[`{${labels.replace("=", '="')}"}`] = samples.map(([ms, value]) => `${ms}:${Object.is(value, -0) ? "-0" : value}`).join(" ");
    }
    return found;
  }
}

test("whatever is appended, in order or not, and however often it is restarted, it reads as a plain list would", async () => {
  const sample = fc.tuple(
    fc.constantFrom("a=1", "a=2", "b=1", "c=3"),
    fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 8_000_000 })),
    fc.oneof(fc.constantFrom(0, 1, -0, NaN, Infinity), fc.double()),
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.array(sample, { maxLength: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom("restart" as const, "kill" as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const files = testDisk();
      const options = { walSegmentBytes: 65_536 };
      let db = await openTestDb(files, options);
      const model = new Model();
      for (const next of steps) {
        if (next === "restart" || next === "kill") {
          if (next === "restart") await db.close();
          db = await openTestDb(files, options);
          expect(db.replayed.corruptions).toBe(0);
        } else {
          db.append(batchOf(db, next));
          model.append(next);
        }
      }
      expect(readAll(db)).toEqual(model.all());
    }),
    { numRuns: 30 },
  );
});

test("many series come back after a restart with their references' order, labels and chunks", async () => {
  const files = testDisk();
  const db = await openTestDb(files, { walSegmentBytes: 100_000 });
  for (let k = 0; k < 130; k++)
    db.append(
      batchOf(
        db,
        Array.from({ length: 100 }, (_, i): Sample => [`__name__=m,i=${i}`, k * 60_000, k * i]),
      ),
    );
  const before = readAll(db);
  const stats = db.stats();
  await db.close();
  expect(files.readFolder("/data/wal").length).toBeGreaterThan(1);
  const progress: number[] = [];
  const again = await openTestDb(files, { onReplayProgress: ({ readBytes }) => progress.push(readBytes) });
  expect(readAll(again)).toEqual(before);
  expect(again.stats()).toEqual(stats);
  expect(again.replayed).toMatchObject({ samples: 13_000, corruptions: 0, unknownRefs: noUnknownRefs(), skippedRecords: 0 });
  expect(progress.length).toBeGreaterThanOrEqual(again.replayed.segments);
  expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  // New series must not take the references of old ones in the log.
  again.append(batchOf(again, [["__name__=new", 130 * 60_000, 1]]));
  const third = await openTestDb(files);
  expect(readAll(third)).toEqual({ ...before, '{__name__="new"}': "7800000:1" });
});

test("a data folder that can't be made is told", async () => {
  const files = createFaultyFiles();
  files.writeFileAtomic("/data", new Uint8Array(0));
  await expect(openTestDb(files)).rejects.toThrow("cannot make the data folder /data: ENOTDIR");
});

test("a closed database takes nothing and can be closed again", async () => {
  const db = await openTestDb(testDisk());
  const batch = batchOf(db, [["a=1", 1, 1]]);
  await db.close();
  await db.close();
  expect(() => db.append(batch)).toThrow("the database is closed");
  expect(labelsFrom("")).toEqual([]);
});
