import type { SampleBatch } from "@ferula/model";
import { SLICE_ROWS } from "../head/slice-rows.ts";
import { STORED } from "../head/verdicts.ts";
import { RECORD_BYTES } from "./records/record-types.ts";

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
    const { refs, timestampsMs } = batch;
    const { bytes, data } = this;
    let row = start;
    while (verdicts[row] !== STORED) row++;
    const firstRef = walRefs[refs[row]];
    const firstMs = timestampsMs[row];
    bytes[0] = RECORD_BYTES.samples;
    setInt64(data, 1, firstRef);
    setInt64(data, 9, firstMs);
    this.length = HEADER_BYTES;
    for (; row < end; row += SLICE_ROWS) {
      this.encodeRows(batch, verdicts, walRefs, { start: row, end: Math.min(row + SLICE_ROWS, end), firstRef, firstMs });
    }
  }

  private encodeRows(batch: SampleBatch, verdicts: Uint8Array, walRefs: Float64Array, { start, end, firstRef, firstMs }: Slice): void {
    const { refs, timestampsMs, valueBits } = batch;
    const { bytes, data } = this;
    let at = this.length;
    for (let row = start; row < end; row++) {
      if (verdicts[row] !== STORED) continue;
      const refDelta = walRefs[refs[row]] - firstRef;
      at = putVarint(bytes, at, refDelta >= 0 ? refDelta * 2 : -refDelta * 2 - 1);
      const timeDelta = timestampsMs[row] - firstMs;
      at = putVarint(bytes, at, timeDelta >= 0 ? timeDelta * 2 : -timeDelta * 2 - 1);
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

/** Rows of one call, see `SLICE_ROWS`, and what their references and times are counted from. */
interface Slice {
  readonly start: number;
  readonly end: number;
  readonly firstRef: number;
  readonly firstMs: number;
}

/** Writes `value`, at least 0, and returns where it ends. */
function putVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  // Beyond 31 bits there are no shifts, and divisions are slow.
  while (rest > 0x7fffffff) {
    bytes[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  let low = rest | 0;
  while (low >= 128) {
    bytes[at++] = low | 128;
    low >>>= 7;
  }
  bytes[at++] = low;
  return at;
}

function setInt64(data: DataView, at: number, value: number): void {
  const high = Math.floor(value / 4294967296);
  data.setInt32(at, high);
  data.setUint32(at + 4, value - high * 4294967296);
}
