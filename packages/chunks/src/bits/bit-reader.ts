import { type ChunkEncoding, chunkHeaderBytes } from "../encoding.ts";

/**
 * Reads bits, the highest of each byte first. Reading past the end gives zeros and is found by `checkEnd` after each sample, so that
 * the fields of a sample are read without a test each.
 */
export class BitReader {
  /** The words of what was last read with more than 32 bits. */
  low = 0;
  high = 0;
  /** The next bit, counted from the chunk's first. */
  position: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly encoding: ChunkEncoding;

  /** Starts behind the chunk's header. Throws RangeError when the chunk has no whole header. */
  constructor(encoding: ChunkEncoding, bytes: Uint8Array) {
    this.encoding = encoding;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = chunkHeaderBytes(encoding) * 8;
    if (this.bitsLeft < 0) this.fail("its header is cut off");
    if (bytes.length > MOST_BYTES) this.fail("it is too long");
  }

  /** How many bits are left; below 0 when more were read than there are. */
  get bitsLeft(): number {
    return this.bytes.length * 8 - this.position;
  }

  /** Reads 1…31 bits as a number from 0, or 32 bits as a signed word: V8 allocates what 31 bits and a sign can't hold. */
  readBits(count: number): number {
    const word = this.peek();
    this.position += count;
    return count === 32 ? word : word >>> (32 - count);
  }

  /** Reads 33…64 bits into `high` and `low`; what lies above them is 0. */
  readWide(count: number): void {
    this.high = this.readBits(count - 32);
    this.low = this.readBits(32);
  }

  /** The next 32 bits, which stay unread. */
  peek(): number {
    const at = this.position >>> 3;
    const offset = this.position & 7;
    if (at + 5 > this.bytes.length) return this.peekNearEnd(at, offset);
    return (this.view.getInt32(at) << offset) | (this.view.getUint8(at + 4) >>> (8 - offset));
  }

  /** Throws RangeError when more was read than there is. */
  checkEnd(sampleNumber: number): void {
    if (this.bitsLeft < 0) this.fail(`its data ends before sample ${sampleNumber}`);
  }

  /** Throws RangeError for the reason given. */
  fail(reason: string): never {
    throw new RangeError(`cannot decode a chunk (${this.encoding}) of ${this.bytes.length} bytes: ${reason}`);
  }

  private peekNearEnd(at: number, offset: number): number {
    const { bytes } = this;
    let word = 0;
    for (let i = at; i < at + 4; i++) word = (word << 8) | (i < bytes.length ? bytes[i] : 0);
    const last = at + 4 < bytes.length ? bytes[at + 4] : 0;
    return (word << offset) | (last >>> (8 - offset));
  }
}

/** Positions are counted in bits and shifted as 32-bit numbers. */
const MOST_BYTES = 2 ** 27;
