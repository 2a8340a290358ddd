const UNRESERVED = "A-Za-z0-9\\-_.~";
/** What a path that is kept as it was written may hold (net/url `validEncoded`). */
const WRITTEN_PATH = new RegExp(`^(?:[${UNRESERVED}!$&'()*+,;=:@[\\]/]|%[\\da-f]{2})*$`, "i");
/** What Go leaves alone where it encodes a path anew. */
const PLAIN_PATH = new RegExp(`[${UNRESERVED}$&+,/:;=@]`);
/** What Go leaves alone in a user's name or password. */
const PLAIN_USER = new RegExp(`[${UNRESERVED}$&+,;=]`);
/** What Go leaves alone in a host. */
const PLAIN_HOST = new RegExp(`[${UNRESERVED}!$&'()*+,;=:[\\]<>"]`);
const BAD_ESCAPE = /%(?![\da-f]{2})/i;

/** Fails, in Go's words, where a `%` is not followed by two hexadecimal digits. */
export function checkEscapes(text: string): void {
  const bad = BAD_ESCAPE.exec(text);
  if (bad !== null) throw escapeError(text, bad.index);
}

/** The error about the escape that begins at `index`. */
export function escapeError(text: string, index: number): Error {
  // Three bytes are shown, not three characters.
  const shown = Buffer.from(text.slice(index, index + 3), "utf8")
    .subarray(0, 3)
    .toString("utf8");
  return new Error(`invalid URL escape ${JSON.stringify(shown)}`);
}

/** The bytes that `%41` and its like stand for, as UTF-8 text; bytes that are none become U+FFFD. Throws where an escape is broken. */
export function unescapeText(text: string): string {
  checkEscapes(text);
  return unescapeBytes(text).toString("utf8");
}

function unescapeBytes(text: string): Buffer {
  const binary = Buffer.from(text, "utf8").toString("latin1");
  return Buffer.from(
    binary.replace(/%([\da-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    "latin1",
  );
}

/** A path as it goes over the wire: as it was written where that may stand, encoded anew where not. Throws where an escape is broken. */
export function escapedPath(path: string): string {
  checkEscapes(path);
  if (WRITTEN_PATH.test(path)) return path;
  return encoded(unescapeBytes(path), PLAIN_PATH);
}

/** A user's name or password as it stands before the `@`. */
export function escapedUser(text: string): string {
  return encoded(Buffer.from(text, "utf8"), PLAIN_USER);
}

/** A host as it stands in a URL; the `%` before a zone is encoded, too. */
export function escapedHost(host: string): string {
  return encoded(Buffer.from(host, "utf8"), PLAIN_HOST);
}

function encoded(bytes: Buffer, plain: RegExp): string {
  return [...bytes.toString("latin1")].map((char) => (plain.test(char) ? char : percent(char))).join("");
}

/**
 * A query as it goes over the wire: as it was written, but for what no request line can hold (RFC 3986, section 3.4). Go sends that as it
 * is, which other servers refuse.
 */
export function escapedQuery(query: string): string {
  return Buffer.from(query, "utf8")
    .toString("latin1")
    .replace(/[^!-~]/g, percent);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
