/** `\t`, which separates as a space does. */
export const TAB: number = 9;
/** `\n`, which ends a line. */
export const NEWLINE: number = 10;
/** A space. */
export const SPACE: number = 32;
/** `"`, around values, and around names that are not of the old alphabet. */
export const QUOTE: number = 34;
/** `#`, which begins a comment, HELP and TYPE lines among them. */
export const HASH: number = 35;
/** `,` between labels. */
export const COMMA: number = 44;
/** `=` between a label's name and value. */
export const EQUAL: number = 61;
/** `\`, which takes the meaning of the character after it away, or gives it one. */
export const BACKSLASH: number = 92;
/** `{` before labels. */
export const BRACE_OPEN: number = 123;
/** `}` after labels. */
export const BRACE_CLOSE: number = 125;

/** Bit of `characterClass`: the byte may begin a label's name, being a letter or an underscore. */
export const IS_LABEL_START: number = 1;
/** Bit of `characterClass`: the byte may stand in a label's name, where digits may too. */
export const IS_LABEL: number = 2;
/** Bit of `characterClass`: the byte may begin a metric's name, which may be with a colon. */
export const IS_METRIC_START: number = 4;
/** Bit of `characterClass`: the byte may stand in a metric's name. */
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
