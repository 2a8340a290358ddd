import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createReferenceIndex } from "../../../src/providers/kubernetes/reference-index.ts";

test("the index tells whom a plain search would find", () => {
  const key = fc.constantFrom("a", "b", "c");
  const ref = fc.constantFrom("pod:1", "pod:2", "node:1");
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.array(ref))), (steps) => {
      const index = createReferenceIndex();
      const model = new Map<string, readonly string[]>();
      for (const [one, refs] of steps) {
        index.set(one, refs);
        model.set(one, refs);
      }
      for (const one of ["pod:1", "pod:2", "node:1", "gone"]) {
        const want = [...model].filter(([, refs]) => refs.includes(one)).map(([name]) => name);
        expect([...index.dependents(one)].sort()).toEqual(want.sort());
      }
    }),
  );
});
