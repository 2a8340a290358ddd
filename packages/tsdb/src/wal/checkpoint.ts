import { ByteWriter } from "@ferula/bytes";
import type { Files } from "@ferula/files";
import { createTimeSlice } from "@ferula/lifecycle";
import { isPromError, PromError } from "@ferula/model";
import { CheckpointWriter } from "./checkpoint-writer.ts";
import { codecFor, type WalCompression } from "./compression.ts";
import { checkpointName } from "./format.ts";
import { type FilterCount, filterRecord, LatestMetadata, type RecordFilter } from "./filter-record.ts";
import { CHECKPOINT_TEMPORARY_SUFFIX, listLogSources, type LogSource } from "./log-folder.ts";
import { recordTypeOf, type RecordType } from "./records/record-types.ts";
import { encodeSeriesRows, type SeriesRow } from "./records/series.ts";
import { SegmentReader, type WalDamage } from "./segment-reader.ts";

/** How a checkpoint is made. What it keeps must not change meanwhile. */
export interface CheckpointOptions extends RecordFilter {
  readonly files: Files;
  /** The log's folder. */
  readonly folder: string;
  /** The last segment to replace; nothing writes to it any more. */
  readonly lastSegment: number;
  readonly compression: WalCompression;
  readonly segmentBytes: number;
  /** Asked at each record; once it says so, the work ends with a PromError("canceled") and leaves the log as it was. Default: never. */
  readonly isCanceled?: () => boolean;
  /**
   * The series that are kept. Where the log is damaged, records of series may be lost of which later segments have samples: behind each
   * damaged place all are written anew. Without it damage makes the checkpoint fail.
   */
  readonly keptSeries?: (() => Iterable<SeriesRow>) | undefined;
}

/** What a checkpoint was made of. */
export interface CheckpointStats {
  /** Entries by the type of their record. */
  readonly entries: ReadonlyMap<RecordType, FilterCount>;
  /** Records of types that are not known; they are dropped, as upstream drops them. */
  readonly unknownRecords: number;
  /** Places that could not be read, or made no sense. */
  readonly damages: readonly (WalDamage & { readonly path: string })[];
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 10;
const MOST_ROWS_A_RECORD = 2000;

/**
 * Writes what is still needed of the newest checkpoint and of the segments up to `lastSegment` into a new one, `checkpoint.NNNNNNNN`,
 * which from then on stands for them all (tsdb/wlog/checkpoint.go). Works in slices. It is complete under its name or not there: on any
 * error the log stays as it was. Throws PromError("internal") when it can't be written, or the log is damaged and there is no
 * `keptSeries`.
 */
export async function writeCheckpoint(options: CheckpointOptions): Promise<CheckpointStats> {
  const { files, folder, lastSegment } = options;
  const path = `${folder}/${checkpointName(lastSegment)}`;
  const temporary = path + CHECKPOINT_TEMPORARY_SUFFIX;
  try {
    const codec = codecFor(options.compression);
    files.removeFolder(temporary);
    files.makeFolder(temporary);
    const writer = new CheckpointWriter(files, temporary, options.segmentBytes, codec);
    let stats: CheckpointStats;
    try {
      stats = await new Checkpointing(options, writer).run();
    } finally {
      writer.close();
    }
    files.rename(temporary, path);
    files.syncFolder(path);
    files.syncFolder(folder);
    return stats;
  } catch (error) {
    dropFolder(files, temporary);
    if (isPromError(error) && error.errorType === "canceled") throw error;
    throw new PromError("internal", `cannot write the checkpoint ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** The error that led here is the one to tell. */
function dropFolder(files: Files, path: string): void {
  try {
    files.removeFolder(path);
  } catch {
    // The next checkpoint removes what is left over.
  }
}

/** One walk over the log. */
class Checkpointing {
  private readonly options: CheckpointOptions;
  private readonly writer: CheckpointWriter;
  private readonly kept = new ByteWriter(1 << 16);
  private readonly metadata = new LatestMetadata();
  private readonly entries = new Map<RecordType, FilterCount>();
  private readonly damages: (WalDamage & { path: string })[] = [];
  private readonly slice = createTimeSlice(SLICE_MS);
  private unknownRecords = 0;

  constructor(options: CheckpointOptions, writer: CheckpointWriter) {
    this.options = options;
    this.writer = writer;
  }

  async run(): Promise<CheckpointStats> {
    const { files, folder, lastSegment } = this.options;
    for (const source of listLogSources(files, folder)) {
      if (source.segment <= lastSegment) await this.readSegment(source);
    }
    const records: Uint8Array[] = [];
    this.metadata.emit(this.kept, MOST_ROWS_A_RECORD, (record) => records.push(record.slice()));
    for (const record of records) await this.writer.add(record);
    await this.writer.finish();
    const { entries, unknownRecords, damages } = this;
    return { entries, unknownRecords, damages };
  }

  private async readSegment({ path }: LogSource): Promise<void> {
    const file = this.options.files.open(path, "read");
    try {
      const reader = new SegmentReader(file, path);
      let damageCount = 0;
      while (reader.next()) {
        if (this.options.isCanceled?.() === true) throw new PromError("canceled", "cannot go on writing a checkpoint: it was canceled");
        if (reader.damages.length > damageCount) {
          await this.takeDamages(path, reader.damages.slice(damageCount));
          damageCount = reader.damages.length;
        }
        await this.takeRecord(reader, path);
        if (this.slice.isSpent()) await this.slice.yield();
      }
      if (reader.damages.length > damageCount) await this.takeDamages(path, reader.damages.slice(damageCount));
    } finally {
      file.close();
    }
  }

  private async takeRecord(reader: SegmentReader, path: string): Promise<void> {
    const record = reader.record;
    const type = recordTypeOf(record);
    if (type === undefined) {
      this.unknownRecords++;
      return;
    }
    this.kept.reset();
    try {
      this.count(type, this.filter(record, type));
    } catch (error) {
      if ((error as Error).name !== "RangeError") throw error;
      await this.takeDamages(path, [{ offset: reader.recordOffset, reason: (error as Error).message }]);
      return;
    }
    if (this.kept.length > 0) await this.writer.add(this.kept.view());
  }

  private filter(record: Uint8Array, type: RecordType): FilterCount {
    return type === "metadata" ? this.metadata.add(record, this.options) : filterRecord(this.kept, record, type, this.options);
  }

  private count(type: RecordType, { total, dropped }: FilterCount): void {
    const sum = this.entries.get(type) ?? { total: 0, dropped: 0 };
    this.entries.set(type, { total: sum.total + total, dropped: sum.dropped + dropped });
  }

  private async takeDamages(path: string, damages: readonly WalDamage[]): Promise<void> {
    const { keptSeries } = this.options;
    for (const damage of damages) this.damages.push({ ...damage, path });
    if (keptSeries === undefined) throw new Error(`${path} is damaged at offset ${damages[0].offset}: ${damages[0].reason}`);
    let rows: SeriesRow[] = [];
    for (const row of keptSeries()) {
      if (rows.push(row) < MOST_ROWS_A_RECORD) continue;
      await this.writeSeries(rows);
      rows = [];
    }
    if (rows.length > 0) await this.writeSeries(rows);
  }

  private async writeSeries(rows: readonly SeriesRow[]): Promise<void> {
    this.kept.reset();
    encodeSeriesRows(this.kept, rows);
    await this.writer.add(this.kept.view());
  }
}
