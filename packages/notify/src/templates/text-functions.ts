/** `text` without the white space around it that Go's strings.TrimSpace knows: U+0085 is some, U+FEFF is none. */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE_SPACE.test(text[start])) start++;
  while (end > start && WHITE_SPACE.test(text[end - 1])) end--;
  return text.slice(start, end);
}

const WHITE_SPACE = /\p{White_Space}/u;

/** A value of a query without its escapes, `+` as a blank (net/url `QueryUnescape`). Bytes that are no UTF-8 show as U+FFFD. */
export function unescapeQuery(text: string): string {
  const bad = /%(?![\da-f]{2})/i.exec(text);
  if (bad !== null) throw new TypeError(`invalid URL escape ${JSON.stringify(text.slice(bad.index, bad.index + 3))}`);
  return text.replaceAll("+", " ").replace(/(?:%[\da-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll("%", ""), "hex").toString());
}

/**
 * The text in base64 of the alphabet for URLs, padded, as Go's base64.URLEncoding reads it: line ends are passed over, and bits that are
 * left over may be anything. Throws at the byte that Go names.
 */
export function decodeBase64Url(text: string): string {
  const bytes = Buffer.from(text);
  let digits = "";
  for (let at = 0; at < bytes.length; at++) {
    const character = String.fromCharCode(bytes[at]);
    if (isLineEnd(character)) continue;
    if (DIGIT.test(character)) digits += character;
    else if (character === "=") {
      checkPadding(bytes, at, digits.length % 4);
      return Buffer.from(digits, "base64url").toString();
    } else throw corrupt(at);
  }
  // What is left over begins a group that nothing ends.
  if (digits.length % 4 !== 0) throw corrupt(bytes.length - (digits.length % 4));
  return Buffer.from(digits, "base64url").toString();
}

const DIGIT = /[\w-]/;

/** One sign of padding follows three digits of a group, two follow two, and then the text ends. */
function checkPadding(bytes: Buffer, start: number, digitsInGroup: number): void {
  if (digitsInGroup < 2) throw corrupt(start);
  let at = start + 1;
  if (digitsInGroup === 2) {
    at = passLineEnds(bytes, at);
    if (at === bytes.length) throw corrupt(bytes.length);
    if (bytes[at] !== PADDING) throw corrupt(at);
    at++;
  }
  at = passLineEnds(bytes, at);
  if (at < bytes.length) throw corrupt(at);
}

const PADDING = 0x3d;

function passLineEnds(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isLineEnd(String.fromCharCode(bytes[at]))) at++;
  return at;
}

function isLineEnd(character: string): boolean {
  return character === "\n" || character === "\r";
}

function corrupt(at: number): TypeError {
  return new TypeError(`illegal base64 data at input byte ${at}`);
}
