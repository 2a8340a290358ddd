import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { nextSlot, SlotTable, tagOf } from "../../src/head/slot-table.ts";

/** Spreads the numbers from 1 on over all hashes. */
function spread(entry: number): number {
  const hash = Math.imul(entry, 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const HASHES: readonly { readonly why: string; readonly hashOf: (entry: number) => number; readonly most: number }[] = [
  { why: "hashes all over", hashOf: spread, most: 20_000 },
  {
    why: "hashes that begin alike, so that only a late bit splits them",
    hashOf: (entry) => 0xabc00000 + (spread(entry) >>> 12),
    most: 3000,
  },
  { why: "hashes that end alike, so that all want one slot", hashOf: (entry) => spread(entry) & ~1023, most: 3000 },
  {
    why: "no more hashes than ten, at the ends of the range",
    hashOf: (entry) => (entry % 10 < 5 ? entry % 10 : 2 ** 32 - (entry % 10)),
    most: 900,
  },
];

function has(table: SlotTable, entry: number, hash: number): boolean {
  const { slots, tags } = table;
  for (let slot = table.firstSlot(hash); tags[slot] !== 0; slot = nextSlot(slot)) {
    if (tags[slot] === tagOf(hash) && slots[slot] === entry) return true;
  }
  return false;
}

test.each(HASHES)("with $why, what was added and not removed is there, and nothing else", ({ hashOf, most }) => {
  const step = fc.record({ isAdded: fc.boolean(), first: fc.integer({ min: 1, max: most }), count: fc.integer({ min: 1, max: most / 2 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const table = new SlotTable(hashOf);
      const model = new Set<number>();
      let wrong = 0;
      for (const { isAdded, first, count } of steps) {
        for (let entry = first; entry < Math.min(most, first + count); entry++) {
          if (!isAdded && table.remove(entry, hashOf(entry)) !== model.delete(entry)) wrong++;
          if (!isAdded || model.has(entry)) continue;
          table.add(entry, hashOf(entry));
          model.add(entry);
        }
      }
      expect(table.count).toBe(model.size);
      for (let entry = 1; entry <= most; entry++) if (has(table, entry, hashOf(entry)) !== model.has(entry)) wrong++;
      expect(wrong).toBe(0);
    }),
    { numRuns: 20 },
  );
});

test("however many entries there are, adding one asks for no more hashes than a segment has", () => {
  let asked = 0;
  const table = new SlotTable((entry) => {
    asked++;
    return spread(entry);
  });
  let most = 0;
  for (let entry = 1; entry <= 100_000; entry++) {
    asked = 0;
    table.add(entry, spread(entry));
    most = Math.max(most, asked);
  }
  expect(most).toBeGreaterThan(100);
  expect(most).toBeLessThanOrEqual(1024);
});

test("more hashes that are alike than a segment holds are an error, not a search without end", () => {
  const table = new SlotTable(() => 7);
  for (let entry = 1; entry < 1024; entry++) table.add(entry, 7);
  expect(() => {
    table.add(1024, 7);
  }).toThrow("BUG: 1023 hashes are alike in 24 bits and more");
  expect(table.count).toBe(1023);
});
