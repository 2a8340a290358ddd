import type { SharedMemory } from "@ferula/kernels";
import { SLAB_CLASS_BYTES, slabAddress, slabBytes, slabClassFor, type Slab, type SlabAllocator } from "./slab-allocator.ts";

/** A chunk starts with its sample count, two bytes big-endian; written when the chunk is finished. */
export const CHUNK_HEADER_BYTES = 2;

/** In `leading`: the chunk has no window of significant bits yet. */
const NO_WINDOW = 255;

/**
 * The rows that `push` reads: a batch, and beside each row the sample that came before it in its series (only read when the open chunk
 * has one). `valueBits` and `previousBits` hold two words a value, low first.
 */
export interface XorRows {
  readonly timestampsMs: Float64Array;
  readonly valueBits: Uint32Array;
  readonly previousTimestampsMs: Float64Array;
  readonly previousBits: Uint32Array;
}

/**
 * Appends samples to open XOR chunks, one chunk a slot (a series), bit for bit as tsdb/chunkenc/xor.go does.
 *
 * State is struct-of-arrays, 16 bytes a slot, and the chunks' bytes are slabs of shared memory; pushing a sample allocates nothing on
 * the JavaScript heap. An unchanged value at the usual interval costs two bits that are zero already. Bits that are
 * written never change, so other threads may decode what was there when they took a chunk's address and count.
 */
export class XorEncoder {
  /** Samples in each slot's open chunk; 0 when it has none. */
  sampleCounts: Uint16Array = new Uint16Array(16);
  /** Bits used in each slot's slab, header included. */
  bitLengths: Uint16Array = new Uint16Array(16);
  slabs: Uint32Array = new Uint32Array(16);
  private deltasMs: Float64Array = new Float64Array(16);
  private leading: Uint8Array = new Uint8Array(16);
  private trailing: Uint8Array = new Uint8Array(16);

  private readonly shared: SharedMemory;
  private readonly slabAllocator: SlabAllocator;
  private view: DataView;
  private timestampsMs: Float64Array = new Float64Array(0);
  private valueBits: Uint32Array = new Uint32Array(0);
  private previousTimestampsMs: Float64Array = new Float64Array(0);
  private previousBits: Uint32Array = new Uint32Array(0);

  constructor(shared: SharedMemory, slabAllocator: SlabAllocator) {
    this.shared = shared;
    this.slabAllocator = slabAllocator;
    this.view = shared.view;
  }

  /** Makes room for slots 0…`slotCount - 1`. */
  ensureSlots(slotCount: number): void {
    if (slotCount <= this.slabs.length) return;
    const capacity = Math.max(slotCount, this.slabs.length * 2);
    this.sampleCounts = grown(this.sampleCounts, new Uint16Array(capacity));
    this.bitLengths = grown(this.bitLengths, new Uint16Array(capacity));
    this.slabs = grown(this.slabs, new Uint32Array(capacity));
    this.deltasMs = grown(this.deltasMs, new Float64Array(capacity));
    this.leading = grown(this.leading, new Uint8Array(capacity));
    this.trailing = grown(this.trailing, new Uint8Array(capacity));
  }

  /** The rows that `push` means from now on. The arrays are read until the next call. */
  bind(rows: XorRows): void {
    this.timestampsMs = rows.timestampsMs;
    this.valueBits = rows.valueBits;
    this.previousTimestampsMs = rows.previousTimestampsMs;
    this.previousBits = rows.previousBits;
    this.view = this.shared.view;
  }

  /** How many bytes the slot's open chunk has, header included. */
  byteLength(slot: number): number {
    return (this.bitLengths[slot] + 7) >>> 3;
  }

  /**
   * The most bytes of slabs that appending one more sample may need; appending n of them to the slot needs no more than n times as many,
   * also where chunks are started anew in between.
   */
  mostGrowthBytes(slot: number): number {
    const nextClass = Math.min((this.slabs[slot] & 15) + 1, SLAB_CLASS_BYTES.length - 1);
    return Math.max(STEADY_GROWTH_BYTES, SLAB_CLASS_BYTES[nextClass]);
  }

  /** Starts an empty chunk in a slot that has none. */
  start(slot: number): void {
    this.slabs[slot] = this.allocate(0);
    this.sampleCounts[slot] = 0;
    this.bitLengths[slot] = CHUNK_HEADER_BYTES * 8;
    this.leading[slot] = NO_WINDOW;
  }

