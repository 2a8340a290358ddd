/** A text that is no base64, or base64 of what is no text. */
export class Base64Error extends Error {
  override name = "Base64Error";
}

/** Labels are text: bytes that are none must not become other ones. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Decodes the URL-safe alphabet of RFC 4648 §5 to text. Padding may be there or not, in any number: `=` alone is the empty text, as a
 * path can't hold an empty component. Throws a Base64Error.
 */
export function decodeUrlBase64(text: string): string {
  const stripped = text.replace(/=+$/, "");
  const illegal = /[^A-Za-z0-9_-]/.exec(stripped);
  if (illegal !== null) throw illegalByte(Buffer.byteLength(stripped.slice(0, illegal.index)));
  // Groups of four characters are three bytes; a single character left over is less than one.
  if (stripped.length % 4 === 1) throw illegalByte(stripped.length - 1);
  try {
    return utf8.decode(Buffer.from(stripped, "base64url"));
  } catch (error) {
    throw new Base64Error("the decoded bytes are not UTF-8", { cause: error });
  }
}

/** Go names the first byte that no base64 text has there (encoding/base64 `CorruptInputError`). */
function illegalByte(offset: number): Base64Error {
  return new Base64Error(`illegal base64 data at input byte ${offset}`);
}
