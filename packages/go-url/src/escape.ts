const UNRESERVED = "A-Za-z0-9\\-_.~";
/** What a path that is kept as it was written may hold (net/url `validEncoded`). */
const WRITTEN_PATH = new RegExp(`^(?:[${UNRESERVED}!$&'()*+,;=:@[\\]/]|%[\\da-f]{2})*$`, "i");
/** What Go leaves alone where it encodes a path anew. */
const PLAIN_PATH = new RegExp(`[${UNRESERVED}$&+,/:;=@]`);
const BAD_ESCAPE = /%(?![\da-f]{2}).{0,2}/is;

/** Fails, in Go's words, where a `%` is not followed by two hexadecimal digits. */
export function checkEscapes(text: string): void {
  const bad = BAD_ESCAPE.exec(text);
  if (bad !== null) throw new Error(`invalid URL escape ${JSON.stringify(bad[0])}`);
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
  return [...unescapeBytes(path).toString("latin1")].map((char) => (PLAIN_PATH.test(char) ? char : percent(char))).join("");
}

/** A query as it goes over the wire: as it was written, but for what no request line can hold. */
export function escapedQuery(query: string): string {
  return Buffer.from(query, "utf8")
    .toString("latin1")
    .replace(/[^!-~]/g, percent);
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
