// A byte order mark is part of the text; by default it would be dropped.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads binary formats from `bytes`, which is only read and stays the caller's. Multi-byte numbers are big-endian. Every read beyond
 * the end throws a RangeError that says what could not be read and where; nothing is read then.
 */
export class ByteReader {
  private readonly source: Uint8Array;
  private readonly data: DataView;
  private readonly end: number;
  private at: number;

  constructor(bytes: Uint8Array, start: number = 0, end: number = bytes.length) {
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      throw new RangeError(`cannot read bytes ${start} to ${end}: there are ${bytes.length}`);
    }
    this.source = bytes;
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.end = end;
  }

  /** The offset in `bytes` of the next read. */
  get position(): number {
    return this.at;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.end - this.at;
  }

  u8(): number {
    return this.source[this.take(1, "a byte")];
  }

  u16be(): number {
    return this.data.getUint16(this.take(2, "16 bits"));
  }

  u32be(): number {
    return this.data.getUint32(this.take(4, "32 bits"));
  }

  u32le(): number {
    return this.data.getUint32(this.take(4, "32 bits"), true);
  }

  /** 64 bits as a safe integer. */
  u64be(): number {
    const at = this.take(8, "64 bits");
    return this.exact(this.data.getUint32(at) * 2 ** 32 + this.data.getUint32(at + 4), at);
  }

  /** 64 bits in two's complement as a safe integer. */
  i64be(): number {
    const at = this.take(8, "64 bits");
    return this.exact(this.data.getInt32(at) * 2 ** 32 + this.data.getUint32(at + 4), at);
  }

  /** A NaN may lose its payload: read what may be a stale marker as two words with `u32be`. */
  f64be(): number {
    return this.data.getFloat64(this.take(8, "a float"));
  }

  /** An unsigned varint that is a safe integer. */
  uvarint(): number {
    const start = this.at;
    let value = 0;
    let factor = 1;
    for (let at = this.at; at < this.end; at++) {
      const byte = this.source[at];
      value += (byte & 127) * factor;
      if (byte < 128) {
        this.at = at + 1;
        return this.exact(value, start);
      }
      if (at - this.at === 9) throw new RangeError(`cannot read a varint at offset ${this.at}: it is longer than ten bytes`);
      factor *= 128;
    }
    throw this.pastEnd("a varint");
  }

  /** A signed varint, zigzag, that is a safe integer. */
  varint(): number {
    const start = this.at;
    const first = this.u8();
    let magnitude = (first & 127) >> 1;
    if (first > 127) {
      // The sign is the first byte's lowest bit; what follows counts in steps of 64.
      try {
        magnitude += this.uvarint() * 64;
      } catch (cause) {
        this.at = start;
        throw cause;
      }
    }
    return this.exact((first & 1) === 0 ? magnitude : -1 - magnitude, start);
  }

  /** The next `count` bytes: a view, not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.take(count, `${count} bytes`);
    return this.source.subarray(at, at + count);
  }

  /** Passes over the next `count` bytes, which costs less than a view of them. */
  skip(count: number): void {
    this.take(count, "bytes to skip");
  }

  /** The next `count` bytes as text; what isn't UTF-8 becomes U+FFFD. */
  utf8(count: number): string {
    const text = this.bytes(count);
    // Decoders need not take shared memory, and in browsers they don't.
    return decoder.decode(text.buffer instanceof ArrayBuffer ? text : Uint8Array.from(text));
  }

  /** Text after its length in bytes as an unsigned varint. */
  uvarintString(): string {
    return this.utf8(this.uvarint());
  }

  private take(count: number, what: string): number {
    const at = this.at;
    if (!(count >= 0 && at + count <= this.end)) throw this.pastEnd(what);
    this.at = at + count;
    return at;
  }

  /** Refuses what a double can't hold exactly, and goes back to where it began. */
  private exact(value: number, start: number): number {
    if (Number.isSafeInteger(value)) return value;
    this.at = start;
    throw new RangeError(`cannot read the integer at offset ${start}: it needs more than 53 bits`);
  }

  private pastEnd(what: string): RangeError {
    return new RangeError(`cannot read ${what} at offset ${this.at}: only ${this.end - this.at} bytes are left`);
  }
}
