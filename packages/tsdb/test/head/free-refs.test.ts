import { expect, test } from "@jest/globals";
import { FreeRefs } from "../../src/head/free-refs.ts";

test("the lowest reference comes first, whenever it was given", () => {
  const free = new FreeRefs();
  expect(free.take()).toBe(0);
  free.give(Uint32Array.of(5, 8, 9));
  expect(free.take()).toBe(5);
  free.give(Uint32Array.of(2, 7, 12));
  expect(Array.from({ length: 6 }, () => free.take())).toEqual([2, 7, 8, 9, 12, 0]);
});
