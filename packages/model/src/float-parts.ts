const scratch = new Float64Array(1);
const words: Uint32Array = new Uint32Array(scratch.buffer);

/** The exponent e of a finite number that is not zero: it is f times 2^e with f in [0.5, 1). */
export function exponentOf(value: number): number {
  scratch[0] = value;
  const biased = (words[1] >>> 20) & 0x7ff;
  if (biased !== 0) return biased - 1022;
  // Subnormal numbers keep no leading bit: they are brought up first.
  scratch[0] = value * 2 ** 52;
  return ((words[1] >>> 20) & 0x7ff) - 1074;
}

/** The f of `exponentOf`, with the sign of `value`. */
export function fractionOf(value: number): number {
  scratch[0] = Math.abs(value) < 2 ** -1022 ? value * 2 ** 52 : value;
  words[1] = (words[1] & 0x800fffff) | 0x3fe00000;
  return scratch[0];
}
