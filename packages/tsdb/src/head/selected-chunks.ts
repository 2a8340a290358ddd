import { ByteWriter } from "@ferula/bytes";
import { CHUNK_ENCODING_BYTES, type ChunkEncoding } from "@ferula/chunks";
import type { ChunkCopies, ChunkDetails } from "../read/head-selection.ts";
import { grown } from "./grown.ts";
import { Uint32List } from "./uint32-list.ts";

/** The chunks of a selection while it is made: columns that grow, an entry for each chunk. */
export class SelectedChunks {
  count = 0;
  /** As in `HeadSelection`. */
  places: Float64Array;
  sampleCounts: Uint16Array;
  /** As in `ChunkDetails`, where these are asked for. */
  minTimesMs: Float64Array;
  maxTimesMs: Float64Array;
  bitLengths: Uint32Array;
  /** Whether `minTimesMs`, `maxTimesMs` and `bitLengths` are asked for. */
  readonly withDetails: boolean;
  /** Made with the first copy. */
  private copied: Copied | undefined;

  constructor(capacity: number, withDetails: boolean) {
    const detailCapacity = withDetails ? capacity : 0;
    this.withDetails = withDetails;
    this.places = capacity === 0 ? NO_DOUBLES : new Float64Array(capacity);
    this.sampleCounts = capacity === 0 ? NO_COUNTS : new Uint16Array(capacity);
    this.minTimesMs = detailCapacity === 0 ? NO_DOUBLES : new Float64Array(detailCapacity);
    this.maxTimesMs = detailCapacity === 0 ? NO_DOUBLES : new Float64Array(detailCapacity);
    this.bitLengths = detailCapacity === 0 ? NO_WORDS : new Uint32Array(detailCapacity);
  }

  /** Makes room for `added` more entries. */
  reserve(added: number): void {
    if (this.count + added <= this.places.length) return;
    const capacity = Math.max(this.count + added, this.places.length * 2, 64);
    this.places = grown(this.places, new Float64Array(capacity));
    this.sampleCounts = grown(this.sampleCounts, new Uint16Array(capacity));
    if (!this.withDetails) return;
    this.minTimesMs = grown(this.minTimesMs, new Float64Array(capacity));
    this.maxTimesMs = grown(this.maxTimesMs, new Float64Array(capacity));
    this.bitLengths = grown(this.bitLengths, new Uint32Array(capacity));
  }

  /** With room for as many, and none in it but the copies. */
  emptied(): SelectedChunks {
    const emptied = new SelectedChunks(this.count, this.withDetails);
    emptied.copied = this.copied;
    return emptied;
  }

  /** Appends `count` entries of `other`, from `first` on. */
  append(other: SelectedChunks, first: number, count: number): void {
    this.reserve(count);
    for (let i = first, to = this.count; i < first + count; i++, to++) {
      this.places[to] = other.places[i];
      this.sampleCounts[to] = other.sampleCounts[i];
      if (!this.withDetails) continue;
      this.minTimesMs[to] = other.minTimesMs[i];
      this.maxTimesMs[to] = other.maxTimesMs[i];
      this.bitLengths[to] = other.bitLengths[i];
    }
    this.count += count;
  }

  /** Copies a chunk and returns its place. */
  copy(encoding: ChunkEncoding, bytes: Uint8Array): number {
    const copied = (this.copied ??= { encodings: [], starts: new Uint32List(), bytes: new ByteWriter(4096) });
    copied.starts.push(copied.bytes.length);
    copied.bytes.bytes(bytes);
    return -copied.encodings.push(CHUNK_ENCODING_BYTES[encoding]);
  }

  /** The places and counts, in memory that threads share. */
  sharePlaces(): { readonly places: Float64Array; readonly sampleCounts: Uint16Array } {
    const { count } = this;
    if (count === 0) return { places: NO_DOUBLES, sampleCounts: NO_COUNTS };
    const buffer = new SharedArrayBuffer(10 * count);
    return {
      places: shared(new Float64Array(buffer, 0, count), this.places),
      sampleCounts: shared(new Uint16Array(buffer, 8 * count, count), this.sampleCounts),
    };
  }

  /** The details, in memory that threads share. */
  shareDetails(): ChunkDetails {
    const { count } = this;
    const buffer = new SharedArrayBuffer(20 * count);
    return {
      minTimesMs: shared(new Float64Array(buffer, 0, count), this.minTimesMs),
      maxTimesMs: shared(new Float64Array(buffer, 8 * count, count), this.maxTimesMs),
      bitLengths: shared(new Uint32Array(buffer, 16 * count, count), this.bitLengths),
    };
  }

  /** The copies, in memory that threads share; undefined when there are none. */
  shareCopies(): ChunkCopies | undefined {
    const { copied } = this;
    if (copied === undefined) return undefined;
    const { length } = copied.bytes;
    const count = copied.encodings.length;
    const buffer = new SharedArrayBuffer(4 * (count + 1) + count + length);
    const starts = new Uint32Array(buffer, 0, count + 1);
    starts.set(copied.starts.view());
    starts[count] = length;
    const encodings = new Uint8Array(buffer, 4 * (count + 1), count);
    encodings.set(copied.encodings);
    const bytes = new Uint8Array(buffer, 4 * (count + 1) + count, length);
    bytes.set(copied.bytes.view());
    return { encodings, starts, bytes };
  }
}

/** What nothing is written to, nor to be told from another: most selections of the newest samples name no chunk. */
const NO_DOUBLES = new Float64Array(new SharedArrayBuffer(0));
const NO_WORDS = new Uint32Array(new SharedArrayBuffer(0));
const NO_COUNTS = new Uint16Array(new SharedArrayBuffer(0));

/** Copies of chunks, as in `ChunkCopies`. */
interface Copied {
  readonly encodings: number[];
  readonly starts: Uint32List;
  readonly bytes: ByteWriter;
}

/** Fills `to` with the first of `from`. */
function shared<T extends Float64Array | Uint32Array | Uint16Array>(to: T, from: T): T {
  to.set(from.subarray(0, to.length));
  return to;
}
