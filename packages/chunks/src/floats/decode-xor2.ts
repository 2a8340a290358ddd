import { growSampleColumns, type SampleColumns, STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import { SAMPLE_TYPES } from "../chunk-iterator.ts";
import { chunkHeaderBytes } from "../encoding.ts";
import { START_TIMESTAMP_BYTE } from "../start-timestamps.ts";
import { Xor2Iterator } from "./xor2-iterator.ts";

const HEADER_BYTES = chunkHeaderBytes("xor2");

/** Whole words are read. */
const PADDING_BYTES = 32;

/** So many bits of what `view.getInt32(…) << (bit & 7)` gives are good. */
const GOOD_BITS = 25;

/** A varint has ten bytes at most. */
const MAX_VARINT_SCALE = 2 ** 63;

/** Times and deltas beyond it, which no real data has, are left to the iterator, which reckons in 64 bits. */
const MOST_MS = 2 ** 51;

let padded: Uint8Array = new Uint8Array(4096);
let view: DataView = new DataView(padded.buffer);
/** Where `readVarint` stopped. */
let position = 0;

/**
 * Appends the samples of a whole xor2 chunk to `out`, which grows when needed, and returns how many there were. Start timestamps are left
 * out. Throws RangeError when the chunk is damaged; `out.length` is then as before. Benchmark: decode.
 */
export function decodeXor2Chunk(chunk: Uint8Array, out: SampleColumns): number {
  if (chunk.length < HEADER_BYTES) return decodeSlowly(chunk, out);
  if (padded.length < chunk.length + PADDING_BYTES) {
    padded = new Uint8Array(chunk.length * 2 + PADDING_BYTES);
    view = new DataView(padded.buffer);
  }
  padded.set(chunk);
  const sampleCount = (chunk[0] << 8) | chunk[1];
  const first = out.length;
  growSampleColumns(out, first + sampleCount);
  const decoded = decodeXor2(chunk.length, sampleCount, out.timestampsMs, out.valueBits, first);
  if (decoded < 0) return decodeSlowly(chunk, out);
  out.length = first + decoded;
  return decoded;
}

/** What the fast path can't do: numbers beyond its own, and saying what is wrong with a chunk. */
function decodeSlowly(chunk: Uint8Array, out: SampleColumns): number {
  const iterator = new Xor2Iterator(chunk);
  const first = out.length;
  growSampleColumns(out, first + iterator.sampleCount);
  const { timestampsMs, valueBits } = out;
  let row = first;
  while (iterator.next() !== SAMPLE_TYPES.none) {
    timestampsMs[row] = iterator.timestampMs;
    valueBits[2 * row] = iterator.valueLow;
    valueBits[2 * row + 1] = iterator.valueHigh;
    row++;
  }
  out.length = row;
  return row - first;
}

/** Decodes the chunk of `end` bytes in `padded`; -1 when it can't. The format stands at `Xor2Iterator`. */
function decodeXor2(end: number, sampleCount: number, timestampsMs: Float64Array, valueBits: Uint32Array, firstIndex: number): number {
  if (sampleCount === 0) return 0;
  const startByte = view.getUint8(START_TIMESTAMP_BYTE);
  const changeIndex = startByte & 0x7f;
  position = HEADER_BYTES;
  const raw = readVarint(end);
  if (raw < 0 || raw > MOST_MS || position + 8 > end) return -1;
  let timestampMs = raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  let high = view.getInt32(position);
  let low = view.getInt32(position + 4);
  position += 8;
  timestampsMs[firstIndex] = timestampMs;
  valueBits[2 * firstIndex] = low;
  valueBits[2 * firstIndex + 1] = high;
  if (high === STALE_NAN_HIGH && low === STALE_NAN_LOW) {
    high = 0;
    low = 0;
  }
  if ((startByte & 0x80) !== 0 && readVarint(end) < 0) return -1;
  if (sampleCount === 1) return 1;
  let deltaMs = readVarint(end);
  if (deltaMs < 0 || deltaMs > MOST_MS) return -1;

  const base = position;
  const limit = (end - base) * 8;
  let bit = 0;
  let significant = 64;
  let trailing = 0;
  for (let i = 1; i < sampleCount; i++) {
    const word = view.getInt32(base + (bit >>> 3)) << (bit & 7);
    let form: number;
    if (i > 1 && word >= 0) {
      // Fast path: each zero is one more sample with the usual delta and the same value.
      const last = changeIndex === 0 ? Math.min(i + Math.min(Math.clz32(word), GOOD_BITS), sampleCount) - 1 : i;
      bit += last - i;
      for (; i < last; i++) {
        timestampMs += deltaMs;
        timestampsMs[firstIndex + i] = timestampMs;
        valueBits[2 * (firstIndex + i)] = low;
        valueBits[2 * (firstIndex + i) + 1] = high;
      }
      form = SAME;
      bit++;
    } else if (i > 1 && word >>> 30 === 0b10) {
      form = (word & 0x20000000) === 0 ? IN_LAST_WINDOW : IN_NEW_WINDOW;
      bit += 3;
    } else if (i > 1 && word >>> 27 === 0b11111) {
      form = STALE;
      bit += 5;
    } else {
      if (i > 1) {
        const ones = Math.clz32(~word);
        bit += ones + 1;
        deltaMs += changeAt(base, bit, ones);
        bit += CHANGE_WIDTHS[ones];
        if (deltaMs > MOST_MS || deltaMs < -MOST_MS) return -1;
      }
      form = Math.min(Math.clz32(~wordAt(base, bit)), STALE);
      bit += form === STALE ? STALE : form + 1;
    }
    timestampMs += deltaMs;
    if (form === IN_NEW_WINDOW) {
      const told = wordAt(base, bit) >>> 21;
      const leading = told >>> 6;
      significant = (told & 63) === 0 ? 64 : told & 63;
      if (leading + significant > 64) return -1;
      trailing = 64 - leading - significant;
      bit += 11;
    }
    if (form === IN_LAST_WINDOW || form === IN_NEW_WINDOW) {
      let fieldHigh = 0;
      let fieldLow: number;
      if (significant <= 32) {
        fieldLow = wordAt(base, bit) >>> (32 - significant);
      } else {
        fieldHigh = wordAt(base, bit) >>> (64 - significant);
        fieldLow = wordAt(base, bit + significant - 32);
      }
      bit += significant;
      if (trailing === 0) {
        high ^= fieldHigh;
        low ^= fieldLow;
      } else if (trailing < 32) {
        high ^= (fieldHigh << trailing) | (fieldLow >>> (32 - trailing));
        low ^= fieldLow << trailing;
      } else {
        high ^= fieldLow << (trailing - 32);
      }
    }
    // Before the start timestamp, so that nothing is read behind the chunk.
    if (bit > limit) return -1;
    const row = firstIndex + i;
    timestampsMs[row] = timestampMs;
    valueBits[2 * row] = form === STALE ? STALE_NAN_LOW : low;
    valueBits[2 * row + 1] = form === STALE ? STALE_NAN_HIGH : high;
    if (changeIndex !== 0 && i >= changeIndex) bit = varbitEnd(base, bit);
  }
  return bit <= limit && Number.isSafeInteger(timestampMs) ? sampleCount : -1;
}

/** What is told of a value; as many ones as this stand before it behind a changed delta. */
const SAME = 0;
const IN_LAST_WINDOW = 1;
const IN_NEW_WINDOW = 2;
const STALE = 3;

/** The bits of a change of the delta behind two, three and four ones. */
const CHANGE_WIDTHS: Uint8Array = Uint8Array.of(0, 0, 13, 20, 64);

/** The bits of a varbit behind so many ones (tsdb/chunkenc/varbit.go). */
const VARBIT_WIDTHS: Uint8Array = Uint8Array.of(0, 3, 6, 9, 12, 18, 25, 56, 64);

function changeAt(base: number, bit: number, ones: number): number {
  if (ones === 2) return wordAt(base, bit) >> 19;
  if (ones === 3) return wordAt(base, bit) >> 12;
  return wordAt(base, bit) * 4294967296 + (wordAt(base, bit + 32) >>> 0);
}

/** Where the varbit ends that begins at `bit`. */
function varbitEnd(base: number, bit: number): number {
  const ones = Math.min(Math.clz32(~wordAt(base, bit)), 8);
  return bit + (ones === 8 ? 8 : ones + 1) + VARBIT_WIDTHS[ones];
}

/** The 32 bits from bit `bit` after `base`, as a signed number. */
function wordAt(base: number, bit: number): number {
  const at = base + (bit >>> 3);
  const offset = bit & 7;
  return (view.getInt32(at) << offset) | (view.getUint8(at + 4) >>> (8 - offset));
}

/** The varint of bytes at `position`, which moves behind it; -1 when it does not end. */
function readVarint(end: number): number {
  let value = 0;
  for (let scale = 1; position < end && scale <= MAX_VARINT_SCALE; scale *= 128) {
    const byte = view.getUint8(position++);
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  return -1;
}
