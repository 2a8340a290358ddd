import { expect, test } from "@jest/globals";
import { WalRefs } from "../../src/wal/wal-refs.ts";

test.each([
  { walRef: 0, ref: 1, why: "the smallest" },
  { walRef: 4096, ref: 2, why: "past the room there was" },
  { walRef: (1 << 26) - 1, ref: 3, why: "the last that is an index" },
  { walRef: 1 << 26, ref: 4, why: "the first that is not" },
  { walRef: 2 ** 53 - 1, ref: 5, why: "the largest" },
])("$walRef is found: $why", ({ walRef, ref }) => {
  const refs = new WalRefs();
  expect(refs.get(walRef)).toBe(0);
  refs.set(walRef, ref);
  expect(refs.get(walRef)).toBe(ref);
});

test.each([-1, 5, 2 ** 40])("%d, of which nobody told, is none", (walRef) => {
  const refs = new WalRefs();
  refs.set(1, 1);
  expect(refs.get(walRef)).toBe(0);
});
