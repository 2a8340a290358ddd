import { ByteWriter } from "@ferula/bytes";
import { removeSegments } from "./log-folder.ts";
import { encodeHistograms, type HistogramRow, planHistogramRecords } from "./records/histograms.ts";
import { encodeMmapMarkers, type MmapMarkerRow } from "./records/mmap-markers.ts";
import { encodeTombstoneRows, type TombstoneRow } from "./records/tombstones.ts";
import { encodeWalSamples, type WalSamples } from "./records/samples.ts";
import { type RecordSink, SegmentLog, type SegmentLogCounters, type SegmentLogOptions } from "./segment-log.ts";

/** A longer list of markers or tombstones becomes several records. */
const MOST_ROWS_A_RECORD = 100_000;

/** How the log of samples out of order is written. */
export interface WblWriterOptions extends Omit<SegmentLogOptions, "name"> {
  /** Whether records keep start timestamps. */
  readonly keepsStarts: boolean;
}

/** What one write to the log holds; references are the log's own. */
export interface WblBatch {
  /** They stand before the samples: all that the log told of their series until here is in chunk files. */
  readonly markers: readonly MmapMarkerRow[];
  /** What was deleted of the samples that the log told of until here. Upstream passes over these records. */
  readonly tombstones: readonly TombstoneRow[];
  readonly samples: WalSamples;
  readonly histograms: readonly HistogramRow[];
}

/** Writes the log of samples out of order, the write-behind log: batches of samples and markers, each whole or not at all. */
export class WblWriter {
  private readonly options: WblWriterOptions;
  private readonly segments: SegmentLog;
  private readonly record = new ByteWriter();

  /** Starts segment `segment`, which must not exist yet, of the folder, which exists. */
  constructor(options: WblWriterOptions, segment: number) {
    this.options = options;
    this.segments = new SegmentLog({ ...options, name: "out-of-order log" }, segment);
  }

  /** These go on counting. */
  get counters(): SegmentLogCounters {
    return this.segments.counters;
  }

  /** The number of the segment that is written to. */
  get currentSegment(): number {
    return this.segments.currentSegment;
  }

  /** Throws PromError, with the place, when the log can't be written; then nothing of the batch is in it. */
  log(batch: WblBatch): void {
    this.segments.append((sink) => {
      this.emit(sink, batch);
    });
  }

  /** Takes the last batch out of the log again. Where the file can't be cut now, that is done before anything else is written. */
  takeBack(): void {
    this.segments.takeBack();
  }

  /** Goes on in a new segment, unless the current one is empty, and returns the current one's number. Throws PromError. */
  cut(): number {
    this.segments.cut();
    return this.segments.currentSegment;
  }

  /** Removes the segments before `segment`, for good. Throws the file system's errors; what is left then goes the next time. */
  removeBefore(segment: number): void {
    const { files, folder } = this.options;
    removeSegments(files, folder, segment - 1);
    // A segment that came back with a power cut would bring back what is deleted meanwhile.
    files.syncFolder(folder);
  }

  /** Brings everything to the disk and closes. */
  async close(): Promise<void> {
    await this.segments.close();
  }

  private emit(sink: RecordSink, { markers, tombstones, samples, histograms }: WblBatch): void {
    for (let start = 0; start < markers.length; start += MOST_ROWS_A_RECORD) {
      this.write(sink, (writer) => encodeMmapMarkers(writer, markers.slice(start, start + MOST_ROWS_A_RECORD)));
    }
    for (let start = 0; start < tombstones.length; start += MOST_ROWS_A_RECORD) {
      this.write(sink, (writer) => encodeTombstoneRows(writer, tombstones.slice(start, start + MOST_ROWS_A_RECORD)));
    }
    const { keepsStarts } = this.options;
    if (samples.length > 0) this.write(sink, (writer) => encodeWalSamples(writer, samples, keepsStarts ? "samples_v2" : "samples"));
    for (const plan of planHistogramRecords(histograms, keepsStarts ? 2 : 1)) this.write(sink, (writer) => encodeHistograms(writer, plan));
  }

  private write(sink: RecordSink, encode: (writer: ByteWriter) => void): void {
    this.record.reset();
    encode(this.record);
    sink(this.record.view());
  }
}
