import { Buffer } from "node:buffer";

/** Error messages quote what they could not read; an unclosed quotation mark would otherwise quote the whole rest of a body. */
const MAX_QUOTED_BYTES = 500;

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [7, "\\a"],
  [8, "\\b"],
  [9, "\\t"],
  [10, "\\n"],
  [11, "\\v"],
  [12, "\\f"],
  [13, "\\r"],
  [34, '\\"'],
  [92, "\\\\"],
]);

/**
 * Quotes bytes as Go's verb %q does: what prints stands as it is, bytes that are not UTF-8 as `\xff`. Positions at or past `end` read as
 * the newline that every text is taken to end in.
 */
export function quoteBytes(bytes: Uint8Array, start: number, stop: number, end: number): string {
  const cut = Math.min(stop, start + MAX_QUOTED_BYTES);
  const copy = Buffer.alloc(Math.max(0, cut - start), 10);
  copy.set(bytes.subarray(start, Math.min(cut, end)));
  return cut < stop ? `${quoteText(copy)}...` : quoteText(copy);
}

/** Quotes a text as Go's verb %q does. */
export function quoteString(text: string): string {
  return quoteText(Buffer.from(text));
}

function quoteText(bytes: Buffer): string {
  let out = '"';
  for (let i = 0; i < bytes.length;) {
    const size = characterBytes(bytes, i);
    if (size === 0) {
      out += `\\x${bytes[i].toString(16).padStart(2, "0")}`;
      i++;
      continue;
    }
    out += quoteCharacter(bytes.toString("utf8", i, i + size));
    i += size;
  }
  return `${out}"`;
}

function quoteCharacter(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const short = SHORT_ESCAPES.get(codePoint);
  if (short !== undefined) return short;
  if (character === " " || /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)) return character;
  if (codePoint < 0x80) return `\\x${codePoint.toString(16).padStart(2, "0")}`;
  return codePoint > 0xffff ? `\\U${codePoint.toString(16).padStart(8, "0")}` : `\\u${codePoint.toString(16).padStart(4, "0")}`;
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
