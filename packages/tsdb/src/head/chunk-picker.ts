import { CHUNK_HEADER_BYTES, slabAddress } from "@ferula/chunks";
import type { FinishedChunk } from "./finished-chunks.ts";
import type { Head } from "./head.ts";
import { isHistogramBits } from "./histograms/newest-kind.ts";
import type { LateChunk } from "./out-of-order/late-chunks.ts";
import type { SelectedChunks } from "./selected-chunks.ts";

/** Which of a series' samples are meant. */
export type HeadPart = "all" | "inOrder" | "outOfOrder";

/** Puts those chunks of series that overlap a range into a selection. */
export class ChunkPicker {
  /** Whether the chunks of the series that was picked last overlap each other. */
  isOverlapping = false;
  private readonly head: Head;
  private readonly selected: SelectedChunks;
  private readonly minTimeMs: number;
  private readonly maxTimeMs: number;
  private readonly withDetails: boolean;
  private readonly withOrdered: boolean;
  private readonly withLate: boolean;

  constructor(head: Head, selected: SelectedChunks, minTimeMs: number, maxTimeMs: number, part: HeadPart) {
    this.head = head;
    this.selected = selected;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.withDetails = selected.withDetails;
    this.withOrdered = part !== "outOfOrder";
    this.withLate = part !== "inOrder";
  }

  /** Whether the series' newest sample is a float of the range at or before `latestAtMs`, and was not deleted: then it is all that counts. */
  isAnsweredByLatest(ref: number, latestAtMs: number): boolean {
    const { series, tombstones } = this.head;
    const lastMs = series.lastTimestampsMs[ref];
    if (!(lastMs <= latestAtMs && lastMs >= this.minTimeMs && lastMs <= this.maxTimeMs) || lastMs === -Infinity) return false;
    if (isHistogramBits(series.lastBits[2 * ref], series.lastBits[2 * ref + 1])) return false;
    return tombstones.seriesCount === 0 || tombstones.of(ref) === undefined;
  }

  /** Appends the series' chunks in the range; false when there is none. */
  pick(ref: number): boolean {
    const { selected } = this;
    const first = selected.count;
    this.isOverlapping = false;
    if (this.withOrdered) this.pickOrdered(ref);
    if (this.withLate && this.head.outOfOrder.hasData(ref)) this.pickLate(ref);
    return selected.count > first;
  }

  /** The chain of a series runs from the newest to the oldest: it is walked twice, the second time to fill from the end. */
  private pickOrdered(ref: number): void {
    const { selected } = this;
    const { chunks, series } = this.head;
    const { older } = chunks;
    const hasFloats = this.hasOpenFloats(ref);
    const openCopy = hasFloats ? undefined : this.openCopy(ref);
    let count = hasFloats || openCopy !== undefined ? 1 : 0;
    let newerMs = Infinity;
    for (let chunk = series.newestChunks[ref]; chunk !== 0; chunk = older[chunk]) {
      const maxTimeMs = chunks.maxTimeMs(chunk);
      if (maxTimeMs < this.minTimeMs) break;
      const minTimeMs = chunks.minTimeMs(chunk);
      if (minTimeMs > this.maxTimeMs) continue;
      if (maxTimeMs >= newerMs) this.isOverlapping = true;
      if (minTimeMs < newerMs) newerMs = minTimeMs;
      count++;
    }
    if (count === 0) return;
    selected.reserve(count);
    const first = selected.count;
    selected.count += count;
    let at = selected.count - 1;
    if (hasFloats) this.putOpenFloats(at--, ref);
    else if (openCopy !== undefined) this.put(at--, selected.copy(openCopy.encoding, openCopy.bytes), openCopy);
    for (let chunk = series.newestChunks[ref]; at >= first; chunk = older[chunk]) {
      if (chunks.minTimeMs(chunk) <= this.maxTimeMs) this.putFinished(at--, chunk);
    }
  }

