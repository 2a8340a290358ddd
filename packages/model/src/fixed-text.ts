import { formatFloat } from "./number-text.ts";

/** A number with exactly `places` decimals, rounded from its exact value and half to even: Go's `%.6f`, or `%f`, with 6 places. */
export function formatFixed(value: number, places: number): string {
  if (!Number.isFinite(value)) return formatFloat(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const { digits, scale } = exactly(Math.abs(value));
  const text = String(divideToEven(digits * 10n ** BigInt(places), scale)).padStart(places + 1, "0");
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
}

/** A finite number from 0 as the fraction `digits / scale`. */
function exactly(value: number): { digits: bigint; scale: bigint } {
  if (Number.isInteger(value)) return { digits: BigInt(value), scale: 1n };
  let scaled = value;
  let scale = 1n;
  // Doubling is exact, and no more than 1074 doublings make any double whole.
  for (; !Number.isInteger(scaled); scaled *= 2) scale *= 2n;
  return { digits: BigInt(scaled), scale };
}

function divideToEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twiceRest = (dividend % divisor) * 2n;
  return twiceRest > divisor || (twiceRest === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}
