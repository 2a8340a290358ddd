/** π/2 is Math.PI/2 and this. */
const MORE_BITS = 6.123233995736766e-17;
const TAN_3_EIGHTHS_PI = 2.414213562373095;

/** Cephes' approximation of the arc tangent in [0, 0.66]. */
function nearZero(x: number): number {
  const z = x * x;
  const above =
    (((-8.750608600031904e-1 * z - 1.6157537187333652e1) * z - 7.500855792314705e1) * z - 1.2288666844901361e2) * z - 6.485021904942025e1;
  const below =
    ((((z + 2.4858464901423062e1) * z + 1.6502700983169885e2) * z + 4.3288106049129027e2) * z + 4.853903996359137e2) * z +
    1.945506571482614e2;
  return x * ((z * above) / below) + x;
}

/** The arc tangent of a number that is not negative. */
function ofPositive(x: number): number {
  if (x <= 0.66) return nearZero(x);
  if (x > TAN_3_EIGHTHS_PI) return Math.PI / 2 - nearZero(1 / x) + MORE_BITS;
  return Math.PI / 4 + nearZero((x - 1) / (x + 1)) + 0.5 * MORE_BITS;
}

/** The arc tangent to the bit as Go has it: Cephes' atan.c. */
export function atan(x: number): number {
  if (x === 0) return x;
  return x > 0 ? ofPositive(x) : -ofPositive(-x);
}

/** The arc sine as Go makes it of the arc tangent. */
export function asin(x: number): number {
  if (x === 0) return x;
  const size = Math.abs(x);
  if (!(size <= 1)) return Number.NaN;
  const cosine = Math.sqrt(1 - size * size);
  const angle = size > 0.7 ? Math.PI / 2 - ofPositive(cosine / size) : ofPositive(size / cosine);
  return x < 0 ? -angle : angle;
}

/** The arc cosine as Go makes it of the arc sine. */
export function acos(x: number): number {
  return Math.PI / 2 - asin(x);
}

/** The angle of a point, as Go makes it of the arc tangent. */
export function atan2(y: number, x: number): number {
  const isPlain = x !== 0 && y !== 0 && Math.abs(x) < Infinity && Math.abs(y) < Infinity;
  // Angles along the axes and the diagonals are the same everywhere.
  if (!isPlain) return Math.atan2(y, x);
  const angle = atan(y / x);
  if (x > 0) return angle;
  return angle <= 0 ? angle + Math.PI : angle - Math.PI;
}
