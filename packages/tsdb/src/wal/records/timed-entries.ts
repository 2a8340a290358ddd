import { ByteReader, type ByteWriter } from "@ferula/bytes";
import { type RecordType, RECORD_BYTES } from "./record-types.ts";
import { readWideI64, readWideU64, readWideVarint, writeWideVarint } from "./wide-integers.ts";

/*
 * Samples, exemplars and histograms are entries of a reference, a time and something behind them. In the first version the first entry's
 * reference and time stand at the beginning in 64 bits each, and every entry tells by signed varints what its own are more than those. In
 * the second the first entry tells its own in full, as varints, with its start timestamp; each later one what its reference is more than
 * the one's before, what its time is more than the first one's, and its start timestamp behind a marker.
 */

/** Start timestamps behind the first: there is none, it is that of the entry before, or it is told from the first. */
const NO_START = 0;
const SAME_START = 1;
const EXPLICIT_START = 2;

const V2_TYPES: ReadonlySet<RecordType> = new Set(["samples_v2", "histogram_samples_v2", "float_histogram_samples_v2"]);

/** Whether records of the type keep start timestamps. */
export function hasStarts(type: RecordType): boolean {
  return V2_TYPES.has(type);
}

/** Where entries count from. */
export interface TimedBase {
  readonly ref: number;
  readonly timestampMs: number;
}

/** Reads the entries of a record, one `next` after another; what stands behind each is the caller's to read. */
export class TimedReader {
  /** Stands behind the reference and time of the entry that `next` found. */
  readonly reader: ByteReader;
  /** Of that entry; 0 ms stands for no start timestamp. */
  ref = 0;
  timestampMs = 0;
  startTimestampMs = 0;
  private readonly isV2: boolean;
  private baseRef = 0;
  private firstMs = 0;
  private firstStartMs = 0;
  private isFirst = true;

  /** `record` is whole, with its type's byte. Throws RangeError when a first version's beginning is cut short. */
  constructor(record: Uint8Array, type: RecordType) {
    this.reader = new ByteReader(record, 1);
    this.isV2 = hasStarts(type);
    if (this.isV2 || this.reader.remaining === 0) return;
    this.baseRef = readWideU64(this.reader);
    this.firstMs = readWideI64(this.reader);
  }

  /** Finds the next entry; false at the end. Throws RangeError when it is cut short. */
  next(): boolean {
    if (this.reader.remaining === 0) return false;
    if (this.isV2) this.nextV2();
    else this.nextV1();
    return true;
  }

  private nextV1(): void {
    this.ref = this.baseRef + readWideVarint(this.reader);
    this.timestampMs = this.firstMs + readWideVarint(this.reader);
  }

  private nextV2(): void {
    const { reader } = this;
    if (this.isFirst) {
      this.isFirst = false;
      this.ref = readWideVarint(reader);
      this.timestampMs = readWideVarint(reader);
      this.startTimestampMs = readWideVarint(reader);
      this.firstMs = this.timestampMs;
      this.firstStartMs = this.startTimestampMs;
      return;
    }
    this.ref += readWideVarint(reader);
    this.timestampMs = this.firstMs + readWideVarint(reader);
    const marker = reader.u8();
    if (marker === SAME_START) return;
    this.startTimestampMs = marker === NO_START ? 0 : this.firstStartMs + readWideVarint(reader);
  }
}

/** Writes a record's type and its entries; what stands behind each is the caller's to write. */
export class TimedWriter {
  private readonly writer: ByteWriter;
  private readonly isV2: boolean;
  private base: TimedBase | undefined;
  private previousRef = 0;
  private firstStartMs = 0;
  private previousStartMs = 0;

  /** `base` is what a record of the first version counts from, the first entry unless given. */
  constructor(writer: ByteWriter, type: RecordType, base?: TimedBase) {
    this.writer = writer;
    this.isV2 = hasStarts(type);
    writer.u8(RECORD_BYTES[type]);
    if (base !== undefined && !this.isV2) this.begin(base);
  }

  /** Writes reference and time of an entry. The first version leaves the start timestamp out. */
  entry(ref: number, timestampMs: number, startTimestampMs: number): void {
    if (this.isV2) this.entryV2(ref, timestampMs, startTimestampMs);
    else this.entryV1(ref, timestampMs);
  }

  private begin(base: TimedBase): TimedBase {
    this.base = base;
    this.writer.u64be(base.ref);
    this.writer.u64be(base.timestampMs);
    return base;
  }

  private entryV1(ref: number, timestampMs: number): void {
    const base = this.base ?? this.begin({ ref, timestampMs });
    writeWideVarint(this.writer, ref - base.ref);
    writeWideVarint(this.writer, timestampMs - base.timestampMs);
  }

  private entryV2(ref: number, timestampMs: number, startTimestampMs: number): void {
    const { writer, base } = this;
    if (base === undefined) {
      this.base = { ref, timestampMs };
      this.firstStartMs = startTimestampMs;
      writeWideVarint(writer, ref);
      writeWideVarint(writer, timestampMs);
      writeWideVarint(writer, startTimestampMs);
    } else {
      writeWideVarint(writer, ref - this.previousRef);
      writeWideVarint(writer, timestampMs - base.timestampMs);
      this.writeStart(startTimestampMs);
    }
    this.previousRef = ref;
    this.previousStartMs = startTimestampMs;
  }

  private writeStart(startTimestampMs: number): void {
    const { writer } = this;
    if (startTimestampMs === 0) writer.u8(NO_START);
    else if (startTimestampMs === this.previousStartMs) writer.u8(SAME_START);
    else {
      writer.u8(EXPLICIT_START);
      writeWideVarint(writer, startTimestampMs - this.firstStartMs);
    }
  }
}
