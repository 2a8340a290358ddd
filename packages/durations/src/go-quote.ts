/** What Go calls printable (strconv.IsPrint): letters, marks, numbers, punctuation, symbols and the ASCII space. */
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|["\\]|\p{Surrogate}/gu;

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\u0007", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
]);

/**
 * `text` in double quotes as Go's `%q` prints it (strconv.Quote). Messages and log lines that quote what a user wrote use it, so that
 * one line stays one line. A surrogate without its partner, which has no UTF-8 form, becomes U+FFFD.
 */
export function goQuote(text: string): string {
  return `"${text.replace(unprintable, escapeCharacter)}"`;
}

/** The same for UTF-8 bytes; those that belong to no character become `\\xff`, as in a Go string. */
export function goQuoteBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let inside = "";
  let start = 0;
  for (let i = 0; i < buffer.length;) {
    const size = characterBytes(buffer, i);
    if (size === 0) {
      inside += `${withoutQuotes(goQuote(buffer.toString("utf8", start, i)))}\\x${buffer[i].toString(16).padStart(2, "0")}`;
      start = i + 1;
    }
    i += Math.max(1, size);
  }
  return `"${inside}${withoutQuotes(goQuote(buffer.toString("utf8", start)))}"`;
}

function withoutQuotes(quoted: string): string {
  return quoted.slice(1, -1);
}

/** How many bytes the well-formed character at `i` has, 0 when there is none. */
function characterBytes(bytes: Buffer, i: number): number {
  const lead = bytes[i];
  if (lead < 0x80) return 1;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (i + size > bytes.length) return 0;
  const decoded = bytes.toString("utf8", i, i + size);
  // A malformed sequence decodes to one replacement character or more; a real U+FFFD encodes back to the same bytes.
  return Buffer.from(decoded).equals(bytes.subarray(i, i + size)) ? size : 0;
}

function escapeCharacter(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}
