import { STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";

/** How far apart two numbers may be, relative to their sum. */
const EPSILON = 0.000001;

/** The smallest positive normal double; near zero a relative distance says nothing. */
const MIN_NORMAL = 2 ** -1022;

const value = new Float64Array(1);
const bits = new Uint32Array(value.buffer);

/** Whether the number is the NaN that marks the end of a series. */
export function isStaleMarker(number: number): boolean {
  if (number === number) return false;
  value[0] = number;
  return bits[0] === STALE_NAN_LOW && bits[1] === STALE_NAN_HIGH;
}

/** Whether two numbers differ by rounding at most; a NaN equals a NaN (util/almost/almost.go `Equal`). Neither is a stale marker. */
export function almostEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < MIN_NORMAL) return difference < EPSILON * MIN_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < EPSILON;
}