  /** Ends the slot's chunk: writes its count and hands its slab over. The slot has no chunk afterwards. */
  finish(slot: number): Slab {
    const slab = this.slabs[slot];
    this.view.setUint16(slabAddress(slab), this.sampleCounts[slot]);
    this.slabs[slot] = 0;
    this.sampleCounts[slot] = 0;
    return slab;
  }

  /** Appends row `row` of the bound rows to the slot's open chunk. The caller sees to order and to when a chunk is full. */
  push(slot: number, row: number): void {
    const sampleCount = this.sampleCounts[slot];
    if (sampleCount < 2) {
      this.pushFirst(slot, row, sampleCount);
      return;
    }
    const deltaMs = this.timestampsMs[row] - this.previousTimestampsMs[row];
    const change = deltaMs - this.deltasMs[slot];
    const low = this.valueBits[2 * row] ^ this.previousBits[2 * row];
    const high = this.valueBits[2 * row + 1] ^ this.previousBits[2 * row + 1];
    this.sampleCounts[slot] = sampleCount + 1;
    let bit = this.bitLengths[slot];

    // Fast path: nothing but two zero bits.
    if (change === 0 && (low | high) === 0) {
      this.ensureBits(slot, bit + 2);
      this.bitLengths[slot] = bit + 2;
      return;
    }
    // To count the bits is half of writing them: it is done where a slab may end.
    if (bit + MOST_SAMPLE_BITS > SLAB_CLASS_BYTES[this.slabs[slot] & 15] << 3) {
      this.ensureBits(slot, bit + changeBits(change) + this.valueBitCount(slot, high, low));
    }
    const address = slabAddress(this.slabs[slot]);
    if (change === 0) {
      bit++;
    } else {
      bit = this.writeChange(address, bit, change);
      this.deltasMs[slot] = deltaMs;
    }
    this.bitLengths[slot] = this.writeValue(slot, address, bit, high, low);
  }

