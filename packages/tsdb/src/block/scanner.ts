import { crc32c } from "@ferula/bytes";
import type { Steps } from "../steps.ts";
import { CRC_BYTES } from "./format.ts";

/** What is read at once. */
const BUFFER_BYTES = 1 << 18;

/** No text that is worth reading is longer; a damaged length must not take all memory. */
const MOST_PIECE_BYTES = 1 << 26;

/** Where a scanner reads from. Fills `target` from `offset` on and returns how many bytes there were. */
export type Fill = (target: Uint8Array, offset: number) => number;

/**
 * Reads a stretch of a file once from its beginning to its end, in pieces, and sums it on the way when asked to. Reads beyond the end throw
 * a RangeError.
 */
export class Scanner {
  private readonly fill: Fill;
  private readonly end: number;
  private readonly isSummed: boolean;
  /** Grows for what is longer. */
  private buffer: Uint8Array;
  /** The offset in the file of the buffer's first byte. */
  private bufferOffset: number;
  private bufferLength = 0;
  private at = 0;
  /** Bytes of the buffer before this are in the sum. */
  private summedTo = 0;
  private sum = 0;

  /** Reads `[start, end)` of what `fill` reads. */
  constructor(fill: Fill, start: number, end: number, isSummed = false) {
    this.fill = fill;
    this.bufferOffset = start;
    this.end = end;
    this.isSummed = isSummed;
    this.buffer = new Uint8Array(Math.min(BUFFER_BYTES, end - start));
  }

  /** The offset in the file of what is read next. */
  get position(): number {
    return this.bufferOffset + this.at;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.end - this.position;
  }

  /** The checksum of all that was read so far, of a scanner that sums. */
  checksum(): number {
    this.sumUp();
    return this.sum;
  }

  u32be(): number {
    const bytes = this.bytes(4);
    return ((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]) >>> 0;
  }

  /** An unsigned varint that is a safe integer. */
  uvarint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count++) {
      if (this.at === this.bufferLength) this.require(1);
      const byte = this.buffer[this.at++];
      value += (byte & 127) * factor;
      if (byte < 128) {
        if (!Number.isSafeInteger(value)) break;
        return value;
      }
      factor *= 128;
    }
    throw new RangeError("a varint needs more than 53 bits");
  }

  /** The next `count` bytes: a view that is good until the next read. */
  bytes(count: number): Uint8Array {
    this.require(count);
    const view = this.buffer.subarray(this.at, this.at + count);
    this.at += count;
    return view;
  }

  /** Passes over `count` bytes. */
  skip(count: number): void {
    let left = count;
    while (left > this.bufferLength - this.at) {
      const step = Math.min(left, BUFFER_BYTES);
      this.require(step);
      this.at += step;
      left -= step;
    }
    this.at += left;
  }

  private require(count: number): void {
    if (this.at + count <= this.bufferLength) return;
    if (!(count <= this.remaining)) throw new RangeError(`${count} bytes are expected, but only ${this.remaining} are left`);
    if (count > MOST_PIECE_BYTES) throw new RangeError(`${count} bytes in one piece are too many`);
    this.sumUp();
    this.buffer.copyWithin(0, this.at, this.bufferLength);
    this.bufferLength -= this.at;
    this.bufferOffset += this.at;
    this.at = 0;
    this.summedTo = 0;
    if (count > this.buffer.length) {
      const grown = new Uint8Array(Math.max(count, this.buffer.length * 2));
      grown.set(this.buffer.subarray(0, this.bufferLength));
      this.buffer = grown;
    }
    const room = Math.min(this.buffer.length - this.bufferLength, this.end - this.bufferOffset - this.bufferLength);
    this.bufferLength += this.fill(
      this.buffer.subarray(this.bufferLength, this.bufferLength + room),
      this.bufferOffset + this.bufferLength,
    );
    if (count > this.bufferLength) throw new RangeError(`${count} bytes are expected, but the file was cut short`);
  }

  private sumUp(): void {
    if (this.isSummed) this.sum = crc32c(this.buffer, this.summedTo, this.at, this.sum);
    this.summedTo = this.at;
  }
}

/**
 * Reads a section of an index with `read`: its length in four bytes, as many bytes, and their checksum. What `read` leaves is passed over.
 * Throws RangeError for a section that reaches past `fileBytes` or whose checksum is another.
 */
export function* scanSection<T>(fill: Fill, fileBytes: number, offset: number, read: (scanner: Scanner) => Steps<T>): Steps<T> {
  const lengthEnd = offset + 4;
  if (!(lengthEnd <= fileBytes)) throw new RangeError(`a section is expected, but the file ends at ${fileBytes}`);
  const end = lengthEnd + u32At(fill, offset);
  if (end + CRC_BYTES > fileBytes) throw new RangeError(`the section would end at ${end + CRC_BYTES}, but the file ends at ${fileBytes}`);
  const scanner = new Scanner(fill, lengthEnd, end, true);
  const result = yield* read(scanner);
  scanner.skip(scanner.remaining);
  const actual = scanner.checksum();
  const written = u32At(fill, end);
  if (actual !== written) throw new RangeError(`the section's checksum is ${actual.toString(16)}, not ${written.toString(16)}`);
  return result;
}

function u32At(fill: Fill, offset: number): number {
  return new Scanner(fill, offset, offset + 4).u32be();
}
