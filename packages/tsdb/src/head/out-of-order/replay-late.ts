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

  constructor(outOfOrder: OutOfOrder) {
    this.outOfOrder = outOfOrder;
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
   * Forgets what was told of a series until here, provided that the chunk that should hold it was found; it need not have reached the disk,
   * or a damaged file of chunks was cut before it. `ref` of the marker is our own.
   */
  marker({ ref, chunkRef }: MmapMarkerRow): void {
    const { store } = this.outOfOrder;
    if (chunkRef === 0 || store.hasChunk(ref, chunkRef)) store.clearOpen(ref);
  }

  /** No marker is made of this: samples behind it would be told away, too. Another start takes them once more. */
  private cutFull(ref: SeriesRef): void {
    const { store, cap } = this.outOfOrder;
    if (store.openSamples(ref) >= SLACK * cap) store.cut(ref);
  }
}
