import type { SampleBatch } from "@ferula/model";
import { STORED } from "../head/verdicts.ts";
import { RECORD_SAMPLES } from "./format.ts";

/** Two varints of ten bytes and the value. */
const MOST_SAMPLE_BYTES = 28;

/** Type, first reference, first time. */
const HEADER_BYTES = 17;

/**
 * A record of samples: the first sample's reference and time in 64 bits each, then for each sample the signed varints of what its
 * reference and time are more than those, and the value's 64 bits. (Signed, whatever tsdb/docs/format/wal.md says.)
 */
export class SampleRecord {
  private bytes: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  private data: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
  private length = 0;

  /** The record, good until the next call. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /**
   * Encodes the rows from `start` to before `end` whose verdict is `STORED`; there is at least one. `walRefs` gives the log's reference of
   * each of ours. Benchmark: head append.
   */
  encode(batch: SampleBatch, verdicts: Uint8Array, walRefs: Float64Array, start: number, end: number): void {
    this.ensure(HEADER_BYTES + (end - start) * MOST_SAMPLE_BYTES);
    const { refs, timestampsMs, valueBits } = batch;
    const { bytes, data } = this;
    let row = start;
    while (verdicts[row] !== STORED) row++;
    const firstRef = walRefs[refs[row]];
    const firstMs = timestampsMs[row];
    bytes[0] = RECORD_SAMPLES;
    setInt64(data, 1, firstRef);
    setInt64(data, 9, firstMs);
    let at = HEADER_BYTES;
    for (; row < end; row++) {
      if (verdicts[row] !== STORED) continue;
      const refDelta = walRefs[refs[row]] - firstRef;
      let rest = refDelta >= 0 ? refDelta * 2 : -refDelta * 2 - 1;
      while (rest >= 128) {
        bytes[at++] = (rest % 128) | 128;
        rest = Math.floor(rest / 128);
      }
      bytes[at++] = rest;
      const timeDelta = timestampsMs[row] - firstMs;
      rest = timeDelta >= 0 ? timeDelta * 2 : -timeDelta * 2 - 1;
      while (rest >= 128) {
        bytes[at++] = (rest % 128) | 128;
        rest = Math.floor(rest / 128);
      }
      bytes[at++] = rest;
      data.setUint32(at, valueBits[2 * row + 1]);
      data.setUint32(at + 4, valueBits[2 * row]);
      at += 8;
    }
    this.length = at;
  }

  private ensure(sizeBytes: number): void {
    if (sizeBytes <= this.bytes.length) return;
    this.bytes = new Uint8Array(Math.max(sizeBytes, this.bytes.length * 2));
    this.data = new DataView(this.bytes.buffer);
  }
}

function setInt64(data: DataView, at: number, value: number): void {
  const high = Math.floor(value / 4294967296);
  data.setInt32(at, high);
  data.setUint32(at + 4, value - high * 4294967296);
}
