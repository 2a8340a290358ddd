import { expect, test } from "@jest/globals";
import { decodeMeta, encodeMeta, readMeta, writeMeta, type BlockMeta } from "../../src/block/meta.ts";
import { blockDisk } from "./support.ts";

const A = "01ARYZ6S41TSV4RRFFQ69G5FAV";
const B = "01ARYZ6S41TSV4RRFFQ69G5FAW";

const full: BlockMeta = {
  ulid: A,
  minTime: 1_700_000_000_000,
  maxTime: 1_700_007_200_000,
  stats: { numSamples: 6, numFloatSamples: 4, numHistogramSamples: 2, numSeries: 3, numChunks: 3, numTombstones: 1 },
  compaction: {
    level: 2,
    sources: [A, B],
    deletable: true,
    parents: [{ ulid: B, minTime: 1, maxTime: 2 }],
    failed: true,
    hints: ["from-out-of-order"],
  },
};

const least: BlockMeta = {
  ulid: A,
  minTime: 0,
  maxTime: 0,
  stats: { numSamples: 0, numFloatSamples: 0, numHistogramSamples: 0, numSeries: 0, numChunks: 0, numTombstones: 0 },
  compaction: { level: 0, sources: [], deletable: false, parents: [], failed: false, hints: [] },
};

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function bytes(json: unknown): Uint8Array {
  return new TextEncoder().encode(typeof json === "string" ? json : JSON.stringify(json));
}

test("it is printed as upstream prints it, with our checksum as the last key", () => {
  expect(text(encodeMeta(full)).replace(/"crc32c": \d+/, '"crc32c": 0')).toBe(`{
	"ulid": "${A}",
	"minTime": 1700000000000,
	"maxTime": 1700007200000,
	"stats": {
		"numSamples": 6,
		"numFloatSamples": 4,
		"numHistogramSamples": 2,
		"numSeries": 3,
		"numChunks": 3,
		"numTombstones": 1
	},
	"compaction": {
		"level": 2,
		"sources": [
			"${A}",
			"${B}"
		],
		"deletable": true,
		"parents": [
			{
				"ulid": "${B}",
				"minTime": 1,
				"maxTime": 2
			}
		],
		"failed": true,
		"hints": [
			"from-out-of-order"
		]
	},
	"version": 1,
	"crc32c": 0
}`);
});

test("zeros and empty lists are left out where upstream leaves them out", () => {
  const { crc32c: _, ...rest } = JSON.parse(text(encodeMeta(least))) as Record<string, unknown>;
  expect(rest).toEqual({ ulid: A, minTime: 0, maxTime: 0, stats: {}, compaction: { level: 0 }, version: 1 });
});

test.each([
  { why: "everything", meta: full },
  { why: "nothing", meta: least },
])("$why comes back", ({ meta }) => {
  const files = blockDisk();
  const sizeBytes = writeMeta(files, "/data", meta);
  expect(readMeta(files, "/data")).toEqual({ meta, sizeBytes });
});

test("what upstream or anyone else wrote has no checksum, and keys that nobody knows", () => {
  const json = { version: 1, ulid: A, minTime: 1, maxTime: 2, compaction: { level: 1, sources: null }, thanos: { labels: {} } };
  expect(decodeMeta(bytes(json), "meta.json")).toEqual({
    ...least,
    minTime: 1,
    maxTime: 2,
    compaction: { ...least.compaction, level: 1 },
  });
});

test("a flipped bit is noticed or changes nothing that counts", () => {
  const good = encodeMeta(full);
  let harmless = 0;
  for (let bit = 0; bit < 8 * good.length; bit++) {
    const bad = good.slice();
    bad[bit >> 3] ^= 1 << (bit & 7);
    let meta: BlockMeta;
    try {
      meta = decodeMeta(bad, "b/meta.json");
    } catch (error) {
      expect(String(error)).toMatch(/^PromError: cannot read b\/meta\.json: /);
      continue;
    }
    expect(meta).toEqual(full);
    harmless++;
  }
  // White space, and letters of the checksum's own key.
  expect(harmless).toBeGreaterThan(0);
  expect(harmless).toBeLessThan(good.length);
});

test.each([
  { why: "no JSON", json: "{", message: /^cannot read m: .*JSON/ },
  { why: "no object", json: "[]", message: "cannot read m: it holds no object" },
  { why: "no version", json: {}, message: "cannot read m: its version is undefined, not 1" },
  { why: "another version", json: { version: 2 }, message: "cannot read m: its version is 2, not 1" },
  { why: "no name", json: { version: 1 }, message: "cannot read m: ulid is undefined, not a text" },
  { why: "a bad name", json: { version: 1, ulid: "x" }, message: 'cannot read m: ulid "x" is no ULID' },
  { why: "a time in words", json: { version: 1, ulid: A, minTime: "now" }, message: 'cannot read m: minTime is "now", not a whole number' },
  { why: "half a millisecond", json: { version: 1, ulid: A, maxTime: 0.5 }, message: "cannot read m: maxTime is 0.5, not a whole number" },
  { why: "an end before the beginning", json: { version: 1, ulid: A, minTime: 5 }, message: "cannot read m: maxTime 0 is before minTime" },
  { why: "no list", json: { version: 1, ulid: A, compaction: { hints: 1 } }, message: "cannot read m: hints is 1, not a list" },
  { why: "no object inside", json: { version: 1, ulid: A, stats: [] }, message: "cannot read m: stats is [], not an object" },
  { why: "no flag", json: { version: 1, ulid: A, compaction: { failed: 1 } }, message: "cannot read m: failed is 1, not true or false" },
  {
    why: "a bad parent",
    json: { version: 1, ulid: A, compaction: { parents: [{ ulid: "x" }] } },
    message: 'cannot read m: compaction.parents: ulid "x" is no ULID',
  },
])("$why is refused by name", ({ json, message }) => {
  expect(() => decodeMeta(bytes(json), "m")).toThrow(message);
});
