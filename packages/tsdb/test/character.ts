import fc from "fast-check";

/** Any character but half of a surrogate pair: the unit "binary" of fast-check, without the table of a million that it makes first. */
export const character: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 0x10ffff })
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));
