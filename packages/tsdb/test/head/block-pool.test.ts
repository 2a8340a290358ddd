import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { PagePool } from "@ferula/chunks";
import { createSharedMemory } from "@ferula/kernels";
import { BlockPool } from "../../src/head/block-pool.ts";

test("blocks never overlap, and what was given back is handed out again", () => {
  const shared = createSharedMemory();
  const size = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.integer({ min: 1, max: 6000 }));
  fc.assert(
    fc.property(fc.array(fc.record({ words: size, isFreed: fc.boolean() }), { maxLength: 200 }), (steps) => {
      const pool = new BlockPool(shared, new PagePool(shared));
      const blocks: { address: number; words: number; mark: number }[] = [];
      const check = ({ address, words, mark }: (typeof blocks)[number]): void => {
        expect(new Set(shared.u32.subarray(address >>> 2, (address >>> 2) + words))).toEqual(new Set([mark]));
      };
      for (const [mark, { words, isFreed }] of steps.entries()) {
        const address = pool.allocate(words);
        shared.u32.fill(mark, address >>> 2, (address >>> 2) + words);
        blocks.push({ address, words, mark });
        if (!isFreed) continue;
        const [freed] = blocks.splice(mark % blocks.length, 1);
        check(freed);
        pool.free(freed.address, freed.words);
      }
      blocks.forEach(check);
    }),
    { numRuns: 100 },
  );
});

test.each([1, 2, 5, 16, 17, 18, 33, 1000, 4096, 4097, 100_000])("a block of %d words comes back at the same place", (words) => {
  const shared = createSharedMemory();
  const pool = new BlockPool(shared, new PagePool(shared));
  const block = pool.allocate(words);
  pool.allocate(words);
  pool.free(block, words);
  expect(pool.allocate(words)).toBe(block);
});

test("what is left of a page is used for smaller blocks", () => {
  const shared = createSharedMemory();
  const pool = new BlockPool(shared, new PagePool(shared));
  for (let i = 0; i < 5; i++) pool.allocate(3500);
  const { usedBytes } = shared;
  // A page has 16,384 words: four blocks, and the fifth begins another.
  for (let i = 0; i < 100; i++) pool.allocate(16);
  expect(shared.usedBytes).toBe(usedBytes);
});
