import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { BinaryHeap } from "../../src/compact/binary-heap.ts";

test("whatever is put in between, the least comes out", () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant("pop" as const)));
  fc.assert(
    fc.property(steps, (list) => {
      const heap = new BinaryHeap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const step of list) {
        if (step === "pop") {
          expect(heap.peek()).toBe(model[0]);
          expect(heap.pop()).toBe(model.shift());
        } else {
          heap.push(step);
          model.push(step);
          model.sort((a, b) => a - b);
        }
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});

test("of equal ones it gives those that Go's container/heap gives", () => {
  const heap = new BinaryHeap<string>((a, b) => a[0] < b[0]);
  for (const item of ["1a", "1b", "1c", "0d", "1e"]) heap.push(item);
  expect(Array.from({ length: 5 }, () => heap.pop())).toEqual(["0d", "1e", "1b", "1c", "1a"]);
});
