import { grownCapacity, grownColumn, type SharedMemory } from "@ferula/kernels";
import { skimXorChunk, type XorChunkState } from "./skim-xor-chunk.ts";
import { SLAB_CLASS_BYTES, slabAddress, slabBytes, slabClassFor, type Slab, type SlabAllocator } from "./slab-allocator.ts";
import { firstTimestampAt, type FloatEncoder, mostGrowthBytesOf, type XorRows } from "./slab-encoder.ts";

/** A chunk starts with its sample count, two bytes big-endian; written when the chunk is finished. */
export const CHUNK_HEADER_BYTES = 2;

/** In `leading`: the chunk has no window of significant bits yet. */
const NO_WINDOW = 255;

/**
 * Appends samples to open XOR chunks, one chunk a slot (a series), bit for bit as tsdb/chunkenc/xor.go does.
 *
 * State is struct-of-arrays, 16 bytes a slot, and the chunks' bytes are slabs of shared memory; pushing a sample allocates nothing on
 * the JavaScript heap. An unchanged value at the usual interval costs two bits that are zero already. Bits that are
 * written never change, so other threads may decode what was there when they took a chunk's address and count.
 */
export class XorEncoder implements FloatEncoder {
  readonly encoding = "xor";
  readonly headerBytes: number = CHUNK_HEADER_BYTES;
  spareBytes = 0;
  sampleCounts: Uint16Array = new Uint16Array(16);
  bitLengths: Uint16Array = new Uint16Array(16);
  slabs: Uint32Array = new Uint32Array(16);
  /** The last delta of each slot's chunk, and the window of its last value (255 leading zeros: none yet); for `XorRuns`. */
  deltasMs: Float64Array = new Float64Array(16);
  leading: Uint8Array = new Uint8Array(16);
  trailing: Uint8Array = new Uint8Array(16);

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

  ensureSlots(slotCount: number): void {
    if (slotCount <= this.slabs.length) return;
    const capacity = Math.max(slotCount, grownCapacity(this.slabs.length));
    this.sampleCounts = grownColumn(this.sampleCounts, capacity);
    this.bitLengths = grownColumn(this.bitLengths, capacity);
    this.slabs = grownColumn(this.slabs, capacity);
    this.deltasMs = grownColumn(this.deltasMs, capacity);
    this.leading = grownColumn(this.leading, capacity);
    this.trailing = grownColumn(this.trailing, capacity);
  }

  bind(rows: XorRows): void {
    this.timestampsMs = rows.timestampsMs;
    this.valueBits = rows.valueBits;
    this.previousTimestampsMs = rows.previousTimestampsMs;
    this.previousBits = rows.previousBits;
    this.view = this.shared.view;
  }

  byteLength(slot: number): number {
    return (this.bitLengths[slot] + 7) >>> 3;
  }

  mostGrowthBytes(slot: number): number {
    return mostGrowthBytesOf(this.slabs[slot]);
  }

  start(slot: number): void {
    this.slabs[slot] = this.allocate(0);
    this.sampleCounts[slot] = 0;
    this.bitLengths[slot] = CHUNK_HEADER_BYTES * 8;
    this.leading[slot] = NO_WINDOW;
  }

  /**
   * Goes on with a whole chunk, which is copied, in a slot that has none, and returns what is known of it. Throws RangeError when it is
   * empty, damaged or longer than `LARGEST_SLAB_BYTES`. `index`: see `skimXorChunk`.
   */
  resume(slot: number, chunk: Uint8Array, index: number): XorChunkState {
    const state = skimXorChunk(chunk, index);
    const { bitLength } = state;
    const byteLength = (bitLength + 7) >>> 3;
    const slab = this.allocate(slabClassFor(byteLength));
    const address = slabAddress(slab);
    const { u8 } = this.shared;
    u8.set(chunk.subarray(0, byteLength), address);
    // What comes next is written over bits that must be 0.
    u8[address + byteLength - 1] &= 0xff << (byteLength * 8 - bitLength);
    this.slabs[slot] = slab;
    this.sampleCounts[slot] = (chunk[0] << 8) | chunk[1];
    this.bitLengths[slot] = bitLength;
    this.deltasMs[slot] = state.lastDeltaMs;
    this.leading[slot] = state.window?.leading ?? NO_WINDOW;
    this.trailing[slot] = state.window?.trailing ?? 0;
    return state;
  }

  finish(slot: number): Slab {
    const slab = this.slabs[slot];
    this.view.setUint16(slabAddress(slab), this.sampleCounts[slot]);
    this.slabs[slot] = 0;
    this.sampleCounts[slot] = 0;
    return slab;
  }

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

  firstTimestampMs(slab: Slab): number {
    return firstTimestampAt(this.shared.u8, slabAddress(slab) + CHUNK_HEADER_BYTES);
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
  ensureBits(slot: number, bits: number): void {
    const slab = this.slabs[slot];
    const sizeBytes = SLAB_CLASS_BYTES[slab & 15];
    if (bits <= sizeBytes << 3) return;
    const larger = this.allocate(slabClassFor(((bits + 7) >>> 3) + this.spareBytes));
    const { u32 } = this.shared;
    const from = slabAddress(slab) >>> 2;
    const to = slabAddress(larger) >>> 2;
    // Calls of built-in functions cost more than a slab's few words.
    for (let i = 0, words = slabBytes(slab) >>> 2; i < words; i++) u32[to + i] = u32[from + i];
    this.slabs[slot] = larger;
    this.slabAllocator.retire(slab);
  }

  private allocate(sizeClass: number): Slab {
    const slab = this.slabAllocator.allocate(sizeClass);
    this.view = this.shared.view;
    return slab;
  }
}

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
export function leadingZeros(high: number): number {
  const zeros = Math.clz32(high);
  return zeros > 31 ? 31 : zeros;
}

/** Of two words that are not both 0. */
export function trailingZeros(high: number, low: number): number {
  return low !== 0 ? 31 - Math.clz32(low & -low) : 63 - Math.clz32(high & -high);
}
