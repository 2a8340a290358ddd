import { MAX_VARINT_SCALE, MOST_MS, wordAt } from "./xor-decode.ts";

/**
 * Decodes the first `sampleCount` samples of an xor2 chunk's data (what follows the chunk's two bytes of count) as `decodeXor` does, without
 * their start timestamps. Also -1 for times and deltas of more than 2^51 ms, which no real data has; its twin assembly/xor2-decode.ts
 * reckons in 64 bits and reads them.
 *
 * Layout (tsdb/chunkenc/xor2.go): a byte about start timestamps, of which the low 7 bits are the index of the sample from which on each
 * is followed by its own as a varbit, 0 for never, and the highest says that the first is followed by its own as a varint; zigzag
 * varint time, 8 bytes of value; uvarint delta, value; then for each sample time and value together:
 *
 *     0      usual delta, same value
 *     10     usual delta, another value: `0` in the last window, `1` in a new one
 *     110    delta changed by 13 bits, 1110 by 20 bits, 11110 by 64 bits (two's complement); then the value
 *     11111  usual delta, stale
 *
 * The value of the second sample, and that behind a changed delta: `0` same, `10` in the last window, `110` in a new one, `111` stale. A
 * stale marker leaves the value that the next one is told against, which is 0 where the first sample is one.
 */
export function decodeXor2(
  view: DataView,
  address: number,
  end: number,
  sampleCount: number,
  timestampsMs: Float64Array,
  valueBits: Uint32Array,
  firstIndex: number,
): number {
  if (sampleCount === 0) return 0;
  const startByte = view.getUint8(address);
  const changeIndex = startByte & 0x7f;
  position = address + 1;
  const raw = readVarint(view, end);
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
  if ((startByte & 0x80) !== 0 && readVarint(view, end) < 0) return -1;
  if (sampleCount === 1) return 1;
  let deltaMs = readVarint(view, end);
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
        deltaMs += changeAt(view, base, bit, ones);
        bit += CHANGE_WIDTHS[ones];
        if (deltaMs > MOST_MS || deltaMs < -MOST_MS) return -1;
      }
      form = Math.min(Math.clz32(~wordAt(view, base, bit)), STALE);
      bit += form === STALE ? STALE : form + 1;
    }
    timestampMs += deltaMs;
    if (form === IN_NEW_WINDOW) {
      const told = wordAt(view, base, bit) >>> 21;
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
        fieldLow = wordAt(view, base, bit) >>> (32 - significant);
      } else {
        fieldHigh = wordAt(view, base, bit) >>> (64 - significant);
        fieldLow = wordAt(view, base, bit + significant - 32);
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
    if (changeIndex !== 0 && i >= changeIndex) bit = varbitEnd(view, base, bit);
  }
  return bit <= limit && Number.isSafeInteger(timestampMs) ? sampleCount : -1;
}

/** The words of a stale marker (model/value/value.go `StaleNaN`). */
const STALE_NAN_LOW = 0x00000002;
const STALE_NAN_HIGH = 0x7ff00000;

/** So many bits of what `view.getInt32(…) << (bit & 7)` gives are good. */
const GOOD_BITS = 25;

/** Where `readVarint` stopped. */
let position = 0;

/** What is told of a value; as many ones as this stand before it behind a changed delta. */
const SAME = 0;
const IN_LAST_WINDOW = 1;
const IN_NEW_WINDOW = 2;
const STALE = 3;

/** The bits of a change of the delta behind two, three and four ones. */
const CHANGE_WIDTHS: Uint8Array = Uint8Array.of(0, 0, 13, 20, 64);

/** The bits of a varbit behind so many ones (tsdb/chunkenc/varbit.go). */
const VARBIT_WIDTHS: Uint8Array = Uint8Array.of(0, 3, 6, 9, 12, 18, 25, 56, 64);

function changeAt(view: DataView, base: number, bit: number, ones: number): number {
  if (ones === 2) return wordAt(view, base, bit) >> 19;
  if (ones === 3) return wordAt(view, base, bit) >> 12;
  return wordAt(view, base, bit) * 4294967296 + (wordAt(view, base, bit + 32) >>> 0);
}

/** Where the varbit ends that begins at `bit`. */
function varbitEnd(view: DataView, base: number, bit: number): number {
  const ones = Math.min(Math.clz32(~wordAt(view, base, bit)), 8);
  return bit + (ones === 8 ? 8 : ones + 1) + VARBIT_WIDTHS[ones];
}

/** The varint of bytes at `position`, which moves behind it; -1 when it does not end. */
function readVarint(view: DataView, end: number): number {
  let value = 0;
  for (let scale = 1; position < end && scale <= MAX_VARINT_SCALE; scale *= 128) {
    const byte = view.getUint8(position++);
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  return -1;
}
