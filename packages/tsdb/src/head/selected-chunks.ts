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
  /** As in `ChunkDetails`; of length 0 when they are not asked for. */
  minTimesMs: Float64Array;
  maxTimesMs: Float64Array;
  bitLengths: Uint32Array;
  private readonly copiedEncodings: number[] = [];
  private readonly copiedStarts = new Uint32List();
  /** Made with the first copy. */
  private copiedBytes: ByteWriter | undefined;

  constructor(capacity: number, withDetails: boolean) {
    const detailCapacity = withDetails ? capacity : 0;
    this.places = new Float64Array(capacity);
    this.sampleCounts = new Uint16Array(capacity);
    this.minTimesMs = new Float64Array(detailCapacity);
    this.maxTimesMs = new Float64Array(detailCapacity);
    this.bitLengths = new Uint32Array(detailCapacity);
  }

  /** Makes room for `added` more entries. */
  reserve(added: number): void {
    if (this.count + added <= this.places.length) return;
    const capacity = Math.max(this.count + added, this.places.length * 2, 64);
    this.places = grown(this.places, new Float64Array(capacity));
    this.sampleCounts = grown(this.sampleCounts, new Uint16Array(capacity));
    if (this.minTimesMs.length === 0) return;
    this.minTimesMs = grown(this.minTimesMs, new Float64Array(capacity));
    this.maxTimesMs = grown(this.maxTimesMs, new Float64Array(capacity));
    this.bitLengths = grown(this.bitLengths, new Uint32Array(capacity));
  }

  /** Copies a chunk and returns its place. */
  copy(encoding: ChunkEncoding, bytes: Uint8Array): number {
    const writer = (this.copiedBytes ??= new ByteWriter(4096));
    this.copiedStarts.push(writer.length);
    writer.bytes(bytes);
    return -this.copiedEncodings.push(CHUNK_ENCODING_BYTES[encoding]);
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
    if (this.copiedBytes === undefined) return undefined;
    const { length } = this.copiedBytes;
    const count = this.copiedEncodings.length;
    const buffer = new SharedArrayBuffer(4 * (count + 1) + count + length);
    const starts = new Uint32Array(buffer, 0, count + 1);
    starts.set(this.copiedStarts.view());
    starts[count] = length;
    const encodings = new Uint8Array(buffer, 4 * (count + 1), count);
    encodings.set(this.copiedEncodings);
    const bytes = new Uint8Array(buffer, 4 * (count + 1) + count, length);
    bytes.set(this.copiedBytes.view());
    return { encodings, starts, bytes };
  }
}

/** Fills `to` with the first of `from`. */
export function shared<T extends Float64Array | Uint32Array | Uint16Array>(to: T, from: T): T {
  to.set(from.subarray(0, to.length));
  return to;
}
