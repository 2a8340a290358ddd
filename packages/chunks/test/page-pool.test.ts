import { expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { PAGE_BYTES, PagePool, SlabAllocator, slabAddress, slabBytes } from "../src/index.ts";
import { slabClassFor } from "../src/slab-allocator.ts";

test("a page that was given back is handed out again, zeroed", () => {
  const shared = createSharedMemory();
  const pool = new PagePool(shared);
  const page = pool.take();
  shared.u8.fill(7, page, page + PAGE_BYTES);
  pool.give(page);
  expect(pool.freeBytes).toBe(PAGE_BYTES);
  expect(pool.take()).toBe(page);
  expect(pool.freeBytes).toBe(0);
  expect(shared.u8.subarray(page, page + PAGE_BYTES).every((byte) => byte === 0)).toBe(true);
});

test("slabs of one size that are all given back make room for those of another", () => {
  const shared = createSharedMemory();
  const pool = new PagePool(shared);
  const slabs = new SlabAllocator(shared, pool);
  const small = Array.from({ length: 10_000 }, () => slabs.allocate(slabClassFor(32)));
  for (const slab of small) shared.u8.fill(7, slabAddress(slab), slabAddress(slab) + slabBytes(slab));
  const { usedBytes } = shared;
  for (const slab of small) slabs.retire(slab);
  const large = Array.from({ length: 1000 }, () => slabs.allocate(slabClassFor(200)));
  expect(shared.usedBytes).toBe(usedBytes);
  for (const slab of large) {
    const start = slabAddress(slab);
    expect(shared.u8.subarray(start, start + slabBytes(slab)).every((byte) => byte === 0)).toBe(true);
  }
});

test("slabs that its pages have left need no page", () => {
  const shared = createSharedMemory();
  const slabs = new SlabAllocator(shared);
  const counts = new Uint32Array(16);
  counts[0] = 3;
  counts[15] = 32;
  expect(slabs.pagesFor(counts)).toBe(3);
  slabs.retire(slabs.allocate(0));
  // The last page of a size is kept.
  expect(slabs.pagesFor(counts)).toBe(2);
  counts[0] = 2048;
  expect(slabs.pagesFor(counts)).toBe(3);
});
