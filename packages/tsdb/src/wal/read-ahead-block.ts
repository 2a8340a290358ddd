import { recordTypeOf } from "./records/record-types.ts";
import { decodeSamples, mostSamplesOf, type SampleRows } from "./sample-rows.ts";

/*
 * A block is some records of a log, in their order, in memory that threads may share: records of samples as rows, all others as the bytes they
 * are. One block is small enough for a core's second cache.
 */

/** Rows of one block. */
export const MOST_ROWS: number = 1 << 15;
const MOST_RECORDS = 1 << 12;
const MOST_RECORD_BYTES = 1 << 18;

/** How a record lies in a block. */
export const AS_ROWS = 0;
/** It is among the block's bytes. */
export const AS_BYTES = 1;
/** It is longer than a block, and alone. */
export const OVERSIZE = 2;

/** What a block takes. */
export const BLOCK_BYTES: number = MOST_ROWS * 24 + MOST_RECORDS * 17 + MOST_RECORD_BYTES;

/** The columns of a block, on one piece of memory. */
export interface BlockMemory {
  readonly rows: SampleRows;
  /** The same memory as the rows' value bits. */
  readonly values: Float64Array;
  /** Of each record: where its segment has it, how it lies here, and from where to before where among the rows or bytes. */
  readonly offsets: Float64Array;
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array;
}

/** Lays columns over `BLOCK_BYTES` of memory. */
export function blockMemory(buffer: ArrayBufferLike): BlockMemory {
  let at = 0;
  const next = (bytes: number): number => (at += bytes) - bytes;
  const valuesAt = next(MOST_ROWS * 8);
  return {
    rows: {
      length: 0,
      walRefs: new Float64Array(buffer, next(MOST_ROWS * 8), MOST_ROWS),
      timestampsMs: new Float64Array(buffer, next(MOST_ROWS * 8), MOST_ROWS),
      valueBits: new Uint32Array(buffer, valuesAt, MOST_ROWS * 2),
    },
    values: new Float64Array(buffer, valuesAt, MOST_ROWS),
    offsets: new Float64Array(buffer, next(MOST_RECORDS * 8), MOST_RECORDS),
    starts: new Uint32Array(buffer, next(MOST_RECORDS * 4), MOST_RECORDS),
    ends: new Uint32Array(buffer, next(MOST_RECORDS * 4), MOST_RECORDS),
    kinds: new Uint8Array(buffer, next(MOST_RECORDS), MOST_RECORDS),
    bytes: new Uint8Array(buffer, next(MOST_RECORD_BYTES), MOST_RECORD_BYTES),
  };
}

/** Fills a block, record after record. */
export class BlockWriter {
  recordCount = 0;
  /** The record that is longer than a block. */
  oversize: Uint8Array | undefined;
  private byteCount = 0;
  private readonly memory: BlockMemory;

  /** What is in the block is forgotten. */
  constructor(memory: BlockMemory) {
    this.memory = memory;
    memory.rows.length = 0;
  }

  /** Takes a record that its segment has at `offset`; false when the block is full. Of one that is oversize no copy is made. */
  add(record: Uint8Array, offset: number): boolean {
    if (this.recordCount === MOST_RECORDS || this.oversize !== undefined) return false;
    const mostRows = recordTypeOf(record) === "samples" ? mostSamplesOf(record) : Infinity;
    if (mostRows <= MOST_ROWS) {
      if (this.memory.rows.length + mostRows > MOST_ROWS) return false;
      if (this.addRows(record, offset)) return true;
    }
    return this.addBytes(record, offset);
  }

  /** False for a record that is malformed: who takes the records in is to meet that in its place. */
  private addRows(record: Uint8Array, offset: number): boolean {
    const { rows } = this.memory;
    const start = rows.length;
    try {
      decodeSamples(record, rows);
    } catch (error) {
      if ((error as Error).name !== "RangeError") throw error;
      rows.length = start;
      return false;
    }
    this.note(offset, AS_ROWS, start, rows.length);
    return true;
  }

  private addBytes(record: Uint8Array, offset: number): boolean {
    const start = this.byteCount;
    const end = start + record.length;
    if (end > MOST_RECORD_BYTES) {
      if (this.recordCount > 0) return false;
      this.oversize = record;
      this.note(offset, OVERSIZE, 0, 0);
      return true;
    }
    this.memory.bytes.set(record, start);
    this.byteCount = end;
    this.note(offset, AS_BYTES, start, end);
    return true;
  }

  private note(offset: number, kind: number, start: number, end: number): void {
    const { offsets, kinds, starts, ends } = this.memory;
    const at = this.recordCount++;
    offsets[at] = offset;
    kinds[at] = kind;
    starts[at] = start;
    ends[at] = end;
  }
}
