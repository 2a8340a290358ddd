/** Go names the first byte that no base64 text has there (encoding/base64 `CorruptInputError`). */
export class Base64Error extends Error {
  constructor(byteOffset: number) {
    super(`illegal base64 data at input byte ${byteOffset}`);
    this.name = "Base64Error";
  }
}

/**
 * Decodes the URL-safe alphabet of RFC 4648 §5 to text. Padding may be there or not, in any number: `=` alone is the empty text, as a
 * path can't hold an empty component. Throws a Base64Error.
 */
export function decodeUrlBase64(text: string): string {
  const stripped = text.replace(/=+$/, "");
  const illegal = /[^A-Za-z0-9_-]/.exec(stripped);
  if (illegal !== null) throw new Base64Error(Buffer.byteLength(stripped.slice(0, illegal.index)));
  // Groups of four characters are three bytes; a single character left over is less than one.
  if (stripped.length % 4 === 1) throw new Base64Error(stripped.length - 1);
  return Buffer.from(stripped, "base64url").toString("utf8");
}
