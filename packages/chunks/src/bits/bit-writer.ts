/** Most chunks of floats end below this. */
const INITIAL_BYTES = 128;

/** Whole words are written, so there must be room behind the last bit. */
const PADDING_BYTES = 8;

/** Writes bits, the highest of each byte first, into bytes that grow. Behind the last bit all are zero. */
export class BitWriter {
  private bytes: Uint8Array<ArrayBuffer>;
  private view: DataView;
  private position: number;

  /** Starts behind a header of zeros. */
  constructor(headerBytes: number) {
    this.bytes = new Uint8Array(INITIAL_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.position = headerBytes * 8;
  }

  /** How many bits were written. */
  get bitLength(): number {
    return this.position;
  }

  /** How many bytes hold what was written. */
  get byteLength(): number {
    return (this.position + 7) >>> 3;
  }

  /** What was written: a view of bytes that the next write may change. */
  view8(): Uint8Array {
    return this.bytes.subarray(0, this.byteLength);
  }

  /** Forgets what was written, and goes on behind `bitCount` zeros. */
  begin(bitCount: number): void {
    this.bytes.fill(0, 0, this.byteLength + 1);
    this.position = bitCount;
  }

  /** Continues behind the first `bitCount` bits of `bytes`, which are copied. */
  load(bytes: Uint8Array, bitCount: number): void {
    this.position = 0;
    this.reserve(bitCount);
    const byteLength = (bitCount + 7) >>> 3;
    this.bytes.fill(0);
    this.bytes.set(bytes.subarray(0, byteLength));
    if ((bitCount & 7) !== 0) this.bytes[byteLength - 1] &= 0xff << (8 - (bitCount & 7));
    this.position = bitCount;
  }

  /** A byte of the header. */
  byteAt(at: number): number {
    return this.bytes[at];
  }

  /** Writes over a byte of the header. */
  setByte(at: number, value: number): void {
    this.bytes[at] = value;
  }

  /** Writes the low 1…32 bits of `value`. */
  writeBits(value: number, count: number): void {
    this.reserve(count);
    const at = this.position >>> 3;
    const offset = this.position & 7;
    const aligned = value << (32 - count);
    this.view.setInt32(at, this.view.getInt32(at) | (aligned >>> offset));
    // Shifted by 8 where the bits begin a byte: then nothing is left over, and the byte written is 0.
    this.view.setUint8(at + 4, aligned << (8 - offset));
    this.position += count;
  }

  /** Writes the low 33…64 bits of two words. */
  writeWide(low: number, high: number, count: number): void {
    this.writeBits(high, count - 32);
    this.writeBits(low, 32);
  }

  private reserve(bitCount: number): void {
    const needed = ((this.position + bitCount) >>> 3) + PADDING_BYTES;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
