import { crc32c } from "@ferula/bytes";
import type { RecordCodec } from "./compression.ts";
import { FRAGMENT_FIRST, FRAGMENT_FULL, FRAGMENT_HEADER_BYTES, FRAGMENT_LAST, FRAGMENT_MIDDLE, PAGE_BYTES } from "./format.ts";

/** Compresses records and cuts them into fragments, in memory, as they will stand at a known place in a segment. */
export class FragmentWriter {
  private readonly codec: RecordCodec | undefined;
  private bytes: Uint8Array = new Uint8Array(2 * PAGE_BYTES);
  private start = 0;
  private length = 0;
  private count = 0;
  private countedBytes = 0;
  private savedByteCount = 0;

  /** Without a codec records stay as they are. */
  constructor(codec?: RecordCodec) {
    this.codec = codec;
  }

  /** Starts anew for bytes that will be written at `offset` of the segment. */
  begin(offset: number): void {
    this.start = offset;
    this.length = 0;
    this.count = 0;
    this.countedBytes = 0;
    this.savedByteCount = 0;
  }

  /** Fragments since the last `begin`. */
  get fragmentCount(): number {
    return this.count;
  }

  /** Bytes of these fragments with their headers, without padding. */
  get fragmentBytes(): number {
    return this.countedBytes;
  }

  /** By how many bytes compression made the records since then shorter. */
  get savedBytes(): number {
    return this.savedByteCount;
  }

  /** What to write at the offset given to `begin`, good until the next call. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Adds a record, cut where pages end. The bytes are copied. */
  add(record: Uint8Array): void {
    const packed = this.codec?.compress(record);
    // What doesn't become shorter stays as it is.
    if (this.codec === undefined || packed === undefined || packed.length >= record.length) {
      this.cut(record, 0);
      return;
    }
    this.savedByteCount += record.length - packed.length;
    this.cut(packed, this.codec.flag);
  }

  /** Fills the page with zeros, unless it is untouched. */
  padPage(): void {
    const used = (this.start + this.length) % PAGE_BYTES;
    if (used === 0) return;
    this.ensure(PAGE_BYTES - used);
    this.bytes.fill(0, this.length, this.length + PAGE_BYTES - used);
    this.length += PAGE_BYTES - used;
  }

  private cut(record: Uint8Array, flag: number): void {
    let done = 0;
    let isFirst = true;
    do {
      const room = this.pageRoom();
      const part = Math.min(record.length - done, room - FRAGMENT_HEADER_BYTES);
      const isLast = done + part === record.length;
      this.addFragment(fragmentType(isFirst, isLast) | flag, record, done, part);
      if (room - FRAGMENT_HEADER_BYTES - part < FRAGMENT_HEADER_BYTES) this.padPage();
      done += part;
      // Not the same as `done === 0`: where a page has just room for a header, the first fragment is empty.
      isFirst = false;
    } while (done < record.length);
  }

  private pageRoom(): number {
    return PAGE_BYTES - ((this.start + this.length) % PAGE_BYTES);
  }

  private addFragment(type: number, record: Uint8Array, from: number, count: number): void {
    this.ensure(FRAGMENT_HEADER_BYTES + count);
    const { bytes, length } = this;
    const crc = crc32c(record, from, from + count);
    bytes[length] = type;
    bytes[length + 1] = count >>> 8;
    bytes[length + 2] = count;
    bytes[length + 3] = crc >>> 24;
    bytes[length + 4] = crc >>> 16;
    bytes[length + 5] = crc >>> 8;
    bytes[length + 6] = crc;
    bytes.set(record.subarray(from, from + count), length + FRAGMENT_HEADER_BYTES);
    this.length = length + FRAGMENT_HEADER_BYTES + count;
    this.count++;
    this.countedBytes += FRAGMENT_HEADER_BYTES + count;
  }

  private ensure(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.length + more, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.length));
    this.bytes = bytes;
  }
}

function fragmentType(isFirst: boolean, isLast: boolean): number {
  if (isFirst) return isLast ? FRAGMENT_FULL : FRAGMENT_FIRST;
  return isLast ? FRAGMENT_LAST : FRAGMENT_MIDDLE;
}
