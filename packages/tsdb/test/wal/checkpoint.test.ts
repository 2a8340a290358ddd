import { expect, test } from "@jest/globals";
import { ByteWriter } from "@ferula/bytes";
import { createFaultyFiles, type FaultyFiles, type Files, flipBit } from "@ferula/files";
import { noLogger } from "@ferula/logging";
import { labelsOf } from "@ferula/model";
import { writeCheckpoint, type CheckpointOptions } from "../../src/wal/checkpoint.ts";
import type { WalCompression } from "../../src/wal/compression.ts";
import { listLogSources, readLogFolder } from "../../src/wal/log-folder.ts";
import { decodeExemplars, encodeExemplars } from "../../src/wal/records/exemplars.ts";
import { decodeHistograms, encodeHistograms, planHistogramRecords } from "../../src/wal/records/histograms.ts";
import { decodeMetadata, encodeMetadata } from "../../src/wal/records/metadata.ts";
import { type RecordType, recordTypeOf } from "../../src/wal/records/record-types.ts";
import { createWalSamples, encodeWalSamples } from "../../src/wal/records/samples.ts";
import { encodeSeriesRows } from "../../src/wal/records/series.ts";
import { decodeTombstoneRows, encodeTombstoneRows } from "../../src/wal/records/tombstones.ts";
import { SegmentLog } from "../../src/wal/segment-log.ts";
import { SegmentReader } from "../../src/wal/segment-reader.ts";
import { lastSegmentToReplace, removeLeftOvers, truncateLog } from "../../src/wal/truncate-log.ts";
import { decodeSampleRows, decodeSeriesRows } from "./records/decode-rows.ts";
import { floatRows, integerRows } from "./records/golden-records.ts";

const FOLDER = "/data/wal";
const BATCHES = 8;
const SERIES = 6;

function openLog(files: Files, segment: number, compression: WalCompression = "none"): SegmentLog {
  const options = { files, logger: noLogger, folder: FOLDER, name: "write-ahead log", segmentBytes: 1 << 20, fsync: "commit" } as const;
  return new SegmentLog({ ...options, compression }, segment);
}

function recordOf(encode: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  encode(writer);
  return writer.view().slice();
}

function samplesRecord(rows: readonly (readonly [ref: number, timestampMs: number])[], type: "samples" | "samples_v2"): Uint8Array {
  const samples = createWalSamples(rows.length);
  samples.length = rows.length;
  rows.forEach(([ref, timestampMs], row) => {
    samples.walRefs[row] = ref;
    samples.timestampsMs[row] = timestampMs;
    samples.startTimestampsMs[row] = 7 * ref;
    samples.values[row] = timestampMs + ref;
  });
  return recordOf((writer) => {
    encodeWalSamples(writer, samples, type);
  });
}

const refs = Array.from({ length: SERIES }, (_, i) => i + 1);

/** What batch `k` logs: samples of both versions about the time k * 1000, an exemplar, metadata and a tombstone. */
function batchRecords(k: number): Uint8Array[] {
  const ms = k * 1000;
  const exemplar = { timestampMs: ms, value: k, labels: labelsOf({ id: `e${k}` }) };
  return [
    samplesRecord(
      refs.map((ref) => [ref, ms + ref] as const),
      k % 2 === 0 ? "samples" : "samples_v2",
    ),
    recordOf((writer) => {
      encodeExemplars(
        writer,
        refs.map((ref) => ({ ...exemplar, ref })),
      );
    }),
    recordOf((writer) => {
      encodeMetadata(
        writer,
        refs.map((ref) => ({ ref, type: "counter" as const, unit: "", help: `help ${k}` })),
      );
    }),
    recordOf((writer) => {
      encodeTombstoneRows(writer, [{ ref: refs[k % SERIES], interval: { minTimeMs: ms, maxTimeMs: ms + 10 } }]);
    }),
    Uint8Array.of(99, 1, 2, 3),
  ];
}

function seriesRecord(): Uint8Array {
  return recordOf((writer) => {
    encodeSeriesRows(
      writer,
      refs.map((ref) => ({ ref, labels: labelsOf({ ref: String(ref) }) })),
    );
  });
}

