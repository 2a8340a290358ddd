import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import {
  emptyLabels,
  fingerprint,
  fnv1a64,
  formatFingerprint,
  hashForLabels,
  hashLabels,
  hashRatio,
  hashWithoutLabels,
  labelsOf,
  parseFingerprint,
  stableHash,
  xxhash64,
} from "../src/index.ts";

const up = labelsOf({ __name__: "up", job: "nöde" });
const long = "ab".repeat(300);

// The wanted hashes are those of github.com/cespare/xxhash v2.3.0 and Go's hash/fnv over the same bytes.
test.each([
  { labels: emptyLabels, want: "ef46db3751d8e999", why: "no labels" },
  { labels: up, want: "ebdd6da0d1c6c01d", why: "lengths count UTF-8 bytes" },
  { labels: labelsOf({ a: long.slice(0, 254) }), want: "1072bcf1a161f681", why: "the longest text with a length of one byte" },
  { labels: labelsOf({ a: long.slice(0, 255) }), want: "725bd3acbaa8ec4c", why: "the shortest text with a length of four" },
  { labels: labelsOf({ a: long, b: "c" }), want: "d592ca406b5b7604", why: "a label behind a long text" },
])("the hash of a label set: $why", ({ labels, want }) => {
  expect(hashLabels(labels).toString(16)).toBe(want);
});

interface GoldenHashes {
  readonly labels: readonly string[];
  readonly names: readonly string[];
  readonly want: readonly string[];
}

const golden: readonly GoldenHashes[] = readFileSync(new URL("golden/hashes.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => {
    const [labels, names, ...want] = JSON.parse(line) as [string[] | null, string[] | null, ...string[]];
    return { labels: labels ?? [], names: names ?? [], want };
  });

test.each(golden)("all hashes of $labels are upstream's", ({ labels, names, want }) => {
  const subset = new Set(names);
  const hashes = [
    hashLabels(labels),
    stableHash(labels),
    hashForLabels(labels, subset),
    hashWithoutLabels(labels, subset),
    fingerprint(labels),
  ];
  expect(hashes.map(formatFingerprint)).toEqual(want);
  expect(parseFingerprint(formatFingerprint(fingerprint(labels)))).toBe(fingerprint(labels));
});

test("a hash of labels without others never holds the metric name", () => {
  expect(hashWithoutLabels(up, new Set(["job"]))).toBe(stableHash(emptyLabels));
  expect(hashForLabels(up, new Set(["__name__", "__proto__"]))).toBe(stableHash(labelsOf({ __name__: "up" })));
});

test.each(["", "0x1", "-1", "+1", "1_0", "g", "11111111111111111"])("%j is no fingerprint", (text) => {
  expect(parseFingerprint(text)).toBeUndefined();
});

test.each([
  { text: "A", want: 10n },
  { text: "00000000000000000000ff", want: 255n },
  { text: "ffffffffffffffff", want: 0xffffffffffffffffn },
])("$text is the fingerprint $want", ({ text, want }) => {
  expect(parseFingerprint(text)).toBe(want);
});

test("a set larger than any before is hashed whole", () => {
  const huge = labelsOf({ a: "é".repeat(5000), b: "c" });
  const bytes = Buffer.from("é".repeat(5000));
  const form = Buffer.concat([Buffer.from([1, 97, 255, bytes.length & 255, bytes.length >> 8, 0]), bytes, Buffer.from([1, 98, 1, 99])]);
  expect(hashLabels(huge)).toBe(xxhash64(form));
});

test("the stable hash and the fingerprint end each text by 0xff", () => {
  expect(stableHash(up).toString(16)).toBe("a47152bb584b84e4");
  expect(formatFingerprint(fingerprint(up))).toBe("2bd7ec3f84de5516");
});

test("a fingerprint has 16 digits", () => {
  expect(formatFingerprint(fingerprint(emptyLabels))).toBe("cbf29ce484222325");
  expect(formatFingerprint(10n)).toBe("000000000000000a");
  expect(fnv1a64(new Uint8Array())).toBe(0xcbf29ce484222325n);
});

test.each([
  { length: 1, want: "e934a84adb052768" },
  { length: 2, want: "2c1bc603fe31338c" },
])("xxhash64 of $length bytes", ({ length, want }) => {
  expect(xxhash64(Uint8Array.of(0, 7).subarray(0, length)).toString(16)).toBe(want);
});

test("xxhash64 agrees with the same steps in whole 64-bit numbers, for every length and place", () => {
  const bytes = Uint8Array.from({ length: 140 }, (_, i) => (i * 7 + Math.floor(i / 13)) & 255);
  for (let length = 0; length <= 136; length++) expect(xxhash64(bytes, 3, 3 + length)).toBe(plainXxhash64(bytes.slice(3, 3 + length)));
});

test.each([
  { hash: 0n, want: 0 },
  { hash: 1n << 63n, want: 0.5 },
  { hash: (1n << 64n) - 1n, want: 1 },
])("the share of $hash is $want", ({ hash, want }) => {
  expect(hashRatio(hash)).toBe(want);
});

const cut = (x: bigint): bigint => BigInt.asUintN(64, x);

/** The algorithm as its specification words it. */
function plainXxhash64(bytes: Uint8Array): bigint {
  const [p1, p2, p3, p4, p5] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n];
  const rotate = (x: bigint, bits: bigint): bigint => cut((x << bits) | (x >> (64n - bits)));
  const round = (acc: bigint, lane: bigint): bigint => cut(rotate(cut(acc + lane * p2), 31n) * p1);
  const view = new DataView(bytes.buffer);
  let at = 0;
  let hash = p5;
  if (bytes.length >= 32) {
    const lanes = [cut(p1 + p2), p2, 0n, cut(-p1)];
    for (; at + 32 <= bytes.length; at += 32) for (let k = 0; k < 4; k++) lanes[k] = round(lanes[k], view.getBigUint64(at + 8 * k, true));
    hash = cut(rotate(lanes[0], 1n) + rotate(lanes[1], 7n) + rotate(lanes[2], 12n) + rotate(lanes[3], 18n));
    for (const lane of lanes) hash = cut((hash ^ round(0n, lane)) * p1 + p4);
  }
  hash = cut(hash + BigInt(bytes.length));
  for (; at + 8 <= bytes.length; at += 8) hash = cut(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4);
  if (at + 4 <= bytes.length) {
    hash = cut(rotate(hash ^ cut(BigInt(view.getUint32(at, true)) * p1), 23n) * p2 + p3);
    at += 4;
  }
  for (; at < bytes.length; at++) hash = cut(rotate(hash ^ cut(BigInt(bytes[at]) * p5), 11n) * p1);
  hash = cut((hash ^ (hash >> 33n)) * p2);
  hash = cut((hash ^ (hash >> 29n)) * p3);
  return hash ^ (hash >> 32n);
}
