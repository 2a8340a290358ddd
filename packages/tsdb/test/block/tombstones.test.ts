import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createFaultyFiles } from "@ferula/files";
import type { Interval } from "../../src/block/intervals.ts";
import { countTombstones, decodeTombstones, encodeTombstones, readTombstones, writeTombstones } from "../../src/block/tombstones.ts";

/** Written by upstream's tombstones.WriteFile (3.14): series 3 without anything up to 5 and from 7 on. */
const OPEN_ENDS = "0130ba300103ffffffffffffffffff010a030efeffffffffffffffff01b664e190";

test("what upstream wrote is read, the least and greatest times as open ends, and written with the same bytes", () => {
  const bytes = Buffer.from(OPEN_ENDS, "hex");
  const tombstones = decodeTombstones(bytes, "tombstones");
  expect([...tombstones]).toEqual([
    [
      3,
      [
        { minTimeMs: -Infinity, maxTimeMs: 5 },
        { minTimeMs: 7, maxTimeMs: Infinity },
      ],
    ],
  ]);
  expect(countTombstones(tombstones)).toBe(2);
  expect(Buffer.from(encodeTombstones(tombstones)).toString("hex")).toBe(OPEN_ENDS);
});

test("no tombstones are nine bytes", () => {
  expect(Buffer.from(encodeTombstones(new Map())).toString("hex")).toBe("0130ba300100000000");
});

test("any tombstones come back", () => {
  const interval = fc.tuple(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), fc.nat()).map(([min, length]) => ({
    minTimeMs: min,
    maxTimeMs: min + length,
  }));
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(fc.nat(), interval), { selector: ([ref]) => ref }), (entries) => {
      const tombstones = new Map<number, Interval[]>(entries.map(([ref, one]) => [ref, [one]]));
      const sorted = [...tombstones].sort(([a], [b]) => a - b);
      expect([...decodeTombstones(encodeTombstones(tombstones), "tombstones")]).toEqual(sorted);
    }),
  );
});

test("a byte that is changed, missing or added is always noticed", () => {
  const good = encodeTombstones(new Map([[7, [{ minTimeMs: 1, maxTimeMs: 1_700_000_000_000 }]]]));
  for (let i = 0; i < good.length; i++) {
    for (let bit = 0; bit < 8; bit++) {
      const bad = good.slice();
      bad[i] ^= 1 << bit;
      expect(() => decodeTombstones(bad, "b/tombstones")).toThrow(/^cannot read b\/tombstones at offset \d+: /);
    }
    expect(() => decodeTombstones(good.subarray(0, i), "b/tombstones")).toThrow(/^cannot read b\/tombstones at offset \d+: /);
  }
  expect(() => decodeTombstones(Uint8Array.of(...good, 0), "b/tombstones")).toThrow(/^cannot read b\/tombstones at offset /);
});

test("a block without the file has none; a file that is written replaces the old one", () => {
  const files = createFaultyFiles();
  files.makeFolder("/b");
  expect(readTombstones(files, "/b")).toEqual({ tombstones: new Map(), sizeBytes: 0 });
  const tombstones = new Map([[1, [{ minTimeMs: 2, maxTimeMs: 3 }]]]);
  expect(writeTombstones(files, "/b", tombstones)).toBe(12);
  expect(readTombstones(files, "/b")).toEqual({ tombstones, sizeBytes: 12 });
});
