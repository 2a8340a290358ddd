/**
 * Decodes the first `sampleCount` samples of an XOR chunk's data (what follows the chunk's two bytes of count) into rows
 * `firstIndex…` of the columns, and returns how many there were: `sampleCount`, or -1 when the data ends early or says nonsense. Then
 * some rows may have been overwritten. Also -1 for times and deltas of more than 2^51 ms, which no real data has: its twin
 * assembly/xor-decode.ts reckons in 64 bits and reads them.
 *
 * The data lies in `view` from `address` to `end`; after `end` 32 more bytes must be readable (their content does not matter). The
 * count is the caller's because a writer may be appending to the same chunk: bits before the count never change.
 * `valueBits` holds two words a value, low first.
 *
 * Layout (tsdb/chunkenc/xor.go): zigzag varint time, 8 bytes of value; uvarint delta, value; then for each sample the change of the
 * delta (`0`, or `10`, `110`, `1110` with 14, 17, 20 bits, or `1111` with 64) and the value: `0` unchanged, `10` and the bits of the
 * XOR inside the last window, `11` with a new window: 5 bits leading zeros, 6 bits length (0 is 64), then the bits.
 */
export function decodeXor(
  view: DataView,
  address: number,
  end: number,
  sampleCount: number,
  timestampsMs: Float64Array,
  valueBits: Uint32Array,
  firstIndex: number,
): number {
  if (sampleCount === 0) return 0;
  let position = address;
  let raw = 0;
  let scale = 1;
  let byte: number;
  do {
    if (position >= end || scale > MAX_VARINT_SCALE) return -1;
    byte = view.getUint8(position++);
    raw += (byte & 127) * scale;
    scale *= 128;
  } while (byte >= 128);
  if (raw > MOST_MS || position + 8 > end) return -1;
  let timestampMs = raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  let high = view.getInt32(position);
  let low = view.getInt32(position + 4);
  position += 8;
  timestampsMs[firstIndex] = timestampMs;
  valueBits[2 * firstIndex] = low;
  valueBits[2 * firstIndex + 1] = high;
  if (sampleCount === 1) return 1;

  let deltaMs = 0;
  scale = 1;
  do {
    if (position >= end || scale > MAX_VARINT_SCALE) return -1;
    byte = view.getUint8(position++);
    deltaMs += (byte & 127) * scale;
    scale *= 128;
  } while (byte >= 128);
  if (deltaMs > MOST_MS) return -1;

  const base = position;
  const limit = (end - base) * 8;
  let bit = 0;
  let significant = 64;
  let trailing = 0;
  for (let i = 1; i < sampleCount; i++) {
    // At least 25 bits are valid: enough for both control fields of the common case.
    let word = view.getInt32(base + (bit >>> 3)) << (bit & 7);
    if (i > 1) {
      // Fast path: two zero bits are one more sample with the usual delta and the same value.
      if ((word & 0xc0000000) === 0) {
        bit += 2;
        if (bit > limit) return -1;
        timestampMs += deltaMs;
        const row = firstIndex + i;
        timestampsMs[row] = timestampMs;
        valueBits[2 * row] = low;
        valueBits[2 * row + 1] = high;
        continue;
      }
      if (word >= 0) {
        bit++;
        word <<= 1;
      } else {
        const ones = Math.min(Math.clz32(~word), 4);
        bit += ones === 4 ? 4 : ones + 1;
        if (ones === 4) {
          deltaMs += wordAt(view, base, bit) * 4294967296 + (wordAt(view, base, bit + 32) >>> 0);
          bit += 64;
          if (deltaMs > MOST_MS || deltaMs < -MOST_MS) return -1;
        } else {
          const width = 11 + 3 * ones;
          const field = wordAt(view, base, bit) >>> (32 - width);
          deltaMs += field > 1 << (width - 1) ? field - (1 << width) : field;
          bit += width;
        }
        word = view.getInt32(base + (bit >>> 3)) << (bit & 7);
      }
    }
    timestampMs += deltaMs;

    if (word >= 0) {
      bit++;
    } else {
      if ((word & 0x40000000) === 0) {
        bit += 2;
      } else {
        const leading = (word >>> 25) & 31;
        significant = (word >>> 19) & 63;
        if (significant === 0) significant = 64;
        if (leading + significant > 64) return -1;
        trailing = 64 - leading - significant;
        bit += 13;
      }
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
    if (bit > limit) return -1;
    const row = firstIndex + i;
    timestampsMs[row] = timestampMs;
    valueBits[2 * row] = low;
    valueBits[2 * row + 1] = high;
  }
  return Number.isSafeInteger(timestampMs) ? sampleCount : -1;
}

/** Times and deltas beyond it are refused: sums of them must be exact. */
export const MOST_MS: number = 2 ** 51;

/** A varint has ten bytes at most. */
export const MAX_VARINT_SCALE = 2 ** 63;

/** The 32 bits from bit `bit` after `base`, as a signed number. */
export function wordAt(view: DataView, base: number, bit: number): number {
  const position = base + (bit >>> 3);
  const offset = bit & 7;
  return (view.getInt32(position) << offset) | (view.getUint8(position + 4) >>> (8 - offset));
}
