/**
 * Orders two strings by their UTF-8 bytes, as upstream orders names and values: negative, zero or positive. UTF-16 order differs only
 * where a surrogate (a character past U+FFFF) meets a unit from U+E000 to U+FFFF.
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = a.length < b.length ? a.length : b.length;
  for (let i = 0; i < shorter; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return unitA < 0xd800 || unitB < 0xd800 ? unitA - unitB : rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

/** Moves surrogates past all other units. */
function rank(unit: number): number {
  return unit < 0xe000 ? unit + 0x2800 : unit;
}
