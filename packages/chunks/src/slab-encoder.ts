import type { FloatEncoding } from "./encoding.ts";
import { SLAB_CLASS_BYTES, type Slab } from "./slab-allocator.ts";

/**
 * The rows that `push` reads: a batch, and beside each row the sample that came before it in its series (only read when the open chunk
 * has one). `valueBits` and `previousBits` hold two words a value, low first.
 */
export interface XorRows {
  readonly timestampsMs: Float64Array;
  readonly valueBits: Uint32Array;
  readonly previousTimestampsMs: Float64Array;
  readonly previousBits: Uint32Array;
  /** Kept by xor2 only. */
  readonly startTimestampsMs?: Float64Array | undefined;
}

/** Appends samples to open chunks of floats in slabs of shared memory, one chunk a slot (a series). */
export interface FloatEncoder {
  readonly encoding: FloatEncoding;
  /** Bytes before the first sample. */
  readonly headerBytes: number;
  /** Samples in each slot's open chunk; 0 when it has none. */
  readonly sampleCounts: Uint16Array;
  /** Bits used in each slot's slab, header included. */
  readonly bitLengths: Uint16Array;
  /** Each slot's slab, 0 when it has no open chunk. */
  readonly slabs: Uint32Array;
  /**
   * A chunk that moves to a larger slab gets room for so many bytes more than it needs at once. Default: 0; where many samples are known to
   * follow, as in a replay, moving seldom is worth more than the room.
   */
  spareBytes: number;
  /** Makes room for slots 0…`slotCount - 1`. */
  ensureSlots(slotCount: number): void;
  /** The rows that `push` means from now on. The arrays are read until the next call. */
  bind(rows: XorRows): void;
  /** How many bytes the slot's open chunk has, header included. */
  byteLength(slot: number): number;
  /**
   * The most bytes of slabs that appending one more sample may need; appending n of them to the slot needs no more than n times as many,
   * also where chunks are started anew in between.
   */
  mostGrowthBytes(slot: number): number;
  /** Starts an empty chunk in a slot that has none. */
  start(slot: number): void;
  /** Ends the slot's chunk: writes its count and hands its slab over. The slot has no chunk afterwards. */
  finish(slot: number): Slab;
  /** Appends row `row` of the bound rows to the slot's open chunk. The caller sees to order and to when a chunk is full. */
  push(slot: number, row: number): void;
  /** The time of the first sample of a chunk in a slab. */
  firstTimestampMs(slab: Slab): number;
}

/**
 * Samples take at most 20 bytes, those of xor2 31. So a chunk that has just moved to a larger slab moves again after one sample where
 * classes are close and after several where they are not: however long that goes on, no sample's part in it is more than this, the move to
 * 192 bytes.
 */
const STEADY_GROWTH_BYTES = 192;

/** See `FloatEncoder.mostGrowthBytes`. */
export function mostGrowthBytesOf(slab: Slab): number {
  const nextClass = Math.min((slab & 15) + 1, SLAB_CLASS_BYTES.length - 1);
  return Math.max(STEADY_GROWTH_BYTES, SLAB_CLASS_BYTES[nextClass]);
}

/** The time that a chunk's first sample begins with, a signed varint at `start`. */
export function firstTimestampAt(bytes: Uint8Array, start: number): number {
  let position = start;
  let raw = 0;
  let scale = 1;
  let byte: number;
  do {
    byte = bytes[position++];
    raw += (byte & 127) * scale;
    scale *= 128;
  } while (byte >= 128);
  // The sign is the lowest bit. Asking the number for its remainder takes longer than all of the above.
  return (bytes[start] & 1) === 0 ? raw / 2 : -(raw + 1) / 2;
}
