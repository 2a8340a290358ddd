// XOR chunk data to columns; src/xor-decode.ts is the twin and says what the arguments mean.

const FAILED: i32 = -1;

/** How many pairs of bits of what `bitsAt` gives are valid. */
const VALID_PAIRS: i32 = 28;

/** At least 57 bits from bit `bit` after `base`, at the top of the word. */
function bitsAt(base: usize, bit: u32): u64 {
  return bswap<u64>(load<u64>(base + (bit >> 3))) << (bit & 7);
}

/** All 64 bits from bit `bit` after `base`. */
function wordAt(base: usize, bit: u32): u64 {
  const offset = <u64>(bit & 7);
  const next = <u64>load<u8>(base + (bit >> 3) + 8);
  return bitsAt(base, bit) | (next >> (8 - offset));
}

export function xorDecode(address: usize, end: usize, sampleCount: i32, timestampsMs: usize, values: usize): i32 {
  if (sampleCount == 0) return 0;
  let position = address;
  let raw: u64 = 0;
  let shift: u64 = 0;
  let byte: u64 = 0;
  do {
    if (position >= end || shift > 63) return FAILED;
    byte = <u64>load<u8>(position++);
    raw |= (byte & 127) << shift;
    shift += 7;
  } while (byte >= 128);
  if (position + 8 > end) return FAILED;
  let timestamp = <i64>(raw >> 1) ^ -(<i64>(raw & 1));
  let value = bswap<u64>(load<u64>(position));
  position += 8;
  store<f64>(timestampsMs, <f64>timestamp);
  store<u64>(values, value);
  if (sampleCount == 1) return 1;

  raw = 0;
  shift = 0;
  do {
    if (position >= end || shift > 63) return FAILED;
    byte = <u64>load<u8>(position++);
    raw |= (byte & 127) << shift;
    shift += 7;
  } while (byte >= 128);
  let delta = <i64>raw;

  const base = position;
  const limit = <u32>(end - base) << 3;
  let bit: u32 = 0;
  let significant: u32 = 64;
  let trailing: u32 = 0;
  for (let i = 1; i < sampleCount; i++) {
    let word = bitsAt(base, bit);
    if (i > 1) {
      // Fast path: each pair of zero bits is one more sample with the usual delta and the same value.
      let same = min(min(<i32>(clz(word) >> 1), VALID_PAIRS), sampleCount - i);
      if (same > 0) {
        bit += <u32>same << 1;
        if (bit > limit) return FAILED;
        do {
          timestamp += delta;
          store<f64>(timestampsMs + (<usize>i << 3), <f64>timestamp);
          store<u64>(values + (<usize>i << 3), value);
          i++;
        } while (--same > 0);
        if (i == sampleCount) break;
        word = bitsAt(base, bit);
      }
      if (<i64>word >= 0) {
        bit += 1;
        word <<= 1;
      } else {
        // The number of leading ones says how wide the change of the delta is.
        const ones = min(<u32>clz(~word), 4);
        let deltaOfDelta: i64;
        if (ones == 4) {
          deltaOfDelta = <i64>wordAt(base, bit + 4);
          bit += 68;
        } else {
          const width: u32 = 11 + 3 * ones;
          const field = (word << (ones + 1)) >> (64 - width);
          deltaOfDelta = <i64>field;
          if (field > <u64>1 << (width - 1)) deltaOfDelta -= <i64>1 << width;
          bit += ones + 1 + width;
        }
        delta += deltaOfDelta;
        word = bitsAt(base, bit);
      }
    }
    timestamp += delta;

    if (<i64>word >= 0) {
      bit += 1;
    } else {
      if ((word << 1) >> 63) {
        const leading = <u32>((word << 2) >> 59);
        significant = <u32>((word << 7) >> 58);
        if (significant == 0) significant = 64;
        if (leading + significant > 64) return FAILED;
        trailing = 64 - leading - significant;
        bit += 13;
      } else {
        bit += 2;
      }
      const field = significant <= 57 ? bitsAt(base, bit) : wordAt(base, bit);
      value ^= (field >> (64 - significant)) << trailing;
      bit += significant;
    }
    if (bit > limit) return FAILED;
    store<f64>(timestampsMs + (<usize>i << 3), <f64>timestamp);
    store<u64>(values + (<usize>i << 3), value);
  }
  return sampleCount;
}
