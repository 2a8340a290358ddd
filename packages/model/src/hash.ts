import { type Labels, METRIC_NAME } from "./labels.ts";
import { xxhash64 } from "./xxhash64.ts";

const encoder = new TextEncoder();
/** Where a label set is laid out to be hashed. */
let scratch = new Uint8Array(1024);
const SEPARATOR = 0xff;
const FNV_OFFSET = 0xcbf29ce484222325n;
/** The prime of FNV-1a is 2^40 + this. */
const FNV_PRIME_LOW = 0x1b3;

/** FNV-1a, 64 bits, of `bytes` from `start` up to `end`, going on from `seed`. */
export function fnv1a64(bytes: Uint8Array, seed: bigint = FNV_OFFSET, start: number = 0, end: number = bytes.length): bigint {
  let high = Number(seed >> 32n);
  let low = Number(seed & 0xffffffffn);
  for (let i = start; i < end; i++) {
    low = (low ^ bytes[i]) >>> 0;
    // 32 times 9 bits, which doubles hold exactly.
    const product = low * FNV_PRIME_LOW;
    const carry = Math.floor(product / 2 ** 32);
    high = (high * FNV_PRIME_LOW + carry + ((low << 8) >>> 0)) >>> 0;
    low = product >>> 0;
  }
  return (BigInt(high) << 32n) | BigInt(low);
}

/** The fingerprint by which alerts are known: FNV-1a over each name and value, each ended by a byte 0xff (common/model `LabelSet.Fingerprint`). */
export function fingerprint(labels: Labels): bigint {
  return fnv1a64(scratch, FNV_OFFSET, 0, writeSeparated(labels));
}

/** A fingerprint as 16 lower-case hexadecimal digits, as the API and the logs show it. */
export function formatFingerprint(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}

/** A 64-bit hash as a share of the largest, from 0 to 1, in the doubles that `limit_ratio` compares (promql/engine.go `HashRatioSampler`). */
export function hashRatio(hash: bigint): number {
  return Number(hash) / 2 ** 64;
}

/** The fingerprint that `text` shows, of up to 16 hexadecimal digits, or undefined when it shows none (`ParseFingerprint`). */
export function parseFingerprint(text: string): bigint | undefined {
  return /^0*[0-9a-fA-F]{1,16}$/.test(text) ? BigInt(`0x${text}`) : undefined;
}

/** xxhash64 over the same bytes as the fingerprint: a hash that never changes between versions (labels `StableHash`). */
export function stableHash(labels: Labels): bigint {
  return xxhash64(scratch, 0, writeSeparated(labels));
}

/** The stable hash of the labels named in `names` (labels `HashForLabels`). */
export function hashForLabels(labels: Labels, names: ReadonlySet<string>): bigint {
  return stableHash(labels.filter((_, i) => names.has(labels[i - (i % 2)])));
}

/** The stable hash of all labels but those named in `names` and the metric name (labels `HashWithoutLabels`). */
export function hashWithoutLabels(labels: Labels, names: ReadonlySet<string>): bigint {
  return stableHash(labels.filter((_, i) => labels[i - (i % 2)] !== METRIC_NAME && !names.has(labels[i - (i % 2)])));
}

/**
 * xxhash64 over names and values, each after its length in bytes: the hash by which `limit_ratio` and the offsets of scrapes and rules
 * spread (labels_stringlabels.go: a length is one byte, or 0xff and three bytes little-endian).
 */
export function hashLabels(labels: Labels): bigint {
  makeRoom(labels);
  let at = 0;
  for (const text of labels) {
    // Nearly every text is short: it is written behind one byte of length, and moved when it needs four.
    const written = writeUtf8(text, at + 1);
    if (written < 255) {
      scratch[at++] = written;
    } else {
      scratch.copyWithin(at + 4, at + 1, at + 1 + written);
      scratch[at++] = 255;
      scratch[at++] = written & 255;
      scratch[at++] = (written >>> 8) & 255;
      scratch[at++] = written >>> 16;
    }
    at += written;
  }
  return xxhash64(scratch, 0, at);
}

/** Writes the UTF-8 bytes of `text` to the scratch memory; returns how many. The encoder costs more than a loop over a short ASCII text. */
function writeUtf8(text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return encoder.encodeInto(text, scratch.subarray(at)).written;
    scratch[at + i] = unit;
  }
  return text.length;
}

/** Writes names and values to the scratch memory, each ended by a byte that UTF-8 does not use; returns how many bytes. */
function writeSeparated(labels: Labels): number {
  makeRoom(labels);
  let at = 0;
  for (const text of labels) {
    at += writeUtf8(text, at);
    scratch[at++] = SEPARATOR;
  }
  return at;
}

/** No UTF-16 unit becomes more than three bytes, and no text gets more than four beside them. */
function makeRoom(labels: Labels): void {
  let room = 0;
  for (const text of labels) room += 4 + text.length * 3;
  if (room > scratch.length) scratch = new Uint8Array(room * 2);
}
