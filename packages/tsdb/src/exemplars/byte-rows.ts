import { grown } from "../head/grown.ts";

/** Room for the first bytes. */
const FIRST_BYTES = 4096;

/**
 * Rows of bytes of any length, numbered from 1, outside the JavaScript heap but for one buffer. What was cleared is made use of when the
 * buffer is full: then what is left moves together.
 */
export class ByteRows {
  private starts: Float64Array;
  private lengths: Uint32Array;
  private buffer: Uint8Array = new Uint8Array(FIRST_BYTES);
  private top = 0;
  private usedBytes = 0;

  /** Rows run from 1 to `rowCount`; there may be more later. */
  constructor(rowCount: number) {
    this.starts = new Float64Array(rowCount + 1);
    this.lengths = new Uint32Array(rowCount + 1);
  }

  /** The bytes of all rows together. */
  get sizeBytes(): number {
    return this.usedBytes;
  }

  /** The bytes of a row: a view that is good until the next `set`. */
  view(row: number): Uint8Array {
    const start = this.starts[row];
    return this.buffer.subarray(start, start + this.lengths[row]);
  }

  /** Copies the bytes to a row that has none. */
  set(row: number, bytes: Uint8Array): void {
    if (row >= this.lengths.length) this.growRows(row);
    if (this.top + bytes.length > this.buffer.length) this.makeRoom(bytes.length);
    this.buffer.set(bytes, this.top);
    this.starts[row] = this.top;
    this.lengths[row] = bytes.length;
    this.top += bytes.length;
    this.usedBytes += bytes.length;
  }

  /** Forgets the bytes of a row. */
  clear(row: number): void {
    this.usedBytes -= this.lengths[row];
    this.lengths[row] = 0;
  }

  private growRows(row: number): void {
    const capacity = Math.max(row + 1, this.lengths.length * 2);
    this.starts = grown(this.starts, new Float64Array(capacity));
    this.lengths = grown(this.lengths, new Uint32Array(capacity));
  }

  /** Where at least half is in use the buffer grows, so that moving it costs each byte that comes in a few copies at most. */
  private makeRoom(more: number): void {
    const { starts, lengths, buffer } = this;
    const needed = this.usedBytes + more;
    const to = new Uint8Array(needed * 2 > buffer.length ? Math.max(buffer.length * 2, needed * 2) : buffer.length);
    let top = 0;
    for (let row = 1; row < lengths.length; row++) {
      if (lengths[row] === 0) continue;
      to.set(buffer.subarray(starts[row], starts[row] + lengths[row]), top);
      starts[row] = top;
      top += lengths[row];
    }
    this.buffer = to;
    this.top = top;
  }
}
