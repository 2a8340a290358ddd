// The five primes of the algorithm (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), as words.
const P1_HIGH = 0x9e37_79b1;
const P1_LOW = 0x85eb_ca87;
const P2_HIGH = 0xc2b2_ae3d;
const P2_LOW = 0x27d4_eb4f;
const P3_HIGH = 0x1656_67b1;
const P3_LOW = 0x9e37_79f9;
const P4_HIGH = 0x85eb_ca77;
const P4_LOW = 0xc2b2_ae63;
const P5_HIGH = 0x27d4_eb2f;
const P5_LOW = 0x1656_67c5;

/** By how much each lane is rotated before the lanes are added up. */
const MERGE_ROTATIONS: readonly number[] = [1, 7, 12, 18];

// The running value as two words. A returned pair would be an allocation for each step.
let h = 0;
let l = 0;

/** The four lanes, high and low words in turn. */
const lanes = new Uint32Array(8);

/**
 * XXH64 with seed 0 of `bytes[start, end)`. It works on 32-bit halves, some ten times faster than BigInt; only the result is one.
 */
export function xxhash64(bytes: Uint8Array, start: number = 0, end: number = bytes.length): bigint {
  const length = end - start;
  let i = start;
  if (length >= 32) {
    i = foldStripes(bytes, start, end);
    mergeLanes();
  } else {
    h = P5_HIGH;
    l = P5_LOW;
  }
  add(0, length);
  for (; i + 8 <= end; i += 8) {
    const accHigh = h;
    const accLow = l;
    h = 0;
    l = 0;
    round(word(bytes, i + 4), word(bytes, i));
    h ^= accHigh;
    l ^= accLow;
    rotate(27);
    multiply(P1_HIGH, P1_LOW);
    add(P4_HIGH, P4_LOW);
  }
  if (i + 4 <= end) {
    const accHigh = h;
    const accLow = l;
    h = 0;
    l = word(bytes, i);
    multiply(P1_HIGH, P1_LOW);
    h ^= accHigh;
    l ^= accLow;
    rotate(23);
    multiply(P2_HIGH, P2_LOW);
    add(P3_HIGH, P3_LOW);
    i += 4;
  }
  for (; i < end; i++) {
    const accHigh = h;
    const accLow = l;
    h = 0;
    l = bytes[i];
    multiply(P5_HIGH, P5_LOW);
    h ^= accHigh;
    l ^= accLow;
    rotate(11);
    multiply(P1_HIGH, P1_LOW);
  }
  avalanche();
  return (BigInt(h >>> 0) << 32n) | BigInt(l >>> 0);
}

/** Folds all whole stripes of 32 bytes into the lanes; returns the index after them. */
function foldStripes(bytes: Uint8Array, start: number, end: number): number {
  h = P1_HIGH;
  l = P1_LOW;
  add(P2_HIGH, P2_LOW);
  store(0);
  h = P2_HIGH;
  l = P2_LOW;
  store(2);
  h = 0;
  l = 0;
  store(4);
  // Minus the first prime, in two's complement.
  h = ~P1_HIGH;
  l = ~P1_LOW + 1;
  store(6);
  let i = start;
  for (; i + 32 <= end; i += 32) {
    for (let lane = 0; lane < 8; lane += 2) {
      load(lane);
      round(word(bytes, i + lane * 4 + 4), word(bytes, i + lane * 4));
      store(lane);
    }
  }
  return i;
}

/** Joins the four lanes into the running value. */
function mergeLanes(): void {
  let sumHigh = 0;
  let sumLow = 0;
  for (let lane = 0; lane < 8; lane += 2) {
    load(lane);
    rotate(MERGE_ROTATIONS[lane / 2]);
    add(sumHigh, sumLow);
    sumHigh = h;
    sumLow = l;
  }
  for (let lane = 0; lane < 8; lane += 2) {
    h = 0;
    l = 0;
    round(lanes[lane], lanes[lane + 1]);
    h ^= sumHigh;
    l ^= sumLow;
    multiply(P1_HIGH, P1_LOW);
    add(P4_HIGH, P4_LOW);
    sumHigh = h;
    sumLow = l;
  }
}

function avalanche(): void {
  // x ^= x >> 33
  l ^= h >>> 1;
  multiply(P2_HIGH, P2_LOW);
  // x ^= x >> 29
  l ^= (l >>> 29) | (h << 3);
  h ^= h >>> 29;
  multiply(P3_HIGH, P3_LOW);
  // x ^= x >> 32
  l ^= h;
}

/** One round of the algorithm: adds the input times the second prime, rotates by 31, times the first prime. */
function round(inputHigh: number, inputLow: number): void {
  const accHigh = h;
  const accLow = l;
  h = inputHigh;
  l = inputLow;
  multiply(P2_HIGH, P2_LOW);
  add(accHigh, accLow);
  rotate(31);
  multiply(P1_HIGH, P1_LOW);
}

function add(high: number, low: number): void {
  const sum = (l >>> 0) + (low >>> 0);
  h = (h + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
  l = sum | 0;
}

/** The low 64 bits of the product, from 16-bit halves whose products are exact in a double. */
function multiply(high: number, low: number): void {
  const a0 = l & 0xffff;
  const a1 = l >>> 16;
  const b0 = low & 0xffff;
  const b1 = low >>> 16;
  const p00 = a0 * b0;
  const middle = a1 * b0 + (p00 >>> 16);
  const middle2 = a0 * b1 + (middle & 0xffff);
  h = (a1 * b1 + (middle >>> 16) + (middle2 >>> 16) + Math.imul(h, low) + Math.imul(l, high)) | 0;
  l = (middle2 << 16) | (p00 & 0xffff);
}

/** Rotates left by 1 to 31 bits. */
function rotate(bits: number): void {
  const high = h;
  h = (high << bits) | (l >>> (32 - bits));
  l = (l << bits) | (high >>> (32 - bits));
}

function load(lane: number): void {
  h = lanes[lane];
  l = lanes[lane + 1];
}

function store(lane: number): void {
  lanes[lane] = h;
  lanes[lane + 1] = l;
}

function word(bytes: Uint8Array, i: number): number {
  return bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
}