  /** The time of the first sample of a chunk in a slab. */
  firstTimestampMs(slab: Slab): number {
    let position = slabAddress(slab) + CHUNK_HEADER_BYTES;
    let raw = 0;
    let scale = 1;
    let byte: number;
    do {
      byte = this.shared.u8[position++];
      raw += (byte & 127) * scale;
      scale *= 128;
    } while (byte >= 128);
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  /** The first sample is a time and a value in full, the second a full delta. */
  private pushFirst(slot: number, row: number, sampleCount: number): void {
    this.ensureBits(slot, this.bitLengths[slot] + FIRST_SAMPLES_BITS);
    const address = slabAddress(this.slabs[slot]);
    const timestampMs = this.timestampsMs[row];
    const low = this.valueBits[2 * row];
    const high = this.valueBits[2 * row + 1];
    if (sampleCount === 0) {
      const zigzag = timestampMs >= 0 ? timestampMs * 2 : -timestampMs * 2 - 1;
      const position = this.writeVarint(address + CHUNK_HEADER_BYTES, zigzag);
      this.view.setUint32(position, high);
      this.view.setUint32(position + 4, low);
      this.bitLengths[slot] = (position + 8 - address) * 8;
    } else {
      const deltaMs = timestampMs - this.previousTimestampsMs[row];
      const position = this.writeVarint(address + (this.bitLengths[slot] >>> 3), deltaMs);
      this.deltasMs[slot] = deltaMs;
      const bit = (position - address) * 8;
      this.bitLengths[slot] = this.writeValue(slot, address, bit, high ^ this.previousBits[2 * row + 1], low ^ this.previousBits[2 * row]);
    }
    this.sampleCounts[slot] = sampleCount + 1;
  }

  private writeVarint(start: number, value: number): number {
    let position = start;
    let rest = value;
    while (rest >= 128) {
      this.view.setUint8(position++, (rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.view.setUint8(position++, rest);
    return position;
  }

  /** The change of the delta, `change` not 0. */
  private writeChange(address: number, bit: number, change: number): number {
    if (change >= -8191 && change <= 8192) return this.writeBits(address, bit, 0x8000 | (change & 0x3fff), 16);
    if (change >= -65_535 && change <= 65_536) return this.writeBits(address, bit, 0xc0000 | (change & 0x1ffff), 20);
    if (change >= -524_287 && change <= 524_288) return this.writeBits(address, bit, 0xe00000 | (change & 0xfffff), 24);
    const high = Math.floor(change / 4294967296);
    const afterControl = this.writeBits(address, bit, 15, 4);
    const afterHigh = this.writeBits(address, afterControl, high, 32);
    return this.writeBits(address, afterHigh, change - high * 4294967296, 32);
  }

  /** Whether a value with these zeros fits the slot's window. */
  private fitsWindow(slot: number, leading: number, trailing: number): boolean {
    return this.leading[slot] !== NO_WINDOW && leading >= this.leading[slot] && trailing >= this.trailing[slot];
  }

  /** How many bits `writeValue` will write. */
  private valueBitCount(slot: number, high: number, low: number): number {
    if ((high | low) === 0) return 1;
    const leading = leadingZeros(high);
    const trailing = trailingZeros(high, low);
    if (this.fitsWindow(slot, leading, trailing)) return 2 + 64 - this.leading[slot] - this.trailing[slot];
    return 13 + 64 - leading - trailing;
  }

  /** The XOR with the previous value, as two words. */
  private writeValue(slot: number, address: number, start: number, high: number, low: number): number {
    if ((high | low) === 0) return start + 1;
    let leading = leadingZeros(high);
    let trailing = trailingZeros(high, low);
    let control = 2;
    let controlBits = 2;
    if (this.fitsWindow(slot, leading, trailing)) {
      leading = this.leading[slot];
      trailing = this.trailing[slot];
    } else {
      this.leading[slot] = leading;
      this.trailing[slot] = trailing;
      // A window of 64 bits is written as 0: none is ever that short.
      control = (3 << 11) | (leading << 6) | ((64 - leading - trailing) & 63);
      controlBits = 13;
    }
    const significant = 64 - leading - trailing;
    let upper = 0;
    let lower: number;
    if (trailing === 0) {
      upper = high;
      lower = low;
    } else if (trailing < 32) {
      upper = high >>> trailing;
      lower = (low >>> trailing) | (high << (32 - trailing));
    } else {
      lower = high >>> (trailing - 32);
    }
    // Most values are short: one write takes them with what announces them.
    if (controlBits + significant <= 32) return this.writeBits(address, start, (control << significant) | lower, controlBits + significant);
    const bit = this.writeBits(address, start, control, controlBits);
    if (significant <= 32) return this.writeBits(address, bit, lower, significant);
    return this.writeBits(address, this.writeBits(address, bit, upper, significant - 32), lower, 32);
  }

  /** Writes the low `count` (1…32) bits of `value`, whose other bits must be 0, over bits that are 0. */
  private writeBits(address: number, bit: number, value: number, count: number): number {
    const position = address + (bit >>> 3);
    const end = (bit & 7) + count;
    const { view } = this;
    if (end <= 32) {
      view.setUint32(position, view.getUint32(position) | (value << (32 - end)));
    } else {
      view.setUint32(position, view.getUint32(position) | (value >>> (end - 32)));
      view.setUint8(position + 4, value << (40 - end));
    }
    return bit + count;
  }

  /** Moves the slot's chunk to a larger slab when it has no room for `bits` bits. */
  private ensureBits(slot: number, bits: number): void {
    const slab = this.slabs[slot];
    const sizeBytes = SLAB_CLASS_BYTES[slab & 15];
    if (bits <= sizeBytes << 3) return;
    const larger = this.allocate(slabClassFor((bits + 7) >>> 3));
    const from = slabAddress(slab);
    this.shared.u8.copyWithin(slabAddress(larger), from, from + slabBytes(slab));
    this.slabs[slot] = larger;
    this.slabAllocator.retire(slab);
  }

  private allocate(sizeClass: number): Slab {
    const slab = this.slabAllocator.allocate(sizeClass);
    this.view = this.shared.view;
    return slab;
  }
}

/**
 * Samples take at most 20 bytes. So a chunk that has just moved to a larger slab moves again after one sample where classes are close
 * and after several where they are not: however long that goes on, no sample's part in it is more than this, the move to 192 bytes.
 */
const STEADY_GROWTH_BYTES = 192;

/** A varint of ten bytes and a value in a window of its own. */
const FIRST_SAMPLES_BITS = 10 * 8 + 13 + 64;

/** The longest change of a delta and the longest value, with what announces them. */
const MOST_SAMPLE_BITS = 4 + 64 + 13 + 64;

function changeBits(change: number): number {
  if (change === 0) return 1;
  if (change >= -8191 && change <= 8192) return 16;
  if (change >= -65_535 && change <= 65_536) return 20;
  if (change >= -524_287 && change <= 524_288) return 24;
  return 68;
}

/** At most 31: the field has five bits. */
function leadingZeros(high: number): number {
  const zeros = Math.clz32(high);
  return zeros > 31 ? 31 : zeros;
}

function trailingZeros(high: number, low: number): number {
  return low !== 0 ? 31 - Math.clz32(low & -low) : 63 - Math.clz32(high & -high);
}

function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
