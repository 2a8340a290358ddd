import { ByteWriter } from "@ferula/bytes";
import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import type { HistogramRow, SampleBatch } from "@ferula/model";
import type { Head, HeadLog, LogEntries } from "../head/head.ts";
import { STORED } from "../head/verdicts.ts";
import type { WalCompression } from "./compression.ts";
import { encodeSeries } from "./encode-series.ts";
import { encodeHistograms, planHistogramRecords } from "./records/histograms.ts";
import { encodeSamplesV2 } from "./sample-record-v2.ts";
import { SampleRecord } from "./sample-record.ts";
import { type RecordSink, SegmentLog, type SegmentLogCounters } from "./segment-log.ts";

/** A larger batch becomes several records (in the same write), so that who reads the log needs no more memory for one. */
const MOST_ROWS_A_RECORD = 100_000;
const MOST_SERIES_A_RECORD = 2000;
const MOST_HISTOGRAMS_A_RECORD = 10_000;

/** How the log is written, see `TsdbOptions`. */
export interface WalWriterOptions {
  readonly files: Files;
  readonly logger: Logger;
  readonly folder: string;
  readonly segmentBytes: number;
  readonly fsync: "segment" | "commit";
  /** Default: `none`, as compressing records costs half as much CPU as all else that appending does. */
  readonly compression?: WalCompression | undefined;
  /** Whether records keep start timestamps, which older versions can't read. Default: false. */
  readonly keepsStarts?: boolean | undefined;
  readonly onSync?: ((seconds: number) => void) | undefined;
}

/** See `SegmentLogCounters`. */
export type WalWriterCounters = SegmentLogCounters;

/** Writes the head's batches to its log, each whole or not at all. */
export class WalWriter implements HeadLog {
  /** The log; other records may be appended between batches. */
  readonly segments: SegmentLog;
  private readonly otherRecord = new ByteWriter();
  private readonly sampleRecord = new SampleRecord();
  private readonly keepsStarts: boolean;

  /** Starts segment `segment`, which must not exist yet. */
  constructor(options: WalWriterOptions, segment: number) {
    this.keepsStarts = options.keepsStarts ?? false;
    this.segments = new SegmentLog({ ...options, name: "write-ahead log", compression: options.compression ?? "none" }, segment);
  }

  /** These go on counting. */
  get counters(): WalWriterCounters {
    return this.segments.counters;
  }

  /** The number of the segment that is written to. */
  get currentSegment(): number {
    return this.segments.currentSegment;
  }

  /** See `HeadLog`. Throws PromError, with the place, when the log can't be written. */
  log(head: Head, { batch, verdicts, histograms, newSeries, newSeriesCount }: LogEntries): void {
    this.segments.append((sink) => {
      this.emitSeries(sink, head, newSeries, newSeriesCount);
      this.emitSamples(sink, head, batch, verdicts);
      if (histograms.length > 0) this.emitHistograms(sink, head, histograms);
    });
  }

  /** Brings everything to the disk and closes. */
  async close(): Promise<void> {
    await this.segments.close();
  }

  private emitSeries(sink: RecordSink, head: Head, newSeries: Uint32Array, newSeriesCount: number): void {
    for (let start = 0; start < newSeriesCount; start += MOST_SERIES_A_RECORD) {
      const count = Math.min(MOST_SERIES_A_RECORD, newSeriesCount - start);
      this.otherRecord.reset();
      encodeSeries(this.otherRecord, head, newSeries.subarray(start), count);
      sink(this.otherRecord.view());
    }
  }

  private emitSamples(sink: RecordSink, head: Head, batch: SampleBatch, verdicts: Uint8Array): void {
    for (let start = 0; start < batch.length; start += MOST_ROWS_A_RECORD) {
      const end = Math.min(batch.length, start + MOST_ROWS_A_RECORD);
      if (!hasStored(verdicts, start, end)) continue;
      sink(this.samplesRecord(batch, verdicts, head.series.walRefs, start, end));
    }
  }

  private samplesRecord(batch: SampleBatch, verdicts: Uint8Array, walRefs: Float64Array, start: number, end: number): Uint8Array {
    if (this.keepsStarts) {
      this.otherRecord.reset();
      encodeSamplesV2(this.otherRecord, batch, verdicts, walRefs, start, end);
      return this.otherRecord.view();
    }
    this.sampleRecord.encode(batch, verdicts, walRefs, start, end);
    return this.sampleRecord.view();
  }

  private emitHistograms(sink: RecordSink, head: Head, histograms: readonly HistogramRow[]): void {
    const { walRefs } = head.series;
    for (let start = 0; start < histograms.length; start += MOST_HISTOGRAMS_A_RECORD) {
      const rows = histograms.slice(start, start + MOST_HISTOGRAMS_A_RECORD).map((row) => ({ ...row, ref: walRefs[row.ref] }));
      for (const plan of planHistogramRecords(rows, this.keepsStarts ? 2 : 1)) {
        this.otherRecord.reset();
        encodeHistograms(this.otherRecord, plan);
        sink(this.otherRecord.view());
      }
    }
  }
}

function hasStored(verdicts: Uint8Array, start: number, end: number): boolean {
  for (let row = start; row < end; row++) if (verdicts[row] === STORED) return true;
  return false;
}
