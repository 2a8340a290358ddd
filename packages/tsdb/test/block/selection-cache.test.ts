import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createMatcher, formatLabels, createSampleColumns } from "@ferula/model";
import { selectBlockSeries } from "../../src/block/block-series.ts";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { SelectedSeries } from "../../src/block/selected-series.ts";
import { SelectionCache } from "../../src/block/selection-cache.ts";
import { createSeriesEntry } from "../../src/block/series-entry.ts";
import { writeTombstones } from "../../src/block/tombstones.ts";
import { blockDisk, every15s, readAll, writeTestBlock, type TestSeries } from "./support.ts";

const series: TestSeries[] = [
  [{ __name__: "load", job: "a" }, every15s(60)],
  [{ __name__: "load", job: "b" }, every15s(20)],
  [{ __name__: "size", job: "a" }, [[450_000, 7]]],
];

const jobA = createMatcher("=", "job", "a");
const jobB = createMatcher("=", "job", "b");
const selectors = [
  [],
  [jobA],
  [createMatcher("=", "__name__", "load")],
  [createMatcher("=~", "job", "a|b"), jobB],
  [createMatcher("=", "job", "c")],
];

/** The block, of which parts are deleted, with the cache and without. */
function blocks(isDeletedFrom: boolean): readonly [cached: BlockReader, plain: BlockReader] {
  const files = blockDisk();
  const dir = writeTestBlock(files, series, 8);
  const plain = openBlock(files, dir);
  if (isDeletedFrom) {
    const refs = plain.index.allSeries();
    writeTombstones(files, dir, new Map([[refs[0], [{ minTimeMs: 30_000, maxTimeMs: 400_000 }]]]));
  }
  return [openBlock(files, dir, { selections: new SelectionCache() }), openBlock(files, dir)];
}

test.each([
  ["of a whole block", false],
  ["of a block that was deleted from", true],
])("what is kept %s answers as the block itself, in any range and order", (_why, isDeletedFrom) => {
  const [cached, plain] = blocks(isDeletedFrom);
  const times = fc.integer({ min: -1000, max: 1_000_000 });
  fc.assert(
    fc.property(fc.constantFrom(...selectors), times, times, (matchers, minTimeMs, maxTimeMs) => {
      expect(readAll(cached, matchers, minTimeMs, maxTimeMs)).toEqual(readAll(plain, matchers, minTimeMs, maxTimeMs));
    }),
    { numRuns: 300 },
  );
});

test("the index is read once for a selection, of which another range is asked for too", () => {
  const [block] = blocks(false);
  let readCount = 0;
  const index: BlockReader["index"] = {
    ...block.index,
    readSeries(ref, out) {
      readCount++;
      block.index.readSeries(ref, out);
    },
  };
  const labelsIn = (minTimeMs: number, maxTimeMs: number): string[] => {
    const found = selectBlockSeries({ ...block, index }, minTimeMs, maxTimeMs, [jobA]);
    return Array.from({ length: found.seriesCount }, (_, i) => formatLabels(found.labels(i)));
  };
  expect(labelsIn(0, 100_000)).toEqual(['{__name__="load", job="a"}']);
  expect(readCount).toBe(2);
  expect(labelsIn(0, 500_000)).toEqual(['{__name__="load", job="a"}', '{__name__="size", job="a"}']);
  expect(readCount).toBe(2);
  const columns = createSampleColumns(0);
  selectBlockSeries({ ...block, index }, 450_000, 450_000, [jobA]).read(1, columns);
  expect(columns.values[0]).toBe(7);
  expect(readCount).toBe(2);
});

/** One series with so many chunks. */
function selectionOf(chunkCount: number): SelectedSeries {
  const selected = new SelectedSeries(1);
  const entry = createSeriesEntry();
  entry.chunkRefs = new Float64Array(chunkCount);
  entry.minTimesMs = entry.maxTimesMs = entry.chunkRefs;
  entry.chunkCount = chunkCount;
  selected.add(1, entry);
  return selected;
}

test("the selection that was not asked for the longest makes room, and what is too large is not kept", () => {
  const one = selectionOf(1000);
  const cache = new SelectionCache(2.5 * one.sizeBytes);
  cache.put(1, [jobA], one);
  cache.put(2, [jobA], one);
  expect(cache.get(1, [jobA])).toBe(one);
  cache.put(1, [jobB], one);
  expect([cache.get(1, [jobA]), cache.get(2, [jobA]), cache.get(1, [jobB])]).toEqual([one, undefined, one]);
  cache.put(3, [], selectionOf(5000));
  expect(cache.get(3, [])).toBeUndefined();
  expect(cache.get(1, [jobA])).toBe(one);
});
