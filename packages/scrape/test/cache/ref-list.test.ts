import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { RefList } from "../../src/cache/ref-list.ts";

function listOf(refs: readonly number[]): RefList {
  const list = new RefList();
  for (const ref of refs) list.push(ref);
  return list;
}

test.each([
  { refs: [], others: [], want: [] },
  { refs: [3, 1, 3, 2, 1], others: [], want: [1, 2, 3] },
  { refs: [3, 1, 2], others: [2, 2, 7, 0], want: [1, 3] },
  { refs: [4_294_967_295, 5], others: [4_294_967_295], want: [5] },
])("$refs, each once, without $others are $want", ({ refs, others, want }) => {
  const list = listOf(refs);
  list.makeUnique();
  list.remove(Uint32Array.from(others));
  expect([...list.view()]).toEqual(want);
  list.clear();
  expect(list.length).toBe(0);
});

test("however many there are, it is what a Set would give", () => {
  const refs = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 2000 });
  fc.assert(
    fc.property(refs, refs, (some, others) => {
      const list = listOf(some);
      list.makeUnique();
      list.remove(Uint32Array.from(others));
      const want = new Set(some);
      for (const other of others) want.delete(other);
      expect([...list.view()]).toEqual([...want].sort((a, b) => a - b));
    }),
    { numRuns: 50 },
  );
});