  private hasOpenFloats(ref: number): boolean {
    const { floats, series } = this.head;
    const slab = floats.encoder.slabs[ref];
    if (slab === 0 || floats.encoder.encoding !== "xor" || series.lastTimestampsMs[ref] < this.minTimeMs) return false;
    return series.lastTimestampsMs[ref] <= this.maxTimeMs || floats.encoder.firstTimestampMs(slab) <= this.maxTimeMs;
  }

  /** The open chunk, where it is not one of xor, which is read where it lies. */
  private openCopy(ref: number): FinishedChunk | undefined {
    const { histograms, floats } = this.head;
    let chunk: FinishedChunk | undefined = histograms.openCount === 0 ? undefined : histograms.openChunk(ref);
    if (chunk === undefined && floats.encoder.encoding !== "xor") chunk = floats.openChunk(ref);
    return chunk !== undefined && chunk.minTimeMs <= this.maxTimeMs && chunk.maxTimeMs >= this.minTimeMs ? chunk : undefined;
  }

  private putOpenFloats(at: number, ref: number): void {
    const { selected } = this;
    const { encoder } = this.head.floats;
    const slab = encoder.slabs[ref];
    if (encoder.encoding !== "xor") {
      const chunk = this.head.floats.openChunk(ref);
      if (chunk !== undefined) this.putCopy(at, chunk);
      return;
    }
    selected.places[at] = slabAddress(slab) + CHUNK_HEADER_BYTES;
    selected.sampleCounts[at] = encoder.sampleCounts[ref];
    if (!this.withDetails) return;
    selected.minTimesMs[at] = encoder.firstTimestampMs(slab);
    selected.maxTimesMs[at] = this.head.series.lastTimestampsMs[ref];
    selected.bitLengths[at] = encoder.bitLengths[ref] - 8 * CHUNK_HEADER_BYTES;
  }

  private putFinished(at: number, chunk: number): void {
    const { selected } = this;
    const { chunks, finished } = this.head;
    const slab = chunks.slabs[chunk];
    if (slab !== 0) {
      selected.places[at] = slabAddress(slab) + CHUNK_HEADER_BYTES;
      selected.sampleCounts[at] = chunks.sampleCounts[chunk];
      if (this.withDetails) selected.bitLengths[at] = 8 * (chunks.byteLengths[chunk] - CHUNK_HEADER_BYTES);
    } else if (!chunks.isInFile(chunk)) {
      const { encoding, bytes } = finished.bytesOf(chunk);
      selected.places[at] = selected.copy(encoding, bytes);
    } else {
      selected.places[at] = this.placeInFile(chunks.fileRef(chunk));
    }
    if (!this.withDetails) return;
    selected.minTimesMs[at] = chunks.minTimeMs(chunk);
    selected.maxTimesMs[at] = chunks.maxTimeMs(chunk);
  }

  private pickLate(ref: number): void {
    const { selected } = this;
    const late: readonly LateChunk[] = this.head.outOfOrder.chunksOf(ref, this.minTimeMs, this.maxTimeMs);
    if (late.length === 0) return;
    this.isOverlapping = true;
    selected.reserve(late.length);
    for (const chunk of late) {
      const place = chunk.bytes === undefined ? this.placeInFile(chunk.fileRef) : selected.copy(chunk.encoding, chunk.bytes);
      this.put(selected.count++, place, chunk);
    }
  }

  private putCopy(at: number, chunk: FinishedChunk): void {
    this.put(at, this.selected.copy(chunk.encoding, chunk.bytes), chunk);
  }

  private put(at: number, place: number, { minTimeMs, maxTimeMs }: TimeRange): void {
    const { selected } = this;
    selected.places[at] = place;
    if (!this.withDetails) return;
    selected.minTimesMs[at] = minTimeMs;
    selected.maxTimesMs[at] = maxTimeMs;
  }

  /** Where readers find a chunk that has a place in a file: what the files don't have yet is copied. */
  private placeInFile(fileRef: number): number {
    const chunk = this.head.finished.files?.unwritten(fileRef);
    return chunk === undefined ? fileRef : this.selected.copy(chunk.encoding, chunk.bytes);
  }
}

interface TimeRange {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
}