/** A log of a series record and eight batches, a segment each. */
function logOfBatches(files: Files, compression: WalCompression = "none"): SegmentLog {
  const log = openLog(files, 0, compression);
  log.append((sink) => {
    sink(seriesRecord());
  });
  for (let k = 0; k < BATCHES; k++) {
    log.append((sink) => {
      for (const record of batchRecords(k)) sink(record);
    });
    log.cut();
  }
  return log;
}

function newDisk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder(FOLDER);
  files.syncFolder(FOLDER);
  return files;
}

/** All records of a log; it has no damage. */
function readRecords(files: Files): Uint8Array[] {
  const records: Uint8Array[] = [];
  for (const { path } of listLogSources(files, FOLDER)) {
    const file = files.open(path, "read");
    const reader = new SegmentReader(file, path);
    while (reader.next()) records.push(reader.record.slice());
    file.close();
    expect(reader.damages).toEqual([]);
  }
  return records;
}

function rowsOf(record: Uint8Array): readonly unknown[] {
  const type = recordTypeOf(record);
  if (type === "samples" || type === "samples_v2") {
    return decodeSampleRows(record).map(([ref, timestampMs, startTimestampMs, high, low]) => [
      ref,
      timestampMs,
      startTimestampMs,
      new Float64Array(Uint32Array.of(low, high).buffer)[0],
    ]);
  }
  const decoders: Partial<Record<RecordType, (bytes: Uint8Array) => readonly unknown[]>> = {
    series: decodeSeriesRows,
    tombstones: decodeTombstoneRows,
    exemplars: decodeExemplars,
    metadata: decodeMetadata,
  };
  const decode = type === undefined ? undefined : decoders[type];
  return decode === undefined ? [] : decode(record);
}

/** Rows by type, in their order. */
function readRows(files: Files): Record<string, unknown[]> {
  const rows: Record<string, unknown[]> = {};
  for (const record of readRecords(files)) {
    const type = recordTypeOf(record);
    if (type !== undefined) (rows[type] ??= []).push(...rowsOf(record));
  }
  return rows;
}

const options = {
  folder: FOLDER,
  compression: "none",
  segmentBytes: 1 << 20,
  keepSeries: (ref: number) => ref % 2 === 0,
  minTimeMs: 2003,
} as const;

const ofKept = refs.filter(options.keepSeries);

test("a checkpoint keeps series that are wanted, what is not older than the least time, and the latest metadata", async () => {
  const files = newDisk();
  await logOfBatches(files).close();
  const stats = await writeCheckpoint({ ...options, files, lastSegment: 4 });
  for (let segment = 5; segment <= BATCHES; segment++) files.unlink(`${FOLDER}/0000000${segment}`);
  const rows = readRows(files);
  expect(rows.series).toEqual(ofKept.map((ref) => ({ ref, labels: ["ref", String(ref)] })));
  // Of batch 2 the samples from 2003 ms on; batches with even numbers have no start timestamps.
  const sampleAt = (k: number) => (ref: number) => [ref, k * 1000 + ref, k % 2 === 0 ? 0 : 7 * ref, k * 1000 + 2 * ref];
  expect(rows.samples).toEqual([...refs.slice(2).map(sampleAt(2)), ...refs.map(sampleAt(4))]);
  expect(rows.samples_v2).toEqual(refs.map(sampleAt(3)));
  expect((rows.exemplars as { timestampMs: number }[]).map(({ timestampMs }) => timestampMs)).toEqual(
    [3, 4].flatMap((k) => refs.map(() => k * 1000)),
  );
  expect(rows.metadata).toEqual(ofKept.map((ref) => ({ ref, type: "counter", unit: "", help: "help 4" })));
  expect(rows.tombstones).toEqual([{ ref: 4, interval: { minTimeMs: 3000, maxTimeMs: 3010 } }]);
  expect(Object.fromEntries(stats.entries)).toEqual({
    series: { total: 6, dropped: 3 },
    samples: { total: 18, dropped: 8 },
    samples_v2: { total: 12, dropped: 6 },
    exemplars: { total: 30, dropped: 18 },
    metadata: { total: 30, dropped: 27 },
    tombstones: { total: 5, dropped: 4 },
  });
  expect(stats).toMatchObject({ unknownRecords: 5, damages: [] });
});

