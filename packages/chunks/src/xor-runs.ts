import type { SharedMemory } from "@ferula/kernels";
import { slabAddress } from "./slab-allocator.ts";
import { leadingZeros, trailingZeros, type XorEncoder } from "./xor-encoder.ts";

/** More than the words of the largest slab and a sample. */
const RUN_WORDS = 1024;

/**
 * Appends several samples of one slot after another to its open chunk, bit for bit as `XorEncoder.push` does, in half the time: what is
 * known of the slot is read and written once a run, and bits are gathered in words. For who has many samples of a series at once, as a
 * replay has. Benchmark: replay.
 */
export class XorRuns {
  /** Rows are written here. The row before each run is the sample before the run in its slot; it is only read when there is one. */
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** The same memory as `values`: two words a value, low first. */
  readonly valueBits: Uint32Array;
  private readonly shared: SharedMemory;
  private readonly encoder: XorEncoder;
  /** The rows, each with the one before it. */
  private readonly rows: Parameters<XorEncoder["bind"]>[0];
  /** Whole words that are to be written to the chunk. */
  private readonly words = new Uint32Array(RUN_WORDS);
  private wordCount = 0;
  /** The word that is being filled, from its highest bit, and how many of its bits are. */
  private word = 0;
  private wordBits = 0;

  /** Rows go from 1 to before `capacity`. */
  constructor(shared: SharedMemory, encoder: XorEncoder, capacity: number) {
    this.shared = shared;
    this.encoder = encoder;
    this.timestampsMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
    this.valueBits = new Uint32Array(this.values.buffer);
    const { timestampsMs, valueBits } = this;
    this.rows = {
      timestampsMs: timestampsMs.subarray(1),
      valueBits: valueBits.subarray(2),
      previousTimestampsMs: timestampsMs,
      previousBits: valueBits,
    };
  }

  /**
   * Appends rows from `start` to before `end` to the slot's open chunk, but none behind the first that makes it longer than `mostBytes`, which
   * is less than a slab of the largest class by the longest sample. Returns the first row that was not appended.
   */
  push(slot: number, start: number, end: number, mostBytes: number): number {
    const { encoder } = this;
    let row = start;
    if (encoder.sampleCounts[slot] < 2) {
      encoder.bind(this.rows);
      while (row < end && encoder.sampleCounts[slot] < 2) encoder.push(slot, row++ - 1);
    }
    return row === end ? end : this.pushLater(slot, row, end, mostBytes * 8);
  }

  /** Rows behind the first two samples of the chunk. */
  private pushLater(slot: number, start: number, end: number, mostBits: number): number {
    const { encoder, timestampsMs, valueBits } = this;
    const firstBit = this.readLastWord(slot);
    let deltaMs = encoder.deltasMs[slot];
    let leading = encoder.leading[slot];
    let trailing = encoder.trailing[slot];
    let row = start;
    for (; row < end && firstBit + this.wordCount * 32 + this.wordBits <= mostBits; row++) {
      const nextDeltaMs = timestampsMs[row] - timestampsMs[row - 1];
      const low = valueBits[2 * row] ^ valueBits[2 * row - 2];
      const high = valueBits[2 * row + 1] ^ valueBits[2 * row - 1];
      // The zero of a delta that did not change is written with what follows.
      let controlBits = 1;
      if (nextDeltaMs !== deltaMs) {
        this.putChange(nextDeltaMs - deltaMs);
        deltaMs = nextDeltaMs;
        controlBits = 0;
      }
      if ((low | high) === 0) {
        this.put(0, controlBits + 1);
        continue;
      }
      const zerosBefore = leadingZeros(high);
      const zerosBehind = trailingZeros(high, low);
      let control = 2;
      if (zerosBefore >= leading && zerosBehind >= trailing) {
        controlBits += 2;
      } else {
        leading = zerosBefore;
        trailing = zerosBehind;
        control = (3 << 11) | (leading << 6) | ((64 - leading - trailing) & 63);
        controlBits += 13;
      }
      this.putValue(control, controlBits, high, low, trailing, 64 - leading - trailing);
    }
    encoder.deltasMs[slot] = deltaMs;
    encoder.leading[slot] = leading;
    encoder.trailing[slot] = trailing;
    encoder.sampleCounts[slot] += row - start;
    this.writeWords(slot, firstBit);
    return row;
  }

  /** The change of the delta, not 0; see `XorEncoder`. */
  private putChange(change: number): void {
    if (change >= -8191 && change <= 8192) this.put(0x8000 | (change & 0x3fff), 16);
    else if (change >= -65_535 && change <= 65_536) this.put(0xc0000 | (change & 0x1ffff), 20);
    else if (change >= -524_287 && change <= 524_288) this.put(0xe00000 | (change & 0xfffff), 24);
    else {
      const high = Math.floor(change / 4294967296);
      this.put(15, 4);
      this.put(high, 32);
      this.put(change - high * 4294967296, 32);
    }
  }

  /** What announces a value, and the value's `significant` bits, which `trailing` zeros follow. */
  private putValue(control: number, controlBits: number, high: number, low: number, trailing: number, significant: number): void {
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
    if (controlBits + significant <= 32) {
      this.put((control << significant) | lower, controlBits + significant);
      return;
    }
    this.put(control, controlBits);
    if (significant <= 32) {
      this.put(lower, significant);
      return;
    }
    this.put(upper, significant - 32);
    this.put(lower, 32);
  }

  /** Puts the low `count` (1…32) bits of `value`, whose other bits must be 0, behind those that are in. */
  private put(value: number, count: number): void {
    const end = this.wordBits + count;
    if (end < 32) {
      this.word |= value << (32 - end);
      this.wordBits = end;
      return;
    }
    const rest = end - 32;
    this.words[this.wordCount++] = this.word | (value >>> rest);
    this.word = rest === 0 ? 0 : value << (32 - rest);
    this.wordBits = rest;
  }

  /** Takes up the word in which the chunk ends, and returns where that begins. */
  private readLastWord(slot: number): number {
    const { encoder } = this;
    const bits = encoder.bitLengths[slot];
    this.wordCount = 0;
    this.wordBits = bits & 31;
    const firstBit = bits - this.wordBits;
    this.word = this.wordBits === 0 ? 0 : this.shared.view.getInt32(slabAddress(encoder.slabs[slot]) + (firstBit >>> 3));
    return firstBit;
  }

  /** Writes the words to the chunk, whose bits from `firstBit` they are. */
  private writeWords(slot: number, firstBit: number): void {
    const { encoder, words, wordCount } = this;
    const bitLength = firstBit + wordCount * 32 + this.wordBits;
    encoder.ensureBits(slot, bitLength);
    encoder.bitLengths[slot] = bitLength;
    const { view } = this.shared;
    const start = slabAddress(encoder.slabs[slot]) + (firstBit >>> 3);
    for (let i = 0; i < wordCount; i++) view.setUint32(start + 4 * i, words[i]);
    // Slabs are whole words.
    if (this.wordBits > 0) view.setInt32(start + 4 * wordCount, this.word);
  }
}
