import type { HistogramRow, SampleBatch } from "@ferula/model";
import type { SeriesRef } from "@ferula/storage";
import type { MmapMarkerRow } from "../../wal/records/mmap-markers.ts";
import type { OutOfOrder } from "./out-of-order.ts";

/**
 * So many times as many samples as make a chunk are taken before one is made. Until then a marker should have come that says that it was
 * made before; it stands behind the samples of several batches, see `OutOfOrder`.
 */
const SLACK = 4;

/** Takes what the log of samples out of order tells, record by record. */
export class LateReplay {
  private readonly outOfOrder: OutOfOrder;
  /** Chunks behind it were made by the replay. */
  private readonly lastFoundRef: number;
  private firstMarkedRef = Infinity;
  /** Series with a marker that names no chunk: upstream writes such before the first sample after a compaction, finished or not. */
  private readonly vaguelyMarked = new Set<SeriesRef>();

  /** The chunks that were found in files are known. */
  constructor(outOfOrder: OutOfOrder) {
    this.outOfOrder = outOfOrder;
    this.lastFoundRef = outOfOrder.store.lastFileRef;
  }

  /** Takes the floats of a record. */
  samples({ length, refs, timestampsMs, valueBits, startTimestampsMs }: SampleBatch): void {
    const { store } = this.outOfOrder;
    for (let row = 0; row < length; row++) {
      this.cutFull(refs[row]);
      const startMs = startTimestampsMs === undefined ? 0 : startTimestampsMs[row];
      store.insertFloat(refs[row], timestampsMs[row], valueBits[2 * row], valueBits[2 * row + 1], startMs);
    }
  }

  /** Takes the histograms of a record. */
  histograms(rows: readonly HistogramRow[]): void {
    for (const row of rows) {
      this.cutFull(row.ref);
      this.outOfOrder.store.insertHistogram(row);
    }
  }

  /**
   * Takes the markers of a record, with our references, 0 for a series that is not known; those of a series stand together. They forget what
   * was told of it until here, provided that all chunks that should hold it were found: these need not have reached the disk, or a damaged
   * file of chunks was cut before them.
   */
  markers(rows: readonly MmapMarkerRow[]): void {
    for (let start = 0; start < rows.length;) {
      const { ref } = rows[start];
      let areFound = true;
      let end = start;
      for (; end < rows.length && rows[end].ref === ref; end++) areFound = this.marker(rows[end]) && areFound;
      if (areFound && ref !== 0) this.outOfOrder.store.clearOpen(ref);
      start = end;
    }
  }

  /**
   * Drops chunks of earlier than any marker: they were brought into blocks, and the log shortened, before the first one was written. Or the
   * log has their samples still.
   */
  dropCompacted(): void {
    const { store } = this.outOfOrder;
    const lastRef = Math.min(this.lastFoundRef, this.firstMarkedRef - 1);
    for (const ref of store.refs()) if (!this.vaguelyMarked.has(ref)) store.dropUpTo(ref, lastRef);
    store.measureTimes();
  }

  /** Has the log name all chunks, after it lost markers. Throws PromError when it, or a file of chunks, can't be written. */
  markAll(): void {
    const { outOfOrder } = this;
    for (const ref of outOfOrder.store.openRefs()) outOfOrder.cut(ref);
    outOfOrder.checkWritten();
    for (const ref of outOfOrder.store.refs()) outOfOrder.mark(ref);
    outOfOrder.flushMarkers();
  }

  /** Whether the chunk was found. */
  private marker({ ref, chunkRef }: MmapMarkerRow): boolean {
    if (chunkRef === 0) {
      this.vaguelyMarked.add(ref);
      return true;
    }
    if (chunkRef < this.firstMarkedRef) this.firstMarkedRef = chunkRef;
    return this.outOfOrder.store.noteMarked(ref, chunkRef);
  }

  /** No marker is made of this: samples behind it would be told away, too. The series' next one names it. */
  private cutFull(ref: SeriesRef): void {
    const { store, cap } = this.outOfOrder;
    if (store.openSamples(ref) >= SLACK * cap) store.cut(ref);
  }
}
