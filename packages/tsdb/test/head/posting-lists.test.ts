import { expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { PostingLists } from "../../src/head/posting-lists.ts";

test.each([0, 1, 2, 4, 5, 8, 9, 1000, 40_000])("a list of %d numbers gives them back, whatever grows beside it", (length) => {
  const lists = new PostingLists(createSharedMemory());
  const [list, beside] = [lists.create(), lists.create()];
  const numbers = Array.from({ length }, (_, i) => 3 * i + 1);
  for (const number of numbers) {
    lists.push(list, number);
    lists.push(beside, 7);
  }
  expect(lists.length(list)).toBe(length);
  expect([...lists.view(list)]).toEqual(numbers);
  expect([...new Set(lists.view(beside))]).toEqual(length === 0 ? [] : [7]);
});

test("blocks that a list grew out of are used again", () => {
  const shared = createSharedMemory();
  const lists = new PostingLists(shared);
  const fill = (): void => {
    const list = lists.create();
    for (let i = 0; i < 100_000; i++) lists.push(list, i);
  };
  fill();
  const firstBytes = shared.usedBytes;
  fill();
  // The largest block alone is new, and the page that small blocks are carved from.
  expect(shared.usedBytes - firstBytes).toBeLessThanOrEqual(4 * 131_072 + 65_536);
});

test("more lists than there was room for at first", () => {
  const lists = new PostingLists(createSharedMemory());
  const made = Array.from({ length: 3000 }, () => lists.create());
  for (const list of made) lists.push(list, list * 2);
  expect(made.every((list) => lists.view(list)[0] === list * 2)).toBe(true);
});
