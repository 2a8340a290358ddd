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
  let inside = "";
  let start = 0;
  for (let i = 0; i < bytes.length;) {
    const size = characterBytes(bytes, i);
    if (size === 0) {
      inside += `${withoutQuotes(goQuote(decode(bytes, start, i)))}\\x${bytes[i].toString(16).padStart(2, "0")}`;
      start = i + 1;
    }
    i += Math.max(1, size);
  }
  return `"${inside}${withoutQuotes(goQuote(decode(bytes, start, bytes.length)))}"`;
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end));
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function withoutQuotes(quoted: string): string {
  return quoted.slice(1, -1);
}

/** How many bytes the well-formed character at `i` has, 0 when there is none. */
function characterBytes(bytes: Uint8Array, i: number): number {
  const lead = bytes[i];
  if (lead < 0x80) return 1;
  const size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (i + size > bytes.length) return 0;
  const decoded = new TextEncoder().encode(decode(bytes, i, i + size));
  // A malformed sequence decodes to one replacement character or more; a real U+FFFD encodes back to the same bytes.
  return decoded.length === size && decoded.every((byte, k) => byte === bytes[i + k]) ? size : 0;
}

function escapeCharacter(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}
