import { expect, test } from "@jest/globals";
import { createIntegerHistogram, createSampleBatch, labelsOf } from "@ferula/model";
import type { Db } from "../src/db.ts";
import { openTestDb, testDisk } from "./support.ts";

/** What tsdb/{db,head,compact,exemplar}.go, tsdb/wlog, tsdb/tsdbutil and cmd/prometheus/main.go register behind `prometheus_tsdb_`. */
const UPSTREAM: readonly string[] =
  `
  blocks_loaded checkpoint_creations_failed_total checkpoint_creations_total checkpoint_deletions_failed_total checkpoint_deletions_total
  clean_start compaction_chunk_range_seconds compaction_chunk_samples compaction_chunk_size_bytes compaction_duration_seconds
  compaction_populating_block compactions_failed_total compactions_skipped_total compactions_total compactions_triggered_total
  data_replay_duration_seconds exemplar_exemplars_appended_total exemplar_exemplars_in_storage exemplar_last_exemplars_timestamp_seconds
  exemplar_max_exemplars exemplar_out_of_order_exemplars_total exemplar_series_with_exemplars_in_storage head_active_appenders head_chunks
  head_chunks_created_total head_chunks_removed_total head_chunks_storage_size_bytes head_gc_duration_seconds head_max_time
  head_max_time_seconds head_min_time head_min_time_seconds head_native_histogram_buckets head_native_histogram_series
  head_out_of_order_samples_appended_total head_samples_appended_total head_series head_series_created_total head_series_not_found_total
  head_series_removed_total head_stale_series head_truncations_failed_total head_truncations_total isolation_high_watermark
  isolation_low_watermark lowest_timestamp lowest_timestamp_seconds mmap_chunk_corruptions_total mmap_chunks_total
  out_of_bound_samples_total out_of_order_samples_total reloads_failures_total reloads_total retention_limit_bytes
  retention_limit_percentage retention_limit_seconds sample_ooo_delta size_retentions_total snapshot_replay_error_total
  stale_series_compaction_duration_seconds stale_series_compactions_failed_total stale_series_compactions_triggered_total
  storage_blocks_bytes symbol_table_size_bytes time_retentions_total tombstone_cleanup_seconds too_old_samples_total
  vertical_compactions_total wal_corruptions_total wal_replay_unknown_refs_total wal_truncate_duration_seconds
  wbl_replay_unknown_refs_total
  chunk_write_queue_operations_total wal_reader_corruption_errors_total
  selected_series_compaction_duration_seconds selected_series_compactions_failed_total selected_series_compactions_triggered_total
  ${["wal", "out_of_order_wbl"].map((log) =>
    `completed_pages_total fsync_duration_seconds page_flushes_total record_bytes_saved_total record_part_writes_total
     record_parts_bytes_written_total segment_current storage_size_bytes truncations_failed_total truncations_total writes_failed_total`.replaceAll(
      /\w+/g,
      `${log}_$&`,
    ),
  )}`.match(/\w+/g) ?? [];

const BY_CALLBACK = "the program measures it, see `onWalSync` and `onWblSync`";
const NO_SELECTION = "series are not compacted by a selection";

/** Those that ours has not, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  chunk_write_queue_operations_total: "chunks go to their files without a queue",
  out_of_order_wbl_fsync_duration_seconds: BY_CALLBACK,
  selected_series_compaction_duration_seconds: NO_SELECTION,
  selected_series_compactions_failed_total: NO_SELECTION,
  selected_series_compactions_triggered_total: NO_SELECTION,
  wal_fsync_duration_seconds: BY_CALLBACK,
  wal_reader_corruption_errors_total: "it counts for remote write's reading of the log, and no sample goes out yet",
};

/** Those that upstream has not, and why. */
const OURS: Readonly<Record<string, string>> = {
  blocks_unreadable: "upstream lets one damaged block keep all changes of others from being seen",
};

function namesOf({ metrics }: Db): string[] {
  return [...new Set(metrics.map(({ name }) => name.replace("prometheus_tsdb_", "")))].sort();
}

