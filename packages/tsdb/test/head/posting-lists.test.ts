import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { PagePool } from "@ferula/chunks";
import { createSharedMemory } from "@ferula/kernels";
import { PostingLists } from "../../src/head/posting-lists.ts";

test.each([0, 1, 2, 4, 5, 8, 9, 1000, 40_000])("a list of %d numbers gives them back, whatever grows beside it", (length) => {
  const shared = createSharedMemory();
  const lists = new PostingLists(shared, new PagePool(shared));
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
  const lists = new PostingLists(shared, new PagePool(shared));
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

test("blocks that lists shrank out of are used again, however often they grow and shrink", () => {
  const shared = createSharedMemory();
  const lists = new PostingLists(shared, new PagePool(shared));
  const list = lists.create();
  const states = new Uint8Array(100_000);
  let settledBytes = 0;
  for (let round = 0; round < 20; round++) {
    for (let i = lists.length(list); i < 100_000; i++) lists.push(list, i);
    states.fill(0).fill(1, 0, 3 ** (round % 10));
    expect(lists.keep(list, states, 1)).toBe(3 ** (round % 10));
    if (round === 10) settledBytes = shared.usedBytes;
  }
  expect(shared.usedBytes).toBe(settledBytes);
});

test("a list is put in order when it is asked for so, and not before", () => {
  const shared = createSharedMemory();
  const lists = new PostingLists(shared, new PagePool(shared));
  const list = lists.create();
  for (const number of [5, 7, 9, 6, 1, 10]) lists.push(list, number);
  expect([...lists.view(list)]).toEqual([5, 7, 9, 6, 1, 10]);
  expect(lists.isDisordered(list)).toBe(true);
  expect([...lists.ordered(list)]).toEqual([1, 5, 6, 7, 9, 10]);
  expect(lists.isDisordered(list)).toBe(false);
  lists.push(list, 11);
  expect(lists.isDisordered(list)).toBe(false);
});

test("a list that was freed is empty and in order when it is made again", () => {
  const shared = createSharedMemory();
  const lists = new PostingLists(shared, new PagePool(shared));
  const list = lists.create();
  for (const number of [3, 2, 1]) lists.push(list, number);
  lists.keep(list, new Uint8Array(4), 1);
  lists.free(list);
  expect(lists.create()).toBe(list);
  expect([...lists.ordered(list)]).toEqual([]);
  lists.push(list, 1);
  lists.push(list, 2);
  expect(lists.isDisordered(list)).toBe(false);
});

test("lists hold what arrays would, whatever is pushed, kept and removed", () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("push"), list: fc.nat(3), number: fc.integer({ min: 1, max: 400 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("keep"), list: fc.nat(3), number: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("removeAt"), list: fc.nat(3), number: fc.nat(400) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("ordered"), list: fc.nat(3), number: fc.constant(0) }) },
  );
  const shared = createSharedMemory();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const lists = new PostingLists(shared, new PagePool(shared));
      const made = [0, 1, 2, 3].map(() => lists.create());
      const want: number[][] = [[], [], [], []];
      for (const { kind, list, number } of steps) {
        const model = want[list];
        if (kind === "push") {
          lists.push(made[list], number);
          model.push(number);
        } else if (kind === "keep") {
          const states = Uint8Array.from({ length: 401 }, (_, i) => (i % number === 0 ? 1 : 0));
          want[list] = model.filter((one) => one % number === 0);
          expect(lists.keep(made[list], states, 1)).toBe(want[list].length);
        } else if (kind === "removeAt" && model.length > 0) {
          const last = model.pop() as number;
          const index = number % (model.length + 1);
          if (index < model.length) model[index] = last;
          expect(lists.removeAt(made[list], index)).toBe(last);
        } else if (kind === "ordered") {
          model.sort((a, b) => a - b);
          expect([...lists.ordered(made[list])]).toEqual(model);
        }
        for (let i = 0; i < 4; i++) expect([...lists.view(made[i])]).toEqual(want[i]);
      }
    }),
    { numRuns: 100 },
  );
});

test("more lists than there was room for at first", () => {
  const shared = createSharedMemory();
  const lists = new PostingLists(shared, new PagePool(shared));
  const made = Array.from({ length: 3000 }, () => lists.create());
  for (const list of made) lists.push(list, list * 2);
  expect(made.every((list) => lists.view(list)[0] === list * 2)).toBe(true);
});
