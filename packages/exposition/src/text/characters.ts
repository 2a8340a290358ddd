/** Bytes that the text format knows, and classes of them. */
export const TAB: number = 9;
export const NEWLINE: number = 10;
export const SPACE: number = 32;
export const QUOTE: number = 34;
export const HASH: number = 35;
export const COMMA: number = 44;
export const EQUAL: number = 61;
export const BACKSLASH: number = 92;
export const BRACE_OPEN: number = 123;
export const BRACE_CLOSE: number = 125;

/** Bits of `characterClass`. A label name starts with a letter or underscore; a metric name also with a colon. */
export const IS_LABEL_START: number = 1;
export const IS_LABEL: number = 2;
export const IS_METRIC_START: number = 4;
export const IS_METRIC: number = 8;

/** The classes of each byte, as bits. */
export const characterClass: Uint8Array = makeClasses();

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let c = 0; c < 128; c++) {
    const character = String.fromCharCode(c);
    if (/[a-zA-Z_]/.test(character)) classes[c] = IS_LABEL_START | IS_LABEL | IS_METRIC_START | IS_METRIC;
    if (/[0-9]/.test(character)) classes[c] = IS_LABEL | IS_METRIC;
    if (character === ":") classes[c] = IS_METRIC_START | IS_METRIC;
  }
  return classes;
}

/** The first position from `p` on that holds neither a space nor a tab, at most `end`. */
export function skipBlanks(bytes: Uint8Array, p: number, end: number): number {
  while (p < end && (bytes[p] === SPACE || bytes[p] === TAB)) p++;
  return p;
}
