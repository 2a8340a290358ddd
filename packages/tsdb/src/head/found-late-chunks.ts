import { CHUNK_ENCODING_BYTES, chunkEncodingOf } from "@ferula/chunks";
import { grownColumn } from "@ferula/kernels";
import type { HeadChunk } from "../head-chunks/chunk-entry.ts";
import type { HeadChunkFiles } from "../head-chunks/head-chunk-files.ts";
import type { WalRefs } from "../wal/wal-refs.ts";
import type { LateStore } from "./out-of-order/late-store.ts";

/** The chunks out of order that were found in files when the head was opened, as columns, in the order in which they were written. */
export class FoundLateChunks {
  count = 0;
  /** The log's references of their series. */
  private walRefs: Float64Array = new Float64Array(16);
  private fileRefs: Float64Array = new Float64Array(16);
  private minTimesMs: Float64Array = new Float64Array(16);
  private maxTimesMs: Float64Array = new Float64Array(16);
  private sampleCounts: Uint16Array = new Uint16Array(16);
  private encodings: Uint8Array = new Uint8Array(16);

  add(fileRef: number, { seriesRef, minTimeMs, maxTimeMs, encoding }: HeadChunk, sampleCount: number): void {
    const row = this.count++;
    if (row === this.walRefs.length) this.grow();
    this.walRefs[row] = seriesRef;
    this.fileRefs[row] = fileRef;
    this.minTimesMs[row] = minTimeMs;
    this.maxTimesMs[row] = maxTimeMs;
    this.sampleCounts[row] = sampleCount;
    this.encodings[row] = CHUNK_ENCODING_BYTES[encoding];
  }

  /** Counts all of them as needed in `files`. */
  need(files: HeadChunkFiles): void {
    for (let row = 0; row < this.count; row++) files.need(this.fileRefs[row]);
  }

  /** Gives them to their series; those whose series the log does not know are let go. Returns how many these were. */
  attach(store: LateStore, walRefs: WalRefs, files: HeadChunkFiles): number {
    let unknown = 0;
    for (let row = 0; row < this.count; row++) {
      const ref = walRefs.get(this.walRefs[row]);
      const encoding = chunkEncodingOf(this.encodings[row]);
      if (ref === 0 || encoding === undefined) {
        files.release(this.fileRefs[row]);
        unknown++;
        continue;
      }
      const sampleCount = this.sampleCounts[row];
      const minTimeMs = this.minTimesMs[row];
      const maxTimeMs = this.maxTimesMs[row];
      store.addChunk(ref, { encoding, fileRef: this.fileRefs[row], sampleCount, minTimeMs, maxTimeMs });
    }
    return unknown;
  }

  private grow(): void {
    const capacity = this.walRefs.length * 2;
    this.walRefs = grownColumn(this.walRefs, capacity);
    this.fileRefs = grownColumn(this.fileRefs, capacity);
    this.minTimesMs = grownColumn(this.minTimesMs, capacity);
    this.maxTimesMs = grownColumn(this.maxTimesMs, capacity);
    this.sampleCounts = grownColumn(this.sampleCounts, capacity);
    this.encodings = grownColumn(this.encodings, capacity);
  }
}
