import { LARGEST_SLAB_BYTES, XorEncoder, XorRuns } from "@ferula/chunks";
import { MAXIMUM_BYTES } from "@ferula/kernels";
import { MOST_CHUNK_BYTES_BEFORE_APPEND, predictedEndMs } from "./chunk-cut.ts";
import type { Head } from "./head.ts";
import { isHistogramBits } from "./histograms/newest-kind.ts";

/**
 * Takes floats into a head that has no log yet, several of a series at a time. The series has the same chunks afterwards as after
 * `Head.append`; nothing is told of samples that it does not take.
 */
export class FloatRuns {
  /** Where rows are written, see `XorRuns`: one is left free before each run. */
  readonly rows: XorRuns;
  private readonly head: Head;

  /** Undefined when the head's chunks are not of xor. `capacity` counts the free rows, too. */
  static of(head: Head, capacity: number): FloatRuns | undefined {
    const { encoder } = head.floats;
    return encoder instanceof XorEncoder ? new FloatRuns(head, new XorRuns(head.shared, encoder, capacity)) : undefined;
  }

  private constructor(head: Head, rows: XorRuns) {
    this.head = head;
    this.rows = rows;
  }

  /** Whether there is surely memory for so many samples. Where there may be none, `Head.append` looks at it closely. */
  hasRoomFor(sampleCount: number): boolean {
    return this.head.shared.usedBytes + 2 * sampleCount * LARGEST_SLAB_BYTES <= MAXIMUM_BYTES;
  }

  /** Whether `append` may be called for the series: a stale marker that follows a histogram is a histogram, too. */
  takes(ref: number): boolean {
    const { lastBits } = this.head.series;
    return !isHistogramBits(lastBits[2 * ref], lastBits[2 * ref + 1]);
  }

  /** Appends rows from `start` to before `end`, in the order of the log, to a series; `ref` is, or was, a series of the head. */
  append(ref: number, start: number, end: number): void {
    const { series, times } = this.head;
    const { timestampsMs, valueBits } = this.rows;
    const last = this.keepAscending(ref, start, end);
    if (last < start) return;
    timestampsMs[start - 1] = series.lastTimestampsMs[ref];
    valueBits[2 * start - 2] = series.lastBits[2 * ref];
    valueBits[2 * start - 1] = series.lastBits[2 * ref + 1];
    series.lastTimestampsMs[ref] = timestampsMs[last];
    series.lastBits[2 * ref] = valueBits[2 * last];
    series.lastBits[2 * ref + 1] = valueBits[2 * last + 1];
    if (timestampsMs[start] < times.oldestMs) times.oldestMs = timestampsMs[start];
    if (timestampsMs[last] > times.newestMs) times.newestMs = timestampsMs[last];
    for (let row = start; row <= last;) row = this.fillChunk(ref, row, last + 1);
  }

  /** Moves the rows that the series takes to the front and returns the last of them, `start - 1` when there is none. */
  private keepAscending(ref: number, start: number, end: number): number {
    const { series, times } = this.head;
    const { timestampsMs, valueBits } = this.rows;
    const { leastValidMs } = times;
    let newestMs = series.lastTimestampsMs[ref];
    let last = start - 1;
    for (let row = start; row < end; row++) {
      const timestampMs = timestampsMs[row];
      if (timestampMs <= newestMs || timestampMs < leastValidMs) continue;
      newestMs = timestampMs;
      last++;
      if (last === row) continue;
      timestampsMs[last] = timestampMs;
      valueBits[2 * last] = valueBits[2 * row];
      valueBits[2 * last + 1] = valueBits[2 * row + 1];
    }
    return last;
  }

  /** Appends rows up to where a chunk may end, by the rules of `FloatChunks`, and returns the first that was not appended. */
  private fillChunk(ref: number, row: number, end: number): number {
    const { floats, series, options } = this.head;
    const { timestampsMs } = this.rows;
    const { chunkEndsMs } = series;
    const predictAt = Math.trunc(options.samplesPerChunk / 4);
    const mostSamples = options.samplesPerChunk * 2;
    if (floats.encoder.slabs[ref] === 0) floats.startChunk(ref, timestampsMs[row]);
    else this.cutWhereDue(ref, row, predictAt, mostSamples);
    const sampleCount = floats.encoder.sampleCounts[ref];
    const mostRows = sampleCount < predictAt ? predictAt - sampleCount : Math.max(1, mostSamples - sampleCount);
    const most = Math.min(end, row + mostRows);
    let stop = row + 1;
    while (stop < most && timestampsMs[stop] < chunkEndsMs[ref]) stop++;
    return this.rows.push(ref, row, stop, MOST_CHUNK_BYTES_BEFORE_APPEND);
  }

  /** Starts a chunk when `row` must not go to the open one. */
  private cutWhereDue(ref: number, row: number, predictAt: number, mostSamples: number): void {
    const { floats, series } = this.head;
    const { encoder } = floats;
    const { timestampsMs } = this.rows;
    const { chunkEndsMs } = series;
    if (encoder.byteLength(ref) > MOST_CHUNK_BYTES_BEFORE_APPEND) floats.cutChunk(ref, timestampsMs[row - 1], timestampsMs[row]);
    const sampleCount = encoder.sampleCounts[ref];
    if (sampleCount === predictAt) {
      chunkEndsMs[ref] = predictedEndMs(encoder.firstTimestampMs(encoder.slabs[ref]), timestampsMs[row - 1], chunkEndsMs[ref]);
    }
    if (timestampsMs[row] >= chunkEndsMs[ref] || sampleCount >= mostSamples) floats.cutChunk(ref, timestampsMs[row - 1], timestampsMs[row]);
  }
}
