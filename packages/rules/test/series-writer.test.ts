import { expect, test } from "@jest/globals";
import { createFloatHistogram, createHistogramColumns, createMatcher, isStaleAt, labelsOf, type SampleBatch } from "@ferula/model";
import type { Appender, SeriesRef } from "@ferula/storage";
import { memoryStorage } from "@ferula/test-kit";
import type { Rule } from "../src/rule.ts";
import { createSeriesWriter, type RefusalListener } from "../src/series-writer.ts";

/** A storage that drops series; `rows` are the samples of the last batch. */
function dropping(): Appender & { readonly drop: (...refs: SeriesRef[]) => void; rows: string[] } {
  const dropped = new Set<SeriesRef>();
  const storage = memoryStorage();
  const appender = {
    ...storage,
    epoch: 0,
    rows: [] as string[],
    isLive: (ref: SeriesRef, sinceEpoch?: number) => sinceEpoch !== undefined && !dropped.has(ref),
    append(batch: SampleBatch) {
      appender.rows = Array.from({ length: batch.length }, (_, i) => `${batch.refs[i]}${isStaleAt(batch, i) ? " stale" : ""}`);
      return { appended: batch.length, outOfOrder: 0, duplicate: 0, outOfBounds: 0, tooOld: 0, invalid: 0 };
    },
    drop(...refs: SeriesRef[]) {
      for (const ref of refs) dropped.add(ref);
      appender.epoch += refs.length;
    },
  };
  return appender;
}

/** Told of no sample. */
const allTaken: RefusalListener = (reason) => {
  throw new Error(reason);
};
const ruleNamed = (name: string): Rule => ({ name }) as Rule;
const elements = (...names: string[]): { labels: ReturnType<typeof labelsOf>; value: number }[] =>
  names.map((name) => ({ labels: labelsOf({ __name__: name }), value: 1 }));

test("no marker goes to a reference whose series the storage dropped, and to every other one", () => {
  const storage = dropping();
  const writer = createSeriesWriter(storage);
  const rule = ruleNamed("r");
  writer.write(rule, elements("a", "b", "c", "d"), 1000, allTaken);
  storage.drop(1, 3);
  writer.write(rule, elements("d"), 2000, allTaken);
  expect(storage.rows).toEqual(["4", "2 stale"]);
});

test("nor when all rules end, or another writer goes on with one", () => {
  const storage = dropping();
  const [first, second] = [createSeriesWriter(storage), createSeriesWriter(storage)];
  const [ending, adopted] = [ruleNamed("ending"), ruleNamed("adopted")];
  first.write(ending, elements("a", "b"), 1000, allTaken);
  first.write(adopted, elements("c", "d"), 1000, allTaken);
  storage.drop(1, 3);
  second.adopt(adopted, adopted, first);
  first.endAll(2000);
  expect(storage.rows).toEqual(["2 stale"]);
  storage.drop(4);
  second.endAll(3000);
  expect(storage.rows).toEqual(["2 stale"]);
});

test("a histogram is stored as one, and its series ends with a stale one", () => {
  const storage = memoryStorage();
  const writer = createSeriesWriter(storage);
  const rule = ruleNamed("r");
  const histogram = createFloatHistogram({ count: 3, sum: 5, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(3) });
  writer.write(rule, [{ labels: labelsOf({ __name__: "h" }), value: 0, histogram }, ...elements("f")], 1000, allTaken);
  writer.write(rule, elements("f"), 2000, allTaken);
  const stored = createHistogramColumns(0);
  storage
    .querier(0, 5000)
    .select([createMatcher("=", "__name__", "h")])
    .readHistograms(0, stored);
  expect(stored.histograms.slice(0, stored.length)).toEqual([histogram, expect.objectContaining({ isStale: true })]);
});