function valueOf({ metrics }: Db, name: string): number {
  const source = metrics.find((one) => one.name === `prometheus_tsdb_${name}`);
  if (source === undefined || !("value" in source)) throw new Error(`no number ${name}`);
  return source.value();
}

test("all metrics of upstream's are there but those that are left out for a reason", async () => {
  const db = await openTestDb(testDisk(), { walCompression: "snappy" });
  const expected = UPSTREAM.filter((name) => !(name in LEFT_OUT)).concat(Object.keys(OURS));
  expect(namesOf(db)).toEqual(expected.toSorted());
  expect(Object.keys(LEFT_OUT).filter((name) => !UPSTREAM.includes(name))).toEqual([]);
  expect(Object.keys(OURS).filter((name) => UPSTREAM.includes(name))).toEqual([]);
});

test.each([
  { compression: "none", why: "without compression it is not there", want: [] },
  { compression: "snappy", why: "with compression it counts what records became shorter by", want: [["snappy", true]] },
] as const)("of the bytes that compression saved: $why", async ({ compression, want }) => {
  const db = await openTestDb(testDisk(), { walCompression: compression, outOfOrderWindowMs: 1000 });
  const batch = createSampleBatch(100);
  batch.length = 100;
  batch.refs.fill(db.seriesRef(labelsOf({ __name__: "a" })));
  for (let row = 0; row < 100; row++) batch.timestampsMs[row] = 1000 + row;
  db.append(batch);
  for (let row = 0; row < 100; row++) batch.timestampsMs[row] = 500 + row;
  db.append(batch);
  for (const log of ["wal", "out_of_order_wbl"]) {
    const found = db.metrics.filter(({ name }) => name === `prometheus_tsdb_${log}_record_bytes_saved_total`);
    expect(found.map((one) => [one.labels?.compression, "value" in one && one.value() > 100])).toEqual(want);
  }
});

test("each sample and label set of a metric stands once", async () => {
  const { metrics } = await openTestDb(testDisk());
  const rows = metrics.map(({ name, labels }) => `${name} ${JSON.stringify(labels ?? {})}`);
  expect(rows).toEqual([...new Set(rows)]);
});

test("series whose newest sample is a histogram are counted, and their buckets", async () => {
  const db = await openTestDb(testDisk());
  const [one, two] = ["1", "2"].map((n) => db.seriesRef(labelsOf({ __name__: "h", n })));
  const histogram = createIntegerHistogram({
    count: 3,
    sum: 3,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(1, 0),
    negativeSpans: Int32Array.of(0, 1),
    negativeBuckets: Float64Array.of(1),
  });
  const append = (ref: number, timestampMs: number): void => {
    db.append({ ...createSampleBatch(0), histograms: [{ ref, timestampMs, startTimestampMs: 0, histogram }] });
  };
  const counts = (): readonly number[] => ["series", "buckets"].map((what) => valueOf(db, `head_native_histogram_${what}`));
  expect(counts()).toEqual([0, 0]);
  append(one, 1000);
  append(two, 1000);
  expect(counts()).toEqual([2, 6]);
  const floats = createSampleBatch(1);
  floats.length = 1;
  [floats.refs[0], floats.timestampsMs[0], floats.values[0]] = [two, 2000, 1];
  db.append(floats);
  expect(counts()).toEqual([1, 3]);
  expect(["active_appenders"].map((name) => valueOf(db, `head_${name}`))).toEqual([0]);
  expect(["low", "high"].map((name) => valueOf(db, `isolation_${name}_watermark`))).toEqual([3, 3]);
});

test.each([
  { why: "is new", lockText: undefined, noLockfile: false, want: 1 },
  { why: "replaces that of a process that is gone", lockText: "", noLockfile: false, want: 0 },
  { why: "is not wanted", lockText: "", noLockfile: true, want: -1 },
])("the lock file $why: clean_start is $want", async ({ lockText, noLockfile, want }) => {
  const files = testDisk();
  files.makeFolder("/data");
  if (lockText !== undefined) files.open("/data/lock", "create").close();
  const db = await openTestDb(files, { noLockfile });
  expect(valueOf(db, "clean_start")).toBe(want);
});
