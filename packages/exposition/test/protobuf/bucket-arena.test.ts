import { expect, test } from "@jest/globals";
import { BucketArena, MOST_NUMBERS } from "../../src/protobuf/bucket-arena.ts";

const LENGTHS = [0, 1, 3000, 1024, 5000, 20_000, 2, 300_000];

test("each copy keeps what it was made of, however much comes behind it", () => {
  const arena = new BucketArena();
  for (let body = 0; body < 2; body++) {
    arena.reset();
    const buckets = LENGTHS.map((length, i) => arena.copyBuckets(new Float64Array(length + 5).fill(body * 100 + i), length));
    const spans = LENGTHS.map((length, i) => arena.copySpans(new Int32Array(length + 5).fill(body * 100 + i), length));
    for (const copies of [buckets, spans]) {
      expect(copies.map(({ length }) => length)).toEqual(LENGTHS);
      copies.forEach((copy, i) => expect(copy.every((value: number) => value === body * 100 + i)).toBe(true));
    }
  }
});

test("a body of more buckets than memory is spent on is refused, and the next one is not", () => {
  const arena = new BucketArena();
  const most = new Float64Array(MOST_NUMBERS);
  arena.copyBuckets(most, MOST_NUMBERS - 1);
  arena.copyBuckets(most, 1);
  expect(() => arena.copyBuckets(most, 1)).toThrow(`the histograms of a body have more than ${MOST_NUMBERS} buckets`);
  arena.reset();
  expect(arena.copyBuckets(most, 1)).toHaveLength(1);
});

test("what a large body needed is given back", () => {
  const arena = new BucketArena();
  const large = arena.copyBuckets(new Float64Array(1 << 20), 1 << 20);
  arena.reset();
  expect(arena.copyBuckets(large, 1).buffer.byteLength).toBeLessThan(large.buffer.byteLength / 2);
});
