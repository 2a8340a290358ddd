import { grownCapacity, grownColumn, type SharedMemory } from "@ferula/kernels";
import { BitWriter } from "./bits/bit-writer.ts";
import { Fields, NO_WINDOW } from "./bits/fields.ts";
import { highWord, lowWord } from "./bits/int64.ts";
import { chunkHeaderBytes } from "./encoding.ts";
import { FLOAT_FIELDS, TIME, VALUE } from "./floats/float-fields.ts";
import { writeXor2Sample } from "./floats/write-xor2.ts";
import { SLAB_CLASS_BYTES, slabAddress, slabBytes, slabClassFor, type Slab, type SlabAllocator } from "./slab-allocator.ts";
import { firstTimestampAt, type FloatEncoder, mostGrowthBytesOf, type XorRows } from "./slab-encoder.ts";
import { START_TIMESTAMP_BYTE, StartTimestamps } from "./start-timestamps.ts";

const HEADER_BYTES = chunkHeaderBytes("xor2");
const HEADER_BITS = HEADER_BYTES * 8;

/**
 * Appends samples, with the start timestamps of their counters, to open xor2 chunks, as `XorEncoder` does to xor chunks: one chunk a
 * slot, all state in typed arrays, 44 bytes a slot. Each sample is written to a scratch first and then added to its slab, which costs
 * several times what `XorEncoder` needs; xor2 stands behind a flag.
 *
 * Written bits never change, but for the header's byte about start timestamps: it may come to tell of a change at a sample that is
 * yet to be written, which readers of those before do not see.
 */
export class Xor2Encoder implements FloatEncoder {
  readonly encoding = "xor2";
  readonly headerBytes: number = HEADER_BYTES;
  spareBytes = 0;
  sampleCounts: Uint16Array = new Uint16Array(16);
  bitLengths: Uint16Array = new Uint16Array(16);
  slabs: Uint32Array = new Uint32Array(16);
  /** Two words a slot each: the last delta, and the last value that was not stale. */
  private deltas: Int32Array = new Int32Array(32);
  private values: Int32Array = new Int32Array(32);
  /** The last start timestamp and the last distance to one, four words a slot. */
  private starts: Int32Array = new Int32Array(64);
  private leading: Uint8Array = new Uint8Array(16);
  private trailing: Uint8Array = new Uint8Array(16);

  private readonly shared: SharedMemory;
  private readonly slabAllocator: SlabAllocator;
  private rows: XorRows = {
    timestampsMs: new Float64Array(0),
    valueBits: noWords,
    previousTimestampsMs: new Float64Array(0),
    previousBits: noWords,
  };
  /** The slot's state while a sample of it is written. */
  private readonly scratch = new BitWriter(HEADER_BYTES);
  private readonly fields = new Fields(FLOAT_FIELDS);
  private readonly startTimestamps = new StartTimestamps(0);

  constructor(shared: SharedMemory, slabAllocator: SlabAllocator) {
    this.shared = shared;
    this.slabAllocator = slabAllocator;
  }

  ensureSlots(slotCount: number): void {
    if (slotCount <= this.slabs.length) return;
    const capacity = Math.max(slotCount, grownCapacity(this.slabs.length));
    this.sampleCounts = grownColumn(this.sampleCounts, capacity);
    this.bitLengths = grownColumn(this.bitLengths, capacity);
    this.slabs = grownColumn(this.slabs, capacity);
    this.deltas = grownColumn(this.deltas, 2 * capacity);
    this.values = grownColumn(this.values, 2 * capacity);
    this.starts = grownColumn(this.starts, 4 * capacity);
    this.leading = grownColumn(this.leading, capacity);
    this.trailing = grownColumn(this.trailing, capacity);
  }

  bind(rows: XorRows): void {
    this.rows = rows;
  }

  byteLength(slot: number): number {
    return (this.bitLengths[slot] + 7) >>> 3;
  }

  mostGrowthBytes(slot: number): number {
    return mostGrowthBytesOf(this.slabs[slot]);
  }

  start(slot: number): void {
    this.slabs[slot] = this.slabAllocator.allocate(0);
    this.sampleCounts[slot] = 0;
    this.bitLengths[slot] = HEADER_BITS;
    this.leading[slot] = NO_WINDOW;
    this.deltas.fill(0, 2 * slot, 2 * slot + 2);
    this.starts.fill(0, 4 * slot, 4 * slot + 4);
  }

