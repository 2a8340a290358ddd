import { crc32c } from "@ferula/bytes";
import { type OpenFile, readAgain } from "@ferula/files";
import { isPromError } from "@ferula/model";
import { decompressRecord, unmarkedRecord } from "./compression.ts";
import {
  COMPRESSION_MASK,
  FRAGMENT_FIRST,
  FRAGMENT_FULL,
  FRAGMENT_HEADER_BYTES,
  FRAGMENT_LAST,
  FRAGMENT_NONE,
  FRAGMENT_TYPE_MASK,
  PAGE_BYTES,
} from "./format.ts";

/** Something in a segment that can't be read. */
export interface WalDamage {
  /** Where the damaged fragment begins. */
  readonly offset: number;
  readonly reason: string;
}

/** A segment is read in pieces of this size, or at once when it is smaller. */
const READ_PAGES = 32;

/** No record that is worth keeping is longer; a damaged length must not take all memory. */
const MOST_RECORD_BYTES = 512 << 20;

/**
 * Reads the records of one segment, one `next` after another.
 *
 * A fragment that is damaged costs its record; reading goes on at the next fragment when the damaged one's length leads to
 * a good one, else at the next page. What was met is in `damages`.
 */
export class SegmentReader {
  private readonly noted: WalDamage[] = [];
  private found: Uint8Array = new Uint8Array(0);
  private foundOffset = 0;
  private readableEnd = 0;
  private readonly file: OpenFile;
  private readonly sizeBytes: number;
  private readonly name: string;
  private readonly buffer: Uint8Array;
  private bufferOffset = 0;
  private bufferLength = 0;
  private at = 0;
  /** Bytes of a record of which the last fragment is still to come. */
  private partial: Uint8Array = new Uint8Array(0);
  private partialLength = 0;
  private partialOffset = -1;
  private partialCompression = 0;
  /** After damage, until a record begins. */
  private isSkipping = false;

  /** `name` is for messages. */
  constructor(file: OpenFile, name: string) {
    this.file = file;
    this.name = name;
    this.sizeBytes = readAgain(() => file.size());
    this.buffer = new Uint8Array(Math.min(READ_PAGES, Math.ceil(this.sizeBytes / PAGE_BYTES)) * PAGE_BYTES);
  }

  /** What could not be read so far. */
  get damages(): readonly WalDamage[] {
    return this.noted;
  }

  /** The record that `next` found, good until the next `next`. */
  get record(): Uint8Array {
    return this.found;
  }

  /** Where the first fragment of the record begins. */
  get recordOffset(): number {
    return this.foundOffset;
  }

  /** Up to here every fragment could be read. Only good while there is no damage. */
  get goodEnd(): number {
    return this.readableEnd;
  }

  /** How far the segment is read. */
  get offset(): number {
    return this.bufferOffset + this.at;
  }

  /** Finds the next record; false at the end of the segment. Throws PromError for a record of zstd where Node has none. */
  next(): boolean {
    for (;;) {
      const pageEnd = this.pageEnd();
      if (this.at >= pageEnd && !this.readOn()) return this.finish();
      if (this.at < this.pageEnd() && this.readFragment(this.pageEnd())) return true;
    }
  }

  /** The end in the buffer of the page that is read, or of the file. */
  private pageEnd(): number {
    return Math.min(this.bufferLength, (Math.floor(this.at / PAGE_BYTES) + 1) * PAGE_BYTES);
  }

  private readOn(): boolean {
    if (this.at < this.bufferLength) return true;
    const offset = this.bufferOffset + this.bufferLength;
    if (offset >= this.sizeBytes) return false;
    this.bufferLength = readAgain(() => this.file.read(this.buffer, offset));
    this.bufferOffset = offset;
    this.at = 0;
    return this.bufferLength > 0;
  }

  /** Reads one fragment; true when it ends a record. */
  private readFragment(pageEnd: number): boolean {
    const { buffer } = this;
    const start = this.at;
    const type = buffer[start] & FRAGMENT_TYPE_MASK;
    if (type === FRAGMENT_NONE) {
      this.readPadding(pageEnd);
      return false;
    }
    if (start + FRAGMENT_HEADER_BYTES > pageEnd) return this.damage(start, pageEnd, "a fragment's header is cut short");
    const length = (buffer[start + 1] << 8) | buffer[start + 2];
    const end = start + FRAGMENT_HEADER_BYTES + length;
    if (end > pageEnd) return this.damage(start, pageEnd, `a fragment of ${length} bytes is cut short`);
    const crc = ((buffer[start + 3] << 24) | (buffer[start + 4] << 16) | (buffer[start + 5] << 8) | buffer[start + 6]) >>> 0;
    const actual = crc32c(buffer, start + FRAGMENT_HEADER_BYTES, end);
    if (crc !== actual) return this.damage(start, end, `a fragment's checksum is ${actual.toString(16)}, not ${crc.toString(16)}`);
    this.at = end;
    return this.takeFragment(start, end, type, buffer[start]);
  }

