import { expect, test } from "@jest/globals";
import { createRegions, createSharedMemory } from "../src/index.ts";

test("a region is at least as large as asked for, at most an eighth larger, and overlaps no other", () => {
  const shared = createSharedMemory();
  const regions = createRegions(shared);
  let end = 0;
  for (const sizeBytes of [1, 1024, 1025, 5000, 65_536, 100_001, 1_000_000]) {
    const region = regions.allocate(sizeBytes);
    expect(region.sizeBytes).toBeGreaterThanOrEqual(sizeBytes);
    expect(region.sizeBytes).toBeLessThanOrEqual(Math.max(1024, sizeBytes * 1.125));
    expect(region.address).toBeGreaterThanOrEqual(end);
    end = region.address + region.sizeBytes;
  }
});

test("what is given back is handed out again, for sizes of the same step", () => {
  const regions = createRegions(createSharedMemory());
  const first = regions.allocate(5000);
  regions.free(first);
  expect(regions.allocate(4900)).toEqual(first);
  expect(regions.allocate(5000).address).not.toBe(first.address);
});
