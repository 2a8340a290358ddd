// What the decoders of float chunks share.

/** At least 57 bits from bit `bit` after `base`, at the top of the word. */
export function bitsAt(base: usize, bit: i32): u64 {
  return bswap<u64>(load<u64>(base + (bit >> 3))) << (bit & 7);
}

/** All 64 bits from bit `bit` after `base`. */
export function wordAt(base: usize, bit: i32): u64 {
  const next = <u64>load<u8>(base + (bit >> 3) + 8);
  return bitsAt(base, bit) | (next >> (8 - <u64>(bit & 7)));
}

/** A varint has ten bytes at most. */
const MOST_VARINT_BYTES: usize = 10;

/** Where the varint of bytes at `position` ends; 0 when it does not end before `end`, or is too long. */
export function varintEnd(position: usize, end: usize): usize {
  const last = min(end, position + MOST_VARINT_BYTES);
  while (position < last) if (load<u8>(position++) < 128) return position;
  return 0;
}

/** The varint of bytes between two addresses. */
export function varintBetween(start: usize, end: usize): u64 {
  let value: u64 = 0;
  while (end > start) value = (value << 7) | (load<u8>(--end) & 127);
  return value;
}

/** A whole number that was told zigzag. */
export function signedOf(zigzag: u64): i64 {
  return <i64>(zigzag >> 1) ^ -(<i64>(zigzag & 1));
}

/** So many rows are written at once, needed or not: a loop over single rows is dear, as how long a run is can't be guessed. */
const ROWS_A_STEP: i32 = 4;

/** Writes `count` rows of one value, each `delta` later than the one before; up to four rows behind them are overwritten. */
export function putRun(timestamps: usize, values: usize, timestamp: i64, delta: i64, value: u64, count: i32): void {
  const pair = i64x2.splat(<i64>value);
  do {
    store<f64>(timestamps, <f64>(timestamp + delta));
    store<f64>(timestamps, <f64>(timestamp + 2 * delta), 8);
    store<f64>(timestamps, <f64>(timestamp + 3 * delta), 16);
    timestamp += 4 * delta;
    store<f64>(timestamps, <f64>timestamp, 24);
    v128.store(values, pair);
    v128.store(values, pair, 16);
    timestamps += 32;
    values += 32;
    count -= ROWS_A_STEP;
  } while (count > 0);
}

/**
 * Windows of values wider than this many bits are of floats that are no integers: a value is mostly followed by another one in the same
 * window, so these are guessed. With narrower ones neither can be told beforehand, and what is done for both costs less than a wrong guess.
 */
export const WIDE_WINDOW: i32 = 32;