test("histograms of every kind are dropped by their times alone, and what is kept stays as it was", async () => {
  const files = newDisk();
  const plans = [...planHistogramRecords([...integerRows, ...floatRows], 1), ...planHistogramRecords(integerRows, 2)];
  const log = openLog(files, 0);
  log.append((sink) => {
    for (const plan of plans) {
      const record = recordOf((writer) => {
        encodeHistograms(writer, plan);
      });
      sink(record);
    }
  });
  await log.close();
  const minTimeMs = 1_700_006_400_001;
  await writeCheckpoint({ ...options, minTimeMs, files, lastSegment: 0 });
  const kept = readRecords(files).map((record) => decodeHistograms(record).rows);
  const v1 = { startTimestampMs: 0 };
  expect(kept).toEqual([[{ ...integerRows[2], ...v1 }], [{ ...floatRows[2], ...v1 }], [integerRows[2]]]);
});

test.each(["none", "snappy"] as const)("a checkpoint of a checkpoint keeps what both hold (compression: %s)", async (compression) => {
  const files = newDisk();
  const log = logOfBatches(files, compression);
  const keepAll = { ...options, compression, files, keepSeries: () => true, minTimeMs: 0 };
  const before = readRows(files);
  const withLatest = { ...before, metadata: before.metadata.slice(-SERIES) };
  await writeCheckpoint({ ...keepAll, lastSegment: 2 });
  await writeCheckpoint({ ...keepAll, lastSegment: 7 });
  expect(readLogFolder(files, FOLDER).checkpoint?.segment).toBe(7);
  expect(readRows(files)).toEqual(withLatest);
  removeLeftOvers(files, FOLDER, noLogger);
  expect(files.readFolder(FOLDER)).toEqual(["00000008", "checkpoint.00000007"]);
  expect(readRows(files)).toEqual(withLatest);
  await log.close();
});

test("a checkpoint that is larger than a segment has several, which read back in order", async () => {
  const files = newDisk();
  const log = openLog(files, 0);
  for (let k = 0; k < 400; k++) {
    log.append((sink) => {
      for (const record of batchRecords(k)) sink(record);
    });
  }
  await log.close();
  const before = readRows(files);
  await writeCheckpoint({ ...options, files, segmentBytes: 32_768, keepSeries: () => true, minTimeMs: 0, lastSegment: 0 });
  expect(files.readFolder(`${FOLDER}/checkpoint.00000000`).length).toBeGreaterThan(1);
  const after = readRows(files);
  expect(after.samples).toEqual(before.samples);
  expect(after.exemplars).toEqual(before.exemplars);
});

/** The rows of a truncated log must be among these: nothing else was kept or dropped than one checkpoint does. */
function wantedRows(files: FaultyFiles): string {
  const rows = readRows(files);
  // Metadata and tombstones that were kept by the older part of the log may be there once more.
  const metadata = new Map((rows.metadata as { ref: number; help: string }[]).map(({ ref, help }) => [ref, help]));
  const late = (row: unknown): boolean => (row as number[])[1] >= options.minTimeMs;
  return JSON.stringify({
    series: (rows.series as { ref: number }[]).filter(({ ref }) => options.keepSeries(ref)),
    samples: rows.samples.filter(late),
    samplesV2: rows.samples_v2.filter(late),
    metadata: ofKept.map((ref) => metadata.get(ref)),
  });
}

