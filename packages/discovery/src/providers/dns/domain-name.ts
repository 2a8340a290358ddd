/** RFC 1035 §2.3.4. */
const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;

/** As many pointers as a name of 255 bytes can need. */
const MAX_POINTERS = 126;

const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** What is written with a backslash before it, so that it is no separator. */
const SPECIAL: ReadonlySet<number> = new Set(Buffer.from(". '@;()\"\\"));

/** A name as people write it, in parts. */
interface DomainName {
  /** Empty ones are mistakes. */
  readonly labels: readonly (readonly number[])[];
  /** It ends in a dot: no search domain is to be appended. */
  readonly isRooted: boolean;
}

/** `text` is as in zone files (RFC 1035 §5.1): `\.` is a dot inside a label, `\065` a byte. */
function parseDomainName(text: string): DomainName {
  const bytes = Buffer.from(text);
  const labels: number[][] = [];
  let label: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] === DOT) {
      labels.push(label);
      label = [];
      continue;
    }
    if (bytes[i] !== BACKSLASH) {
      label.push(bytes[i]);
      continue;
    }
    const digits = /^\d{3}/.exec(bytes.toString("latin1", i + 1, i + 4))?.[0];
    if (digits !== undefined) label.push(Number(digits) & 0xff);
    else if (i + 1 < bytes.length) label.push(bytes[i + 1]);
    i += digits?.length ?? 1;
  }
  if (text === ".") return { labels: [], isRooted: true };
  const isRooted = labels.length > 0 && label.length === 0 && bytes.at(-1) === DOT;
  return { labels: isRooted ? labels : [...labels, label], isRooted };
}

/** Whether the name ends in a dot that separates. */
export function isRooted(name: string): boolean {
  return parseDomainName(name).isRooted;
}

/** The name with a dot at its end. */
export function rooted(name: string): string {
  return isRooted(name) ? name : `${name}.`;
}

/** How many labels a name has: 2 for `example.org`. */
export function countLabels(name: string): number {
  return parseDomainName(name).labels.length;
}

/** The bytes of a rooted name in a message. Throws an Error for a name that can be none. */
export function encodeName(name: string): Buffer {
  const { labels } = parseDomainName(name);
  if (labels.some(({ length }) => length === 0 || length > MAX_LABEL_BYTES)) throw new Error(`dns: bad name ${JSON.stringify(name)}`);
  const bytes = Buffer.from([...labels.flatMap((label) => [label.length, ...label]), 0]);
  if (bytes.length > MAX_NAME_BYTES) throw new Error(`dns: domain name exceeded ${MAX_NAME_BYTES} wire-format octets`);
  return bytes;
}

/** The name that stands at `offset` of a message, rooted, and where what follows it begins. Throws an Error where there is none. */
export function decodeName(message: Uint8Array, offset: number): { readonly name: string; readonly end: number } {
  let name = "";
  let end: number | undefined;
  let left = MAX_NAME_BYTES;
  let pointers = 0;
  for (let at = offset; ;) {
    const length = byteAt(message, at++);
    if (length === 0) return { name: name === "" ? "." : name, end: end ?? at };
    if (length >= 0xc0) {
      const low = byteAt(message, at++);
      end ??= at;
      // What it points at may be a pointer again, or stand further on: only the count ends a circle.
      if (++pointers > MAX_POINTERS) throw new Error("dns: too many compression pointers");
      at = ((length & 0x3f) << 8) | low;
      continue;
    }
    if (length > MAX_LABEL_BYTES) throw new Error("dns: bad rdata");
    left -= length + 1;
    if (left <= 0) throw new Error(`dns: domain name exceeded ${MAX_NAME_BYTES} wire-format octets`);
    for (const stop = at + length; at < stop; at++) name += written(byteAt(message, at));
    name += ".";
  }
}

function byteAt(message: Uint8Array, offset: number): number {
  if (offset >= message.length) throw new Error("dns: message is cut off inside a name");
  return message[offset];
}

function written(byte: number): string {
  if (SPECIAL.has(byte)) return `\\${String.fromCharCode(byte)}`;
  return byte < 0x20 || byte > 0x7e ? `\\${String(byte).padStart(3, "0")}` : String.fromCharCode(byte);
}
