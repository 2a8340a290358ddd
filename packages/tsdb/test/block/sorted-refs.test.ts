import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { intersectRefs, subtractRefs, uniteRefs } from "../../src/block/sorted-refs.ts";

/** Ascending references: dense ones, or far apart up to the greatest there is. */
const refs = fc
  .oneof(fc.uniqueArray(fc.nat(200), { maxLength: 120 }), fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 40 }))
  .map((list) => Uint32Array.from(list).sort());

test("intersecting keeps what both have", () => {
  fc.assert(
    fc.property(refs, refs, (a, b) => {
      expect([...intersectRefs(a.slice(), b)]).toEqual([...a].filter((ref) => b.includes(ref)));
    }),
  );
});

test("subtracting keeps what only the first has", () => {
  fc.assert(
    fc.property(refs, refs, (a, b) => {
      expect([...subtractRefs(a.slice(), b)]).toEqual([...a].filter((ref) => !b.includes(ref)));
    }),
  );
});

test("uniting has what any list has, once and in order, however many there are and however far apart", () => {
  fc.assert(
    fc.property(fc.array(refs, { maxLength: 6 }), (lists) => {
      const want = Uint32Array.from(new Set(lists.flatMap((list) => [...list]))).sort();
      expect([...uniteRefs(lists)]).toEqual([...want]);
    }),
  );
});
