import { isUtf8 } from "node:buffer";

/** What no text that UTF-8 can carry holds: a surrogate alone. */
const NOT_UTF8 = "\udfff";

/**
 * The text in `bytes` from `start` to `end`. Bytes that aren't UTF-8 become lone surrogates, which model's checks of names and values refuse:
 * a replacement character would pass.
 */
export function readText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString("utf8", start, end);
  return text.includes("\ufffd") && !isUtf8(bytes.subarray(start, end)) ? text.replaceAll("\ufffd", NOT_UTF8) : text;
}
