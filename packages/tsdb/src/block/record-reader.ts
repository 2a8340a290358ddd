import { ByteReader, crc32c } from "@ferula/bytes";
import { CRC_BYTES, MOST_LENGTH_BYTES } from "./format.ts";
import type { PagedFile } from "./paged-file.ts";

/** Most records are shorter, and then it takes one look into the cache. */
const USUAL_BYTES = 512;

/** The highest power of 128 by which the bits of a varint's byte are counted; with more the sum might not be exact. */
const MOST_SCALE = 128 ** 6;

/**
 * Reads records as index and chunk segments have them: a length as a varint, the record, and its checksum. One is made once and moved from
 * record to record, so that nothing is allocated for each; then it reads the record's numbers.
 */
export class RecordReader {
  /** Where the record lies: good until the next read through the same cache. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Of what is read next, in `bytes`. */
  at = 0;
  /** Where the record ends, in `bytes`. */
  end = 0;

  /** How many bytes are left. */
  get remaining(): number {
    return this.end - this.at;
  }

  /**
   * Goes to the record at `offset`, of which the length does not count the first `uncountedBytes`. Throws RangeError when its checksum is
   * another, and PromError("internal") when the file ends before it does.
   */
  open(file: PagedFile, offset: number, uncountedBytes: number): void {
    const left = file.sizeBytes - offset;
    this.bytes = file.bytes(offset, Math.min(USUAL_BYTES, left));
    this.at = 0;
    this.end = Math.min(MOST_LENGTH_BYTES, left);
    const length = this.uvarint() + uncountedBytes;
    if (this.at + length + CRC_BYTES > this.bytes.length) {
      this.bytes = file.bytes(offset + this.at, length + CRC_BYTES);
      this.at = 0;
    }
    this.end = this.at + length;
    this.check();
  }

  /** An unsigned varint that is a safe integer. Throws RangeError when it isn't, or the record ends before it does. */
  uvarint(): number {
    const value = this.shortUvarint();
    return value < 0 ? this.rare("uvarint") : value;
  }

  /** A signed varint, zigzag, that is a safe integer. Throws as `uvarint` does. */
  varint(): number {
    const zigzag = this.shortUvarint();
    if (zigzag < 0) return this.rare("varint");
    return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  }

  /** -1 for one of more than seven bytes, or none, and then nothing is read. */
  private shortUvarint(): number {
    const { bytes, end } = this;
    let at = this.at;
    let value = 0;
    for (let scale = 1; at < end && scale <= MOST_SCALE; scale *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * scale;
      if (byte < 128) {
        this.at = at;
        return value;
      }
    }
    return -1;
  }

  private rare(method: "uvarint" | "varint"): number {
    const reader = new ByteReader(this.bytes, this.at, this.end);
    const value = reader[method]();
    this.at = reader.position;
    return value;
  }

  private check(): void {
    const { bytes, at, end } = this;
    const written = ((bytes[end] << 24) | (bytes[end + 1] << 16) | (bytes[end + 2] << 8) | bytes[end + 3]) >>> 0;
    const actual = crc32c(bytes, at, end);
    if (written !== actual) throw new RangeError(`the checksum is ${actual.toString(16)}, not ${written.toString(16)}`);
  }
}