  finish(slot: number): Slab {
    const slab = this.slabs[slot];
    const address = slabAddress(slab);
    this.shared.u8[address] = this.sampleCounts[slot] >>> 8;
    this.shared.u8[address + 1] = this.sampleCounts[slot];
    this.slabs[slot] = 0;
    this.sampleCounts[slot] = 0;
    return slab;
  }

  push(slot: number, row: number): void {
    const { scratch, rows } = this;
    const index = this.sampleCounts[slot];
    const bit = this.bitLengths[slot];
    const headerByte = this.shared.u8[slabAddress(this.slabs[slot]) + START_TIMESTAMP_BYTE];
    this.load(slot, index === 0 ? 0 : rows.previousTimestampsMs[row], headerByte);
    // The scratch has a header of its own, and its bits begin where in a byte the chunk's end.
    const first = HEADER_BITS + (bit & 7);
    scratch.begin(first);
    scratch.setByte(START_TIMESTAMP_BYTE, headerByte);
    writeXor2Sample(scratch, this.fields, this.startTimestamps, index, rows, row);
    const end = bit + scratch.bitLength - first;
    this.ensureBits(slot, end);
    this.addScratch(slabAddress(this.slabs[slot]), bit >>> 3);
    this.keep(slot);
    this.sampleCounts[slot] = index + 1;
    this.bitLengths[slot] = end;
  }

  firstTimestampMs(slab: Slab): number {
    return firstTimestampAt(this.shared.u8, slabAddress(slab) + HEADER_BYTES);
  }

  private load(slot: number, previousMs: number, headerByte: number): void {
    const { fields, startTimestamps, deltas, values, starts } = this;
    fields.set(TIME, lowWord(previousMs), highWord(previousMs));
    fields.deltas[2 * TIME] = deltas[2 * slot];
    fields.deltas[2 * TIME + 1] = deltas[2 * slot + 1];
    fields.set(VALUE, values[2 * slot], values[2 * slot + 1]);
    fields.leading[VALUE] = this.leading[slot];
    fields.trailing[VALUE] = this.trailing[slot];
    startTimestamps.resume(headerByte, starts[4 * slot], starts[4 * slot + 1], starts[4 * slot + 2], starts[4 * slot + 3]);
  }

  private keep(slot: number): void {
    const { fields, startTimestamps, deltas, values, starts } = this;
    deltas[2 * slot] = fields.deltas[2 * TIME];
    deltas[2 * slot + 1] = fields.deltas[2 * TIME + 1];
    values[2 * slot] = fields.words[2 * VALUE];
    values[2 * slot + 1] = fields.words[2 * VALUE + 1];
    this.leading[slot] = fields.leading[VALUE];
    this.trailing[slot] = fields.trailing[VALUE];
    starts[4 * slot] = startTimestamps.low;
    starts[4 * slot + 1] = startTimestamps.high;
    starts[4 * slot + 2] = startTimestamps.distanceLow;
    starts[4 * slot + 3] = startTimestamps.distanceHigh;
  }

  /** Adds the scratch's bits to the chunk at `address` from its byte `at` on, over bits that are 0. */
  private addScratch(address: number, at: number): void {
    const { scratch } = this;
    const { u8 } = this.shared;
    const from = scratch.view8();
    for (let i = HEADER_BYTES; i < from.length; i++) u8[address + at + i - HEADER_BYTES] |= from[i];
    u8[address + START_TIMESTAMP_BYTE] = from[START_TIMESTAMP_BYTE];
  }

  private ensureBits(slot: number, bits: number): void {
    const slab = this.slabs[slot];
    if (bits <= SLAB_CLASS_BYTES[slab & 15] << 3) return;
    const larger = this.slabAllocator.allocate(slabClassFor(((bits + 7) >>> 3) + this.spareBytes));
    const from = slabAddress(slab);
    this.shared.u8.copyWithin(slabAddress(larger), from, from + slabBytes(slab));
    this.slabs[slot] = larger;
    this.slabAllocator.retire(slab);
  }
}

const noWords = new Uint32Array(0);
