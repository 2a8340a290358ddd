import { expect, test } from "@jest/globals";
import type { SampleBatch } from "@ferula/model";
import { described, testCache, type TestCache } from "./support.ts";

/** Reads a body of whose samples the storage refuses the rows `refused`; tells what was added, and what ends because of that. */
function scrape(cache: TestCache, body: string, timestampMs: number, refused: readonly number[] = []): [added: number, ended: string[]] {
  const { added, onRejected, settle } = cache.readText(body, timestampMs);
  for (const row of refused) onRejected?.("float", row, "outOfOrder");
  const { notAdded = 0, stale } = settle?.() ?? {};
  return [added - notAdded, stale === undefined ? [] : described(stale as SampleBatch, cache.series)];
}

test("each spelling of a new series counts as added, and one that stands twice once", () => {
  expect(scrape(testCache(), 'a{x="1",y="2"} 1\na{y="2",x="1"} 1\nb 1\nb 2\n', 1)).toEqual([3, []]);
});

test("a new series of which nothing is taken does not count, until something is", () => {
  const cache = testCache();
  expect(scrape(cache, "a 1\nb 1\n", 1, [1])).toEqual([1, []]);
  expect(scrape(cache, "a 1\nb 1\n", 2, [1])).toEqual([0, []]);
  expect(scrape(cache, "a 1\nb 1\n", 3)).toEqual([1, []]);
  expect(scrape(cache, "a 1\nb 1\n", 4)).toEqual([0, []]);
});

test("a series of which one of two samples is taken counts", () => {
  const cache = testCache();
  expect(scrape(cache, "a 1 5\na 2 4\n", 1, [1])).toEqual([1, []]);
  expect(described(cache.readText("b 1\n", 2).batch, cache.series)).toEqual(["b{} 1 @2"]);
});

test("a series that is tracked ends where its sample is refused, and once", () => {
  const cache = testCache({ trackTimestampsStaleness: true });
  scrape(cache, "a 1 5\nb 1 5\n", 10);
  expect(scrape(cache, "a 1 6\nb 1 4\n", 11, [1])).toEqual([0, ["b{} STALE @11"]]);
  expect(described(cache.readText("a 1 7\n", 12).batch, cache.series)).toEqual(["a{} 1 @7"]);
});

test("a series ends where it gets a timestamp that is not tracked", () => {
  const cache = testCache();
  scrape(cache, "a 1\nb 1\n", 10);
  expect(described(cache.readText("a 1 5\nb 1\n", 11).batch, cache.series)).toEqual(["a{} 1 @5", "b{} 1 @11", "a{} STALE @11"]);
  expect(described(cache.readText("b 1\n", 12).batch, cache.series)).toEqual(["b{} 1 @12"]);
});