  private takeFragment(start: number, end: number, type: number, header: number): boolean {
    const offset = this.bufferOffset + start;
    const compression = header & COMPRESSION_MASK;
    if (type === FRAGMENT_FULL || type === FRAGMENT_FIRST) {
      if (this.partialOffset >= 0) {
        // Where a page begins, it is the middle of the record that is being read, with a bit of its type flipped.
        if (start % PAGE_BYTES === 0) return this.damage(start, end, "a fragment in the middle of a record is none");
        this.note(this.partialOffset, "a record has no last fragment");
      }
      this.isSkipping = false;
      this.partialOffset = offset;
      this.partialLength = 0;
      this.partialCompression = compression;
    } else if (this.partialOffset < 0) {
      // The rest of a record whose beginning was damaged.
      if (!this.isSkipping) this.note(offset, "a fragment belongs to no record");
      this.isSkipping = true;
      return false;
    }
    if (compression !== this.partialCompression) return this.damage(start, end, "fragments of a record differ in their compression");
    if (type === FRAGMENT_FULL) return this.takeRecord(this.buffer, start + FRAGMENT_HEADER_BYTES, end, header);
    if (type > FRAGMENT_LAST) return this.damage(start, end, `a fragment has the unknown type ${type}`);
    if (!this.keepPart(start + FRAGMENT_HEADER_BYTES, end))
      return this.damage(start, end, `a record is longer than ${MOST_RECORD_BYTES} bytes`);
    return type === FRAGMENT_LAST && this.takeRecord(this.partial, 0, this.partialLength, header);
  }

  private takeRecord(bytes: Uint8Array, start: number, end: number, header: number): boolean {
    this.foundOffset = this.partialOffset;
    this.partialOffset = -1;
    const stored = bytes.subarray(start, end);
    try {
      this.found =
        (header & COMPRESSION_MASK) === 0
          ? unmarkedRecord(stored, MOST_RECORD_BYTES)
          : decompressRecord(stored, header, MOST_RECORD_BYTES, () => `${this.name} at offset ${this.foundOffset}`);
    } catch (error) {
      if (isPromError(error)) throw error;
      this.note(this.foundOffset, `a record can't be decompressed: ${(error as Error).message}`);
      return false;
    }
    this.readableEnd = this.offset;
    return true;
  }

  private keepPart(start: number, end: number): boolean {
    const length = this.partialLength + end - start;
    if (length > MOST_RECORD_BYTES) return false;
    if (length > this.partial.length) {
      const partial = new Uint8Array(Math.max(length, this.partial.length * 2));
      partial.set(this.partial.subarray(0, this.partialLength));
      this.partial = partial;
    }
    this.partial.set(this.buffer.subarray(start, end), this.partialLength);
    this.partialLength = length;
    return true;
  }

  /** Zeros to the end of the page. */
  private readPadding(pageEnd: number): void {
    const start = this.at;
    this.at = pageEnd;
    for (let i = start; i < pageEnd; i++) {
      if (this.buffer[i] === 0) continue;
      this.damage(start, pageEnd, "a page's padding is not zero");
      return;
    }
    if (this.partialOffset < 0) this.readableEnd = this.offset;
    // A record goes on in the next page only where this one had no room for a header.
    else if (pageEnd - start >= FRAGMENT_HEADER_BYTES) this.damage(start, pageEnd, "a record ends in a page's padding");
  }

  /** Drops the record that was being read; what follows of it is skipped without another word. */
  private damage(start: number, resumeAt: number, reason: string): false {
    if (!this.isSkipping) this.note(this.bufferOffset + start, reason);
    this.isSkipping = true;
    this.partialOffset = -1;
    this.at = resumeAt;
    return false;
  }

  private note(offset: number, reason: string): void {
    this.noted.push({ offset, reason });
  }

  private finish(): false {
    if (this.partialOffset >= 0) {
      this.note(this.partialOffset, "the last record is torn");
      this.partialOffset = -1;
    }
    return false;
  }
}
