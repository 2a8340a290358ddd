/** π/4 in three parts, of which the first two have so few bits that their multiples up to 2^30 are exact. */
const QUARTER_A = 7.853981256484985e-1;
const QUARTER_B = 3.774894707930798e-8;
const QUARTER_C = 2.6951514290790595e-15;
const FOUR_OVER_PI = 1.2732395447351628;
/** From here on the parts are too few. */
const HUGE = 2 ** 29;

/** Of the last argument that was reduced: how many eighths of the circle were taken off, rounded up to an even number, and what is left. */
let octant = 0;
let rest = 0;

/** Reduces a finite number that is not negative to [-π/4, π/4], into `octant` (modulo 8) and `rest`. */
function reduce(x: number): void {
  if (x >= HUGE) return reduceHuge(x);
  let eighths = Math.floor(x * FOUR_OVER_PI);
  if (eighths % 2 === 1) eighths++;
  octant = eighths % 8;
  rest = x - eighths * QUARTER_A - eighths * QUARTER_B - eighths * QUARTER_C;
}

/** 4/π behind 64 bits of its whole part: 1216 bits, as many as the greatest double needs. */
const FOUR_OVER_PI_BITS = BigInt(
  "0x1" +
    "45f306dc9c882a53f84eafa3ea69bb81b6c52b3278872083fca2c757bd778ac36e48dc74849ba5c0" +
    "0c925dd413a32439fc3bd63962534e7dd1046bea5d768909d338e04d68befc827323ac7306a673e9" +
    "3908bf177bf250763ff12fffbc0b301fde5e2316b414da3eda6cfd9e4f96136e9e8c7ecd3cbfd45a" +
    "ea4f758fd7cbe2f67a0e73ef14a525d4d7f6bf623f1aba10ac06608df8f6d757",
);
const BITS_LENGTH = 20 * 64;
const scratch = new Float64Array(1);
const bits: BigUint64Array = new BigUint64Array(scratch.buffer);

/** Payne's and Hanek's reduction: of the product with 4/π only the digits around the point are computed, 128 bits of them. */
function reduceHuge(x: number): void {
  scratch[0] = x;
  const exponent = Number((bits[0] >> 52n) & 0x7ffn) - 1023 - 52;
  const mantissa = (bits[0] & 0xfffffffffffffn) | 0x10000000000000n;
  // The 192 bits from which the product's leading digit has the exponent -61.
  const window = (FOUR_OVER_PI_BITS >> BigInt(BITS_LENGTH - 192 - (exponent + 61))) & ((1n << 192n) - 1n);
  const high = (window >> 128n) * mantissa;
  const middle = ((window >> 64n) & 0xffffffffffffffffn) * mantissa;
  const low = ((window & 0xffffffffffffffffn) * mantissa) >> 64n;
  const product = BigInt.asUintN(128, (high << 64n) + middle + low);
  octant = Number(product >> 125n);
  // 53 bits behind the leading one of the fraction; what lies further is cut off, not rounded.
  const fraction = BigInt.asUintN(125, product);
  const length = fraction.toString(2).length;
  const kept = length > 53 ? (fraction >> BigInt(length - 53)) << BigInt(length - 53) : fraction;
  rest = Number(kept) * 2 ** -125;
  if (octant % 2 === 1) {
    octant = (octant + 1) % 8;
    rest--;
  }
  rest *= Math.PI / 4;
}

/** Cephes' approximation of the sine in [-π/4, π/4]. */
function sineOf(z: number): number {
  const zz = z * z;
  const series =
    ((((1.5896230157654656e-10 * zz - 2.5050747762857807e-8) * zz + 2.7557313621385722e-6) * zz - 1.984126982958954e-4) * zz +
      8.333333333322118e-3) *
      zz -
    1.666666666666663e-1;
  return z + z * zz * series;
}

/** Cephes' approximation of the cosine in [-π/4, π/4]. */
function cosineOf(z: number): number {
  const zz = z * z;
  const series =
    ((((-1.1358536521387682e-11 * zz + 2.087570084197473e-9) * zz - 2.755731417929674e-7) * zz + 2.4801587288851704e-5) * zz -
      1.3888888888873056e-3) *
      zz +
    4.1666666666666595e-2;
  return 1 - 0.5 * zz + zz * zz * series;
}

/** The sine to the bit as Go has it: Cephes' sin.c. */
export function sin(x: number): number {
  if (x === 0 || !(Math.abs(x) < Infinity)) return Math.sin(x);
  reduce(Math.abs(x));
  const value = octant % 4 === 2 ? cosineOf(rest) : sineOf(rest);
  return octant > 3 === x < 0 ? value : -value;
}

/** The cosine to the bit as Go has it: Cephes' cos.c. */
export function cos(x: number): number {
  if (!(Math.abs(x) < Infinity)) return Number.NaN;
  reduce(Math.abs(x));
  const value = octant % 4 === 2 ? sineOf(rest) : cosineOf(rest);
  return octant === 2 || octant === 4 ? -value : value;
}

/** The tangent to the bit as Go has it: Cephes' tan.c. */
export function tan(x: number): number {
  if (x === 0 || !(Math.abs(x) < Infinity)) return Math.tan(x);
  reduce(Math.abs(x));
  const zz = rest * rest;
  let value = rest;
  if (zz > 1e-14) {
    const above = (-1.3093693918138379e4 * zz + 1.1535166483858742e6) * zz - 1.7956525197648488e7;
    const below = (((zz + 1.3681296347069296e4) * zz - 1.3208923444021097e6) * zz + 2.500838018233579e7) * zz - 5.3869575592945464e7;
    value = rest + rest * ((zz * above) / below);
  }
  if (octant % 4 === 2) value = -1 / value;
  return x < 0 ? -value : value;
}
