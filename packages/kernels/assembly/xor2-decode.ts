// xor2 chunk data to columns; src/xor2-decode.ts is the twin and says what the arguments mean.
import { bitsAt, putRun, signedOf, varintBetween, varintEnd, WIDE_WINDOW, wordAt } from "./bits";

const FAILED: i32 = -1;

const STALE_NAN: u64 = 0x7ff0000000000002;

/** How many samples of one zero bit are taken out of a word at most; the fields behind them must be in it still. */
const MOST_ZEROS: i32 = 32;
const STOP_BIT: u64 = 1 << (63 - MOST_ZEROS);

/** The least words, by their upper bits, that begin with so many ones. */
const ONE: u64 = 0b1 << 63;
const TWO_ONES: u64 = 0b11 << 62;
const THREE_ONES: u64 = 0b111 << 61;
const FOUR_ONES: u64 = 0b1111 << 60;
const FIVE_ONES: u64 = 0b11111 << 59;

export function xor2Decode(address: usize, end: usize, sampleCount: i32, timestampsMs: usize, values: usize): i32 {
  if (sampleCount == 0) return 0;
  const startByte = <i32>load<u8>(address);
  const changeIndex = startByte & 0x7f;
  // Samples from here on have their start timestamps behind them.
  const plainCount = changeIndex == 0 ? sampleCount : min(changeIndex, sampleCount);
  let position = varintEnd(address + 1, end);
  if (position == 0 || position + 8 > end) return FAILED;
  let timestamp = signedOf(varintBetween(address + 1, position));
  let value = bswap<u64>(load<u64>(position));
  store<f64>(timestampsMs, <f64>timestamp);
  store<u64>(values, value);
  if (value == STALE_NAN) value = 0;
  position += 8;
  if (startByte >= 0x80) {
    position = varintEnd(position, end);
    if (position == 0) return FAILED;
  }
  if (sampleCount == 1) return 1;
  const base = varintEnd(position, end);
  if (base == 0) return FAILED;
  let delta = <i64>varintBetween(position, base);

  const limit = <i32>(end - base) << 3;
  // One less than how many bits of a value the last window has, and the zeros behind it.
  let last: i32 = 63;
  let trailing: i32 = 0;
  // The second sample's value is told as behind a changed delta.
  const second = bitsAt(base, 0);
  let bit = -bitsSaved(second);
  let word = asOfUsualDelta(second);
  for (let i = 1; i < sampleCount; word = bitsAt(base, bit)) {
    if (bit > limit) return FAILED;
    if (i < plainCount && (last < WIDE_WINDOW || <i64>word >= 0)) {
      // Each zero bit is one more sample with the usual delta and the same value.
      const same = min(<i32>clz(word | STOP_BIT), plainCount - i);
      putRun(timestampsMs + (<usize>i << 3), values + (<usize>i << 3), timestamp, delta, value, same);
      i += same;
      timestamp += same * delta;
      bit += same;
      word <<= same;
      if (same == MOST_ZEROS || i == plainCount) continue;
    }

    if (word >= TWO_ONES && word < FIVE_ONES) {
      bit += <i32>clz(~word) + 1;
      const width = word < THREE_ONES ? 13 : word < FOUR_ONES ? 20 : 64;
      delta += <i64>wordAt(base, bit) >> (64 - width);
      bit += width;
      word = bitsAt(base, bit);
      bit -= bitsSaved(word);
      word = asOfUsualDelta(word);
    }
    timestamp += delta;

    const isStale = word >= FIVE_ONES;
    if (isStale) {
      bit += 5;
    } else if (word < ONE) {
      bit += 1;
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
    store<u64>(values + (<usize>i << 3), isStale ? STALE_NAN : value);
    if (i++ >= plainCount) bit = varbitEnd(base, bit);
  }
  return bit > limit ? FAILED : sampleCount;
}

/** A value as it is told behind a changed delta, `0`, `10`, `110` or `111`, in the form of the usual delta: `0`, `100`, `101` or `11111`. */
function asOfUsualDelta(word: u64): u64 {
  if (word >= THREE_ONES) return FIVE_ONES;
  if (word >= TWO_ONES) return word ^ (0b011 << 61);
  return word >= ONE ? ONE : word;
}

/** By how many bits the former is shorter. */
function bitsSaved(word: u64): i32 {
  if (word >= THREE_ONES) return 2;
  return word >= ONE && word < TWO_ONES ? 1 : 0;
}

/** The bits of a varbit behind no to seven ones, from the lowest byte on (tsdb/chunkenc/varbit.go). */
const VARBIT_WIDTHS: u64 = 0x38_19_12_0c_09_06_03_00;

/** Where the varbit ends that begins at `bit`. */
function varbitEnd(base: usize, bit: i32): i32 {
  const ones = <i32>clz(~bitsAt(base, bit));
  return ones < 8 ? bit + ones + 1 + <i32>((VARBIT_WIDTHS >> (ones << 3)) & 0xff) : bit + 8 + 64;
}
