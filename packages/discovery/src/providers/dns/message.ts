import { decodeName, encodeName } from "./domain-name.ts";

/** The types of records that are asked for (RFC 1035 §3.2.2, RFC 3596, RFC 2782). */
export const RECORD_TYPES = { A: 1, NS: 2, MX: 15, AAAA: 28, SRV: 33 } as const;

/** One of them. */
export type RecordType = keyof typeof RECORD_TYPES;

/** A record of an answer. Names are rooted. */
export type DnsRecord =
  | { readonly kind: "address"; readonly address: string }
  | { readonly kind: "SRV"; readonly target: string; readonly port: number }
  | { readonly kind: "MX"; readonly target: string }
  | { readonly kind: "NS"; readonly target: string }
  | { readonly kind: "CNAME" }
  | { readonly kind: "other"; readonly type: number };

/** What a server has answered. */
export interface DnsAnswer {
  readonly id: number;
  /** There is more than the packet could hold. */
  readonly isTruncated: boolean;
  /** With the upper bits that EDNS has (RFC 6891 §6.1.3): 0 is success, 3 that there is no such name. */
  readonly code: number;
  readonly records: readonly DnsRecord[];
}

const HEADER_BYTES = 12;
const RECURSION_DESIRED = 0x0100;
const TRUNCATED = 0x0200;
const CLASS_INTERNET = 1;
const TYPE_OPT = 41;

/** How large a packet may be that answers, over UDP (RFC 6891 §6.2.5). */
const UDP_BYTES = 4096;

/** A question; with `hasEdns` the answer may be longer than 512 bytes. Throws an Error for a name that can be none. */
export function encodeQuestion(id: number, name: string, type: RecordType, hasEdns: boolean): Buffer {
  const header = words(id, RECURSION_DESIRED, 1, 0, 0, hasEdns ? 1 : 0);
  const question = [encodeName(name), words(RECORD_TYPES[type], CLASS_INTERNET)];
  // An OPT record stands at the root; its class is the size of packets, the rest of it is empty.
  const options = hasEdns ? [Buffer.of(0), words(TYPE_OPT, UDP_BYTES, 0, 0, 0)] : [];
  return Buffer.concat([header, ...question, ...options]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => bytes.writeUInt16BE(value, 2 * i));
  return bytes;
}

/**
 * Reads an answer. Throws an Error that says what is wrong with its bytes. The package dns-packet won't do: it joins labels by dots, so
 * that a dot inside one is lost, takes addresses from beyond their record, and follows pointers without a limit.
 */
export function decodeAnswer(bytes: Uint8Array): DnsAnswer {
  if (bytes.length < HEADER_BYTES) throw new Error("dns: short read");
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const [id, flags, questionCount, answerCount, authorityCount, additionalCount] = [0, 2, 4, 6, 8, 10].map((at) =>
    message.readUInt16BE(at),
  );
  let at = HEADER_BYTES;
  for (let i = 0; i < questionCount && at < message.length; i++) at = questionEnd(message, at);
  const answer = decodeSection(message, at, answerCount);
  const authority = decodeSection(message, answer.end, authorityCount);
  const additional = decodeSection(message, authority.end, additionalCount);
  const options = additional.entries.findLast(({ type }) => type === TYPE_OPT);
  return {
    id,
    isTruncated: (flags & TRUNCATED) !== 0,
    code: (flags & 0x0f) | (((options?.ttl ?? 0) >>> 24) << 4),
    records: answer.entries.map(({ record }) => record),
  };
}

/** A message may end between the parts of a question, but not inside one. */
function questionEnd(message: Buffer, start: number): number {
  const { end } = decodeName(message, start);
  const left = message.length - end;
  if (left === 1 || left === 3) throw new Error("dns: message is cut off inside a question");
  return end + Math.min(4, left);
}

interface Entry {
  readonly type: number;
  readonly ttl: number;
  readonly record: DnsRecord;
}

/** A message that ends between two records has fewer than it says: that is taken as it is. */
function decodeSection(message: Buffer, start: number, count: number): { readonly entries: readonly Entry[]; readonly end: number } {
  const entries: Entry[] = [];
  let at = start;
  for (let i = 0; i < count && at < message.length; i++) {
    const fixed = decodeName(message, at).end;
    const begin = fixed + 10;
    if (begin > message.length) throw new Error("dns: message is cut off inside a record");
    const type = message.readUInt16BE(fixed);
    const end = begin + message.readUInt16BE(fixed + 8);
    if (end > message.length) throw new Error("dns: message is cut off inside a record");
    entries.push({ type, ttl: message.readUInt32BE(fixed + 4), record: decodeRecord(message.subarray(0, end), type, begin) });
    at = end;
  }
  return { entries, end: at };
}

/** Reads the contents of a record, between `begin` and the end of `message`. */
type Decode = (message: Buffer, begin: number) => DnsRecord;

const decoders: Readonly<Record<number, Decode | undefined>> = {
  [RECORD_TYPES.A]: (message, begin) => ({ kind: "address", address: exactly(message, begin, 4).join(".") }),
  [RECORD_TYPES.AAAA]: (message, begin) => ({ kind: "address", address: ipv6Text(exactly(message, begin, 16)) }),
  [RECORD_TYPES.SRV]: (message, begin) => {
    const target = lastName(message, begin + 6);
    return { kind: "SRV", target, port: message.readUInt16BE(begin + 4) };
  },
  [RECORD_TYPES.MX]: (message, begin) => ({ kind: "MX", target: lastName(message, begin + 2) }),
  [RECORD_TYPES.NS]: (message, begin) => ({ kind: "NS", target: lastName(message, begin) }),
  5: (message, begin) => {
    lastName(message, begin);
    return { kind: "CNAME" };
  },
};

function decodeRecord(message: Buffer, type: number, begin: number): DnsRecord {
  return decoders[type]?.(message, begin) ?? { kind: "other", type };
}

function exactly(message: Buffer, begin: number, length: number): Buffer {
  if (message.length - begin !== length) throw new Error("dns: bad rdlength");
  return message.subarray(begin);
}

/** The name with which a record ends. */
function lastName(message: Buffer, begin: number): string {
  const { name, end } = decodeName(message, begin);
  if (end !== message.length) throw new Error("dns: bad rdlength");
  return name;
}

/** As Go writes it: the longest run of zeros left out, an IPv4 address inside as itself. */
function ipv6Text(bytes: Buffer): string {
  const isIpv4 = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
  if (isIpv4) return bytes.subarray(12).join(".");
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16));
  // A URL's host is written by the same rules (RFC 5952).
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}