test("whichever operation fails, a truncated log reads as before, and the next truncation succeeds", async () => {
  const reference = newDisk();
  await logOfBatches(reference).close();
  const want = wantedRows(reference);
  for (let step = 1; ; step++) {
    const files = newDisk();
    const log = logOfBatches(files);
    const before = files.operationCount;
    files.failAt(before + step, { code: "EIO", writtenBytes: 100 });
    const deps = { ...options, files, log, logger: noLogger };
    const outcome = await truncateLog(deps).then(
      () => "done",
      (error: unknown) => (error as Error).message,
    );
    const wasReached = files.operationCount >= before + step;
    expect(outcome).toMatch(/^(done|cannot write |EIO: readdir)/);
    files.heal();
    expect(wantedRows(files)).toBe(want);
    await truncateLog({ ...deps, minTimeMs: options.minTimeMs });
    expect(wantedRows(files)).toBe(want);
    expect(files.readFolder(FOLDER).filter((name) => name.startsWith("checkpoint"))).toHaveLength(1);
    expect(readLogFolder(files, FOLDER).segments[0]).toBeGreaterThan(readLogFolder(files, FOLDER).checkpoint?.segment ?? Infinity);
    await log.close();
    if (!wasReached) break;
    expect(step).toBeLessThan(200);
  }
});

test.each([0, 1, 300, 1_000_000])(
  "wherever the power is cut, a truncated log reads as before (%d bytes of what was not synced survive)",
  async (kept) => {
    const reference = newDisk();
    await logOfBatches(reference).close();
    const want = wantedRows(reference);
    for (let step = 1; ; step++) {
      const files = newDisk();
      const log = logOfBatches(files);
      const before = files.operationCount;
      files.failAt(before + step, { code: "EIO" });
      // The power is gone at the moment of the failing operation: all later ones fail too.
      for (let later = 1; later < 100; later++) files.failAt(before + step + later, { code: "EIO" });
      await truncateLog({ ...options, files, log, logger: noLogger }).catch(() => undefined);
      const wasReached = files.operationCount >= before + step;
      files.heal();
      files.powerCut(kept);
      expect(wantedRows(files)).toBe(want);
      await log.close().catch(() => undefined);
      if (!wasReached) break;
      expect(step).toBeLessThan(200);
    }
  },
);

test("damage makes a checkpoint fail, unless it can write the series anew", async () => {
  const files = newDisk();
  await logOfBatches(files).close();
  files.corrupt(`${FOLDER}/00000000`, flipBit(100));
  const damaged: CheckpointOptions = { ...options, files, lastSegment: 4 };
  await expect(writeCheckpoint(damaged)).rejects.toThrow(
    "cannot write the checkpoint /data/wal/checkpoint.00000004: /data/wal/00000000 is damaged at offset 0: a fragment's checksum is",
  );
  expect(files.readFolder(FOLDER).some((name) => name.startsWith("checkpoint"))).toBe(false);
  const keptSeries = ofKept.map((ref) => ({ ref, labels: labelsOf({ ref: String(ref) }) }));
  const stats = await writeCheckpoint({ ...damaged, keptSeries: () => keptSeries });
  expect(stats.damages).toHaveLength(1);
  expect(stats.damages[0]).toMatchObject({ path: `${FOLDER}/00000000`, offset: 0 });
  const rows = readRows(files);
  expect(rows.series).toEqual(keptSeries);
  expect(recordTypeOf(readRecords(files)[0])).toBe("series");
  expect(rows.samples.length).toBeGreaterThan(0);
});

test("zstd is refused where Node has none, or works", async () => {
  const files = newDisk();
  await logOfBatches(files).close();
  const checkpoint = writeCheckpoint({ ...options, files, compression: "zstd", lastSegment: 4 });
  const outcome = await checkpoint.then(
    () => "works",
    (error: unknown) => (error as Error).message,
  );
  expect(outcome).toMatch(
    /^(works|cannot write the checkpoint .*: cannot compress a log by zstd: Node v\S+ has no zstd, 22.15 and later have)$/,
  );
});

test.each([
  [[], undefined],
  [[3], undefined],
  [[3, 4], undefined],
  [[3, 4, 5], undefined],
  [[3, 4, 5, 6], 4],
  [[0, 1, 2, 3, 4, 5, 6, 7], 4],
] as const)("of the segments %p the last to replace is %p", (segments, want) => {
  expect(lastSegmentToReplace(segments)).toBe(want);
});
