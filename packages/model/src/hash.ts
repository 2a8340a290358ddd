import type { Labels } from "./labels.ts";
import { xxhash64 } from "./xxhash64.ts";

const encoder = new TextEncoder();
/** Where a label set is laid out to be hashed. */
let scratch = new Uint8Array(1024);
const MASK: bigint = (1n << 64n) - 1n;
const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** FNV-1a, 64 bits, of `bytes`, going on from `seed`. */
export function fnv1a64(bytes: Uint8Array, seed: bigint = FNV_OFFSET): bigint {
  let hash = seed;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * FNV_PRIME) & MASK;
  return hash;
}

/** The fingerprint by which alerts are known: FNV-1a over each name and value, each ended by a byte 0xff (common/model `LabelSet.Fingerprint`). */
export function fingerprint(labels: Labels): bigint {
  return fnv1a64(separated(labels));
}

/** A fingerprint as 16 lower-case hexadecimal digits, as the API and the logs show it. */
export function formatFingerprint(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}

/** A 64-bit hash as a share of the largest, from 0 to 1, in the doubles that `limit_ratio` compares (promql/engine.go `HashRatioSampler`). */
export function hashRatio(hash: bigint): number {
  return Number(hash) / 2 ** 64;
}

/** xxhash64 over the same bytes: the hash of the notification log, and of label subsets (labels `HashForLabels`, `StableHash`). */
export function stableHash(labels: Labels): bigint {
  return xxhash64(separated(labels));
}

/**
 * xxhash64 over names and values, each after its length in bytes: the hash by which `limit_ratio` and the offsets of scrapes and rules
 * spread (labels_stringlabels.go: a length is one byte, or 0xff and three bytes little-endian).
 */
export function hashLabels(labels: Labels): bigint {
  let room = 0;
  for (const text of labels) room += 4 + text.length * 3;
  if (room > scratch.length) scratch = new Uint8Array(room * 2);
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

function separated(labels: Labels): Uint8Array {
  const texts = labels.map((text) => encoder.encode(text));
  const bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + length + 1, 0));
  let at = 0;
  for (const text of texts) {
    bytes.set(text, at);
    at += text.length;
    bytes[at++] = 0xff;
  }
  return bytes;
}
