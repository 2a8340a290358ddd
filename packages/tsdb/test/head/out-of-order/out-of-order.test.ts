import { expect, test } from "@jest/globals";
import { openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import { createFaultyFiles } from "@ferula/files";
import { createSampleBatch, setStaleAt } from "@ferula/model";
import { wblMetrics } from "../../../src/wal/wbl-metrics.ts";
import { append, contentOf, histogramOf, openLate, RANGE_MS, refOf, type Row, samplesOf } from "./support.ts";

const newest: Row = ["a", 3 * RANGE_MS, 1];

test("a window that is closed keeps what was taken, over a restart too, and it can still be compacted", async () => {
  const files = createFaultyFiles();
  const { head, late } = await openLate(files);
  append(head, [newest]);
  append(head, [["a", 3 * RANGE_MS - 1000, 2]]);
  late.configure(0);
  expect(append(head, [["a", 3 * RANGE_MS - 2000, 2]])).toEqual({ outOfOrder: 1 });
  const again = await openLate(files, { windowMs: 0 });
  expect(append(again.head, [["a", 3 * RANGE_MS - 2000, 2]])).toEqual({ outOfOrder: 1 });
  expect(samplesOf(again.head, files, "a")).toBe("21599000:2 21600000:1");
  const compaction = await again.head.outOfOrder.beginCompaction();
  expect(compaction?.ranges).toEqual([{ minTimeMs: 2 * RANGE_MS, maxTimeMs: 3 * RANGE_MS }]);
  if (compaction !== undefined) await again.head.outOfOrder.finishCompaction(compaction);
  expect(samplesOf(again.head, files, "a")).toBe("21600000:1");
  expect(files.readFolder("/data/wbl")).toHaveLength(1);
});

test("without a window there is no log, and with the first there is", async () => {
  const files = createFaultyFiles();
  const { head, late } = await openLate(files, { windowMs: 0 });
  append(head, [newest]);
  expect(files.stat("/data/wbl")).toBeUndefined();
  late.configure(RANGE_MS);
  expect(append(head, [["a", 3 * RANGE_MS - 2000, 2]])).toEqual({ appended: 1, late: 1 });
  expect(files.readFolder("/data/wbl")).toEqual(["00000000"]);
});

test("a log that can't be made is told of and made with the first sample that needs it", async () => {
  const files = createFaultyFiles();
  const { head, late } = await openLate(files, { windowMs: 0 });
  append(head, [newest]);
  files.failFrom(files.operationCount + 1, { code: "EROFS" });
  late.configure(RANGE_MS);
  expect(() => append(head, [["a", 3 * RANGE_MS - 2000, 2]])).toThrow("cannot make the out-of-order log in /data/wbl: EROFS");
  files.heal();
  expect(append(head, [["a", 3 * RANGE_MS - 2000, 2]])).toEqual({ appended: 1, late: 1 });
});

test("of samples of one time the first stays, of whatever kind the others are", async () => {
  const files = createFaultyFiles();
  const { head } = await openLate(files);
  append(head, [newest]);
  append(head, [["a", 3 * RANGE_MS - 1000, 2]]);
  append(head, [
    ["a", 3 * RANGE_MS - 2000, 3],
    ["a", 3 * RANGE_MS - 2000, 4],
    ["a", 3 * RANGE_MS - 1000, histogramOf(5)],
    ["a", 3 * RANGE_MS - 3000, histogramOf(6, "float")],
  ]);
  append(head, [["a", 3 * RANGE_MS - 3000, 7]]);
  const want = "21597000:h6 21598000:3 21599000:2 21600000:1";
  expect(samplesOf(head, files, "a")).toBe(want);
  expect(samplesOf((await openLate(files)).head, files, "a")).toBe(want);
});

test("a stale marker that comes late to a series of histograms is one of theirs", async () => {
  const files = createFaultyFiles();
  const { head } = await openLate(files);
  append(head, [["h", 3 * RANGE_MS, histogramOf(1, "float")]]);
  const batch = createSampleBatch(1);
  batch.length = 1;
  batch.refs[0] = refOf(head, "h");
  batch.timestampsMs[0] = 3 * RANGE_MS - 1000;
  setStaleAt(batch, 0);
  expect(head.append(batch)).toMatchObject({ appended: 1, late: 1 });
  const [chunk] = head.outOfOrder.chunksOf(batch.refs[0], -Infinity, Infinity);
  expect(chunk.encoding).toBe("floatHistogram");
  expect(samplesOf(head, files, "h")).toBe("21599000:stale 21600000:h1");
  expect(samplesOf((await openLate(files)).head, files, "h")).toBe("21599000:stale 21600000:h1");
});

test("start timestamps are kept where the encoding and the log keep them", async () => {
  const files = createFaultyFiles();
  const options = { floatEncoding: "xor2", keepsHistogramStarts: true, keepsStarts: true } as const;
  const { head } = await openLate(files, options);
  append(head, [newest]);
  const ref = refOf(head, "a");
  const batch = { ...createSampleBatch(1), length: 1, startTimestampsMs: Float64Array.of(777) };
  batch.refs[0] = ref;
  batch.timestampsMs[0] = 3 * RANGE_MS - 1000;
  const row = { ref, timestampMs: 3 * RANGE_MS - 2000, startTimestampMs: 888, histogram: histogramOf(1) };
  head.append({ ...batch, histograms: [row] });
  for (const { outOfOrder } of [head, (await openLate(files, options)).head]) {
    const starts = outOfOrder.chunksOf(ref, -Infinity, Infinity).map(({ encoding, bytes }) => {
      const samples = openChunk(encoding, bytes ?? new Uint8Array(0));
      expect(samples.next()).not.toBe(SAMPLE_TYPES.none);
      return [encoding, samples.startTimestampMs];
    });
    expect(starts).toEqual([
      ["histogramSt", 888],
      ["xor2", 777],
    ]);
  }
});

test("only chunks with a part in the range are told, and the times of all", async () => {
  const { head } = await openLate(createFaultyFiles(), { cap: 2 });
  append(head, [newest]);
  expect(head.outOfOrder.minTimeMs).toBe(Infinity);
  for (const k of [10, 20, 30, 40, 50]) append(head, [["a", 2 * RANGE_MS + k, k]]);
  const ref = refOf(head, "a");
  const timesOf = (minMs: number, maxMs: number): number[][] =>
    head.outOfOrder
      .chunksOf(ref, 2 * RANGE_MS + minMs, 2 * RANGE_MS + maxMs)
      .map((one) => [one.minTimeMs, one.maxTimeMs].map((ms) => ms - 2 * RANGE_MS));
  expect(timesOf(0, 100)).toEqual([
    [10, 20],
    [30, 40],
    [50, 50],
  ]);
  expect(timesOf(20, 30)).toEqual([
    [10, 20],
    [30, 40],
  ]);
  expect(timesOf(41, 49)).toEqual([]);
  expect(timesOf(50, 50)).toEqual([[50, 50]]);
  expect([head.outOfOrder.minTimeMs, head.outOfOrder.maxTimeMs]).toEqual([2 * RANGE_MS + 10, 2 * RANGE_MS + 50]);
});

test("series that are full together are made chunks over several batches, and all of them are", async () => {
  const files = createFaultyFiles();
  const { head } = await openLate(files, { cap: 32 });
  const series = Array.from({ length: 3000 }, (_, i) => i);
  append(
    head,
    series.map((i): Row => [i, 3 * RANGE_MS, 1]),
  );
  for (let k = 0; k < 40; k++) {
    const before = head.counters.chunksWritten;
    append(
      head,
      series.map((i): Row => [i, 2 * RANGE_MS + k, k]),
    );
    expect(head.counters.chunksWritten - before).toBeLessThanOrEqual(190);
  }
  expect(head.outOfOrder.store.chunkCount).toBeGreaterThan(4000);
  expect([...contentOf(head, files).values()].every((samples) => samples.size === 41)).toBe(true);
});

test("times before 1970 are compacted, too", async () => {
  const { head } = await openLate(createFaultyFiles());
  append(head, [["a", 1000, 1]]);
  append(head, [
    ["a", -1000, 1],
    ["a", 0, 1],
  ]);
  const compaction = await head.outOfOrder.beginCompaction();
  expect(compaction?.ranges.map(({ minTimeMs }) => minTimeMs)).toEqual([-RANGE_MS, 0]);
});

test("what the log tells of series that are not known is counted by its kind", async () => {
  const files = createFaultyFiles();
  const { head, late } = await openLate(files, { cap: 1 });
  append(head, [newest]);
  append(head, [
    ["a", 3 * RANGE_MS - 1000, 2],
    ["a", 3 * RANGE_MS - 2000, histogramOf(1)],
  ]);
  append(head, [["a", 3 * RANGE_MS - 3000, 3]]);
  await late.close();
  files.removeFolder("/data/wal");
  const again = await openLate(files);
  expect(again.wbl?.unknownRefs).toEqual({ samples: 2, histograms: 1, mmap_markers: 2 });
  const rows = wblMetrics(again.late, "none", again.wbl).filter(({ name }) => name === "prometheus_tsdb_wbl_replay_unknown_refs_total");
  expect(rows.map((row) => [row.labels?.["type"], "value" in row ? row.value() : undefined])).toEqual([
    ["samples", 2],
    ["histograms", 1],
    ["mmap_markers", 2],
  ]);
});

test("the log's numbers go by upstream's names", async () => {
  const { head, late } = await openLate(createFaultyFiles());
  append(head, [newest]);
  append(head, [["a", 3 * RANGE_MS - 1000, 2]]);
  const found = Object.fromEntries(wblMetrics(late, "none", undefined).map((row) => [row.name, "value" in row ? row.value() : undefined]));
  expect(found).toMatchObject({
    prometheus_tsdb_out_of_order_wbl_page_flushes_total: 1,
    prometheus_tsdb_out_of_order_wbl_record_part_writes_total: 1,
    prometheus_tsdb_out_of_order_wbl_segment_current: 0,
    prometheus_tsdb_out_of_order_wbl_storage_size_bytes: 34,
    prometheus_tsdb_out_of_order_wbl_writes_failed_total: 0,
  });
});
