import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSharedMemory } from "@ferula/kernels";
import { LARGEST_SLAB_BYTES, slabAddress, SlabAllocator, slabBytes } from "../src/index.ts";
import { slabClassFor } from "../src/slab-allocator.ts";

test.each([
  { sizeBytes: 1, want: 32 },
  { sizeBytes: 32, want: 32 },
  { sizeBytes: 33, want: 48 },
  { sizeBytes: 1024, want: 1088 },
  { sizeBytes: 2048, want: LARGEST_SLAB_BYTES },
])("$sizeBytes bytes go into a slab of $want", ({ sizeBytes, want }) => {
  const slab = new SlabAllocator(createSharedMemory()).allocate(slabClassFor(sizeBytes));
  expect(slabBytes(slab)).toBe(want);
});

test("more than the largest slab is refused", () => {
  expect(() => slabClassFor(LARGEST_SLAB_BYTES + 1)).toThrow("cannot make a chunk of 2049 bytes");
});

test("a slab is zeroed when it is given back, and handed out again", () => {
  const shared = createSharedMemory();
  const slabs = new SlabAllocator(shared);
  const slab = slabs.allocate(0);
  shared.u8.fill(7, slabAddress(slab), slabAddress(slab) + 32);
  slabs.retire(slab);
  expect(slabs.allocate(0)).toBe(slab);
  expect([...shared.u8.subarray(slabAddress(slab), slabAddress(slab) + 32)]).toEqual(new Array(32).fill(0));
});

test("what a pinned reader may know keeps its bytes until the reader is gone", () => {
  const shared = createSharedMemory();
  const slabs = new SlabAllocator(shared);
  const slab = slabs.allocate(0);
  shared.u8[slabAddress(slab)] = 7;
  const early = slabs.pin();
  const late = slabs.pin();
  slabs.retire(slab);
  const afterwards = slabs.pin();
  slabs.release(late);
  expect(slabs.allocate(0)).not.toBe(slab);
  expect(shared.u8[slabAddress(slab)]).toBe(7);
  slabs.release(early);
  // A reader that was pinned after the slab was retired can't know it.
  expect(slabs.waitingCount).toBe(0);
  expect(slabs.allocate(0)).toBe(slab);
  slabs.release(afterwards);
  expect(() => slabs.release(afterwards)).toThrow("BUG: pin");
});

test("no slab is handed out twice, and none that waits, whatever the order of calls", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("allocate" as const), at: fc.nat(15) }),
    fc.record({ kind: fc.constantFrom("retire" as const, "pin" as const, "release" as const), at: fc.nat(1000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const slabs = new SlabAllocator(createSharedMemory());
      const live: number[] = [];
      const pins: number[] = [];
      /** Slabs that were retired while these pins were live. */
      const waiting: { slab: number; pins: Set<number> }[] = [];
      for (const { kind, at } of steps) {
        if (kind === "allocate") {
          const slab = slabs.allocate(at);
          expect(live).not.toContain(slab);
          expect(waiting.filter((entry) => entry.pins.size > 0).map((entry) => entry.slab)).not.toContain(slab);
          live.push(slab);
        } else if (kind === "retire" && live.length > 0) {
          const [slab] = live.splice(at % live.length, 1);
          waiting.push({ slab, pins: new Set(pins) });
          slabs.retire(slab);
        } else if (kind === "pin") {
          pins.push(slabs.pin());
        } else if (kind === "release" && pins.length > 0) {
          const [pin] = pins.splice(at % pins.length, 1);
          slabs.release(pin);
          for (const entry of waiting) entry.pins.delete(pin);
        }
      }
      expect(slabs.usedBytes).toBe(live.reduce((sum, slab) => sum + slabBytes(slab), 0));
    }),
    { numRuns: 100 },
  );
});
