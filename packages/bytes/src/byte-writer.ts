const INITIAL_BYTES = 256;
/** Longer ranges are copied by the runtime: a view of them costs less than the loop. */
const LONG_BYTES = 1024;
const encoder = new TextEncoder();

/**
 * Writes binary formats into a buffer that grows. Multi-byte numbers are big-endian unless the name says otherwise, as in every format
 * of Prometheus.
 */
export class ByteWriter {
  private buffer: Uint8Array<ArrayBuffer>;
  private data: DataView<ArrayBuffer>;
  private position = 0;

  constructor(initialBytes: number = INITIAL_BYTES) {
    this.buffer = new Uint8Array(initialBytes);
    this.data = new DataView(this.buffer.buffer);
  }

  /** How many bytes were written. */
  get length(): number {
    return this.position;
  }

  /** What was written: a view that the next write may change. Copy it to keep it. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.position);
  }

  /** Forgets what was written and keeps the room. */
  reset(): void {
    this.position = 0;
  }

  u8(value: number): void {
    this.reserve(1);
    this.buffer[this.position++] = value;
  }

  u16be(value: number): void {
    this.reserve(2);
    this.data.setUint16(this.position, value);
    this.position += 2;
  }

  u32be(value: number): void {
    this.reserve(4);
    this.data.setUint32(this.position, value);
    this.position += 4;
  }

  u32le(value: number): void {
    this.reserve(4);
    this.data.setUint32(this.position, value, true);
    this.position += 4;
  }

  /** A whole number of 64 bits: a safe integer, a negative one in two's complement. */
  u64be(value: number): void {
    this.reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.data.setUint32(this.position, high);
    this.data.setUint32(this.position + 4, value - high * 2 ** 32);
    this.position += 8;
  }

  /** A NaN may lose its payload: write what may be a stale marker as two words with `u32be`. */
  f64be(value: number): void {
    this.reserve(8);
    this.data.setFloat64(this.position, value);
    this.position += 8;
  }

  /** An unsigned varint, seven bits a byte, of a safe integer from 0. */
  uvarint(value: number): void {
    this.reserve(8);
    let rest = value;
    // Within 32 bits shifts do; beyond, only division keeps the upper bits.
    while (rest > 0x7fffffff) {
      this.buffer[this.position++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.buffer[this.position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  /** A signed varint, zigzag, of a safe integer. */
  varint(value: number): void {
    // Doubling would leave the safe integers, so the first byte, which holds the sign and six bits, is written apart.
    const sign = value < 0 ? 1 : 0;
    const magnitude = sign === 1 ? -1 - value : value;
    const first = (magnitude % 64) * 2 + sign;
    if (magnitude < 64) {
      this.u8(first);
      return;
    }
    this.u8(first | 128);
    this.uvarint(Math.floor(magnitude / 64));
  }

  bytes(source: Uint8Array): void {
    this.reserve(source.length);
    this.buffer.set(source, this.position);
    this.position += source.length;
  }

  /** The bytes of `source` from `start` to `end`. For ranges of a large array: of short ones no view is made. */
  range(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { buffer } = this;
    let to = this.position;
    if (end - start > LONG_BYTES) {
      buffer.set(source.subarray(start, end), to);
      this.position = to + end - start;
      return;
    }
    for (let i = start; i < end; i++) buffer[to++] = source[i];
    this.position = to;
  }

  /** The UTF-8 bytes of `text`, without a length. */
  utf8(text: string): void {
    // No UTF-16 unit becomes more than three bytes.
    this.reserve(text.length * 3);
    this.position += encoder.encodeInto(text, this.buffer.subarray(this.position)).written;
  }

  /** The UTF-8 bytes of `text` after their count as an unsigned varint. */
  uvarintString(text: string): void {
    if (text.length < 43) {
      // At most 126 bytes: the length fits the one byte that is left free for it.
      this.reserve(1 + text.length * 3);
      const start = this.position + 1;
      const { written } = encoder.encodeInto(text, this.buffer.subarray(start));
      this.buffer[this.position] = written;
      this.position = start + written;
      return;
    }
    const bytes = encoder.encode(text);
    this.uvarint(bytes.length);
    this.bytes(bytes);
  }

  /** Overwrites four bytes that were written at `position`: for a length or checksum that is known afterwards. */
  setU32be(position: number, value: number): void {
    if (position + 4 > this.position) throw new RangeError(`cannot set 4 bytes at ${position}: only ${this.position} were written`);
    this.data.setUint32(position, value);
  }

  /** Makes room, so that hot code may write with few checks. */
  private reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.position));
    this.buffer = grown;
    this.data = new DataView(grown.buffer);
  }
}
