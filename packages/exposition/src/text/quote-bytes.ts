import { goQuoteBytes } from "@ferula/durations";

/** Error messages quote what they could not read; an unclosed quotation mark would otherwise quote the whole rest of a body. */
const MAX_QUOTED_BYTES = 500;

const NEWLINE = 10;

/** Quotes bytes as Go's verb %q does. Positions at or past `end` read as the newline that every text is taken to end in. */
export function quoteBytes(bytes: Uint8Array, start: number, stop: number, end: number): string {
  const cut = Math.min(stop, start + MAX_QUOTED_BYTES);
  const copy = new Uint8Array(Math.max(0, cut - start)).fill(NEWLINE);
  copy.set(bytes.subarray(start, Math.min(cut, end)));
  return cut < stop ? `${goQuoteBytes(copy)}...` : goQuoteBytes(copy);
}
