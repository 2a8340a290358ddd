import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { SeriesCache } from "../../src/receiver/series-cache.ts";

/** Label texts as a message has them. */
function labelsIn(texts: readonly (string | Uint8Array)[]): { bytes: Uint8Array; ranges: Uint32Array; from: number; to: number } {
  const parts = texts.map((text) => (typeof text === "string" ? Buffer.from(text) : Buffer.from(text)));
  const ranges = new Uint32Array(2 * parts.length + 4);
  let at = 3;
  // What stands before must not matter: the labels are those behind the first.
  parts.forEach((part, i) => {
    ranges[2 * i + 4] = at;
    at += part.length;
    ranges[2 * i + 5] = at;
  });
  return { bytes: Buffer.concat([Buffer.from("xxx"), ...parts]), ranges, from: 1, to: 1 + parts.length / 2 };
}

const life = { epoch: 0, isLive: (_ref: number): boolean => true };
const find = (cache: SeriesCache, texts: readonly (string | Uint8Array)[]): number => {
  const { bytes, ranges, from, to } = labelsIn(texts);
  return cache.find(bytes, ranges, from, to);
};
const add = (cache: SeriesCache, texts: readonly string[], ref: number): void => {
  const { bytes, ranges, from, to } = labelsIn(texts);
  cache.add(bytes, ranges, from, to, ref);
};

test("it is a map of label texts", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "", "é"), maxLength: 3 });
  const labels = fc.array(fc.tuple(text, text), { maxLength: 3 }).map((pairs) => pairs.flat());
  fc.assert(
    fc.property(fc.array(fc.tuple(labels, fc.integer({ min: 1, max: 1000 })), { maxLength: 60 }), (entries) => {
      const cache = new SeriesCache(life);
      const model = new Map<string, number>();
      for (const [texts, ref] of entries) {
        expect(find(cache, texts)).toBe(model.get(JSON.stringify(texts)) ?? 0);
        add(cache, texts, ref);
        model.set(JSON.stringify(texts), ref);
      }
      for (const [texts] of entries) expect(find(cache, texts)).toBe(model.get(JSON.stringify(texts)));
      expect(cache.size).toBe(model.size);
    }),
  );
});

test("bytes that are not UTF-8 are no other division of the same key", () => {
  const cache = new SeriesCache(life);
  add(cache, ["a", "b", "c", "d"], 7);
  expect(find(cache, [Uint8Array.of(97, 255, 98), Uint8Array.of(99, 255, 100)])).toBe(0);
  expect(find(cache, [Uint8Array.of(97, 255, 98), "c", "", "d"])).toBe(0);
});

test("thousands of series are found again, and after the space is used up the newest", () => {
  const cache = new SeriesCache(life, 1 << 20);
  const texts = (i: number): string[] => ["__name__", `metric_${i}`, "instance", "x".repeat(80)];
  for (let i = 1; i <= 5000; i++) add(cache, texts(i), i);
  for (let i = 1; i <= 5000; i++) expect(find(cache, texts(i))).toBe(i);
  for (let i = 5001; i <= 30_000; i++) add(cache, texts(i), i);
  expect(cache.size).toBeLessThan(10_000);
  expect(find(cache, texts(30_000))).toBe(30_000);
  expect(find(cache, texts(1))).toBe(0);
});

test("a key that fills more than a page is not kept, one that fills it is", () => {
  const cache = new SeriesCache(life);
  add(cache, ["a", "x".repeat((1 << 20) - 3)], 5);
  add(cache, ["a", "x".repeat((1 << 20) - 2)], 6);
  expect(find(cache, ["a", "x".repeat((1 << 20) - 3)])).toBe(5);
  expect(find(cache, ["a", "x".repeat((1 << 20) - 2)])).toBe(0);
});

test.each([
  { epoch: 0, dead: [1], known: [1, 2], why: "while nothing is dropped nobody is asked" },
  { epoch: 1, dead: [1], known: [0, 2], why: "series that were dropped are forgotten" },
  { epoch: 3, dead: [2], known: [1, 0], why: "however often" },
])("$why", ({ epoch, dead, known }) => {
  const asked: number[] = [];
  const isLive = (ref: number, sinceEpoch?: number): boolean => asked.push(sinceEpoch ?? NaN) > 0 && !dead.includes(ref);
  const changing = { epoch: 0, isLive };
  const cache = new SeriesCache(changing);
  add(cache, ["a", "1"], 1);
  add(cache, ["a", "2"], 2);
  changing.epoch = epoch;
  cache.followEpoch();
  expect([find(cache, ["a", "1"]), find(cache, ["a", "2"])]).toEqual(known);
  // A reference may have become another series' since: asked is whether it is the one that it was.
  expect(asked).toEqual(epoch === 0 ? [] : [0, 0]);
  add(cache, ["a", "1"], 9);
  expect(find(cache, ["a", "1"])).toBe(9);
});
