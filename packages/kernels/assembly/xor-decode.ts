// XOR chunk data to columns; src/xor-decode.ts is the twin and says what the arguments mean.
import { bitsAt, putRun, signedOf, varintBetween, varintEnd, WIDE_WINDOW, wordAt } from "./bits";

const FAILED: i32 = -1;

/** How many samples of two zero bits are taken out of a word at most; the fields behind them must be in it still. */
const MOST_PAIRS: i32 = 16;
const STOP_BIT: u64 = 1 << (63 - 2 * MOST_PAIRS);

export function xorDecode(address: usize, end: usize, sampleCount: i32, timestampsMs: usize, values: usize): i32 {
  if (sampleCount == 0) return 0;
  let position = varintEnd(address, end);
  if (position == 0 || position + 8 > end) return FAILED;
  let timestamp = signedOf(varintBetween(address, position));
  let value = bswap<u64>(load<u64>(position));
  store<f64>(timestampsMs, <f64>timestamp);
  store<u64>(values, value);
  if (sampleCount == 1) return 1;
  position += 8;
  const base = varintEnd(position, end);
  if (base == 0) return FAILED;
  let delta = <i64>varintBetween(position, base);

  const limit = <i32>(end - base) << 3;
  // One less than how many bits of a value the last window has, and the zeros behind it.
  let last: i32 = 63;
  let trailing: i32 = 0;
  // The second sample has no change of the delta: as if the zero for none stood there.
  let bit: i32 = -1;
  let word = bitsAt(base, 0) >> 1;
  for (let i = 1; i < sampleCount; word = bitsAt(base, bit)) {
    if (bit > limit) return FAILED;
    if (last < WIDE_WINDOW || word >> 62 == 0) {
      // Each pair of zero bits is one more sample with the usual delta and the same value.
      const same = min(<i32>clz(word | STOP_BIT) >> 1, sampleCount - i);
      putRun(timestampsMs + (<usize>i << 3), values + (<usize>i << 3), timestamp, delta, value, same);
      i += same;
      timestamp += same * delta;
      bit += same << 1;
      word <<= same << 1;
      if (same == MOST_PAIRS || i == sampleCount) continue;
    }

    if (<i64>word < 0) {
      // The number of leading ones says how wide the change of the delta is.
      const ones = min(<i32>clz(~word), 4);
      if (ones == 4) {
        delta += <i64>wordAt(base, bit + 4);
        bit += 67;
      } else {
        const width = 11 + 3 * ones;
        const field = (word << (ones + 1)) >> (64 - width);
        delta += <i64>field - (<i64>(field > <u64>1 << (width - 1)) << width);
        bit += ones + width;
      }
      word = bitsAt(base, bit) & 0x7fffffffffffffff;
    }
    timestamp += delta;

    if ((word >> 62) == 0) {
      bit += 2;
    } else {
      const isNew = -(<i32>(word >> 61) & 1);
      bit += 3;
      if (last < WIDE_WINDOW || isNew) {
        // Without branches: whether there is a new window can't be guessed.
        const told = <i32>(word >> 50);
        const toldLast = (told - 1) & 63;
        last ^= (last ^ toldLast) & isNew;
        trailing ^= (trailing ^ (63 - ((told >> 6) & 31) - toldLast)) & isNew;
        if (trailing < 0) return FAILED;
        bit += isNew & 11;
      }
      value ^= (wordAt(base, bit) >> (63 - last)) << trailing;
      bit += last + 1;
    }
    store<f64>(timestampsMs + (<usize>i << 3), <f64>timestamp);
    store<u64>(values + (<usize>i << 3), value);
    i++;
  }
  return bit > limit ? FAILED : sampleCount;
}
