import { expect, test } from "@jest/globals";
import { createCollector, createEngine } from "../../src/index.ts";
import { createJsonWriter } from "../../src/result/json-writer.ts";
import { plainPointWriter } from "../../src/result/point-writer.ts";
import { storageOf } from "../memory-storage.ts";

const engine = createEngine();
const storage = storageOf(
  1500,
  "h {{schema:0 sum:1.5 count:9 z_bucket:1 z_bucket_w:0.25 buckets:[1 0 2] n_buckets:[3 2]}}",
  "mixed 1 {{schema:-53 sum:0.1 count:3 custom_values:[0.5 2] buckets:[1 1 1]}} 1e21",
  "empty {{}}",
);

const H =
  '{"count":"9","sum":"1.5","buckets":[[1,"-2","-1","2"],[1,"-1","-0.5","3"],[3,"-0.25","0.25","1"],[0,"0.5","1","1"],[0,"2","4","2"]]}';
const MIXED = '{"count":"3","sum":"0.1","buckets":[[3,"-Inf","0.5","1"],[0,"0.5","2","1"],[0,"2","+Inf","1"]]}';

test.each<[query: string, range: readonly [number, number, number], want: string]>([
  ["h", [0, 0, 0], `{"resultType":"vector","result":[{"metric":{"__name__":"h"},"histogram":[0,${H}]}]}`],
  ["empty", [0, 0, 0], '{"resultType":"vector","result":[{"metric":{"__name__":"empty"},"histogram":[0,{"count":"0","sum":"0"}]}]}'],
  ["h", [0, 1500, 1500], `{"resultType":"matrix","result":[{"metric":{"__name__":"h"},"histograms":[[0,${H}],[1.500,${H}]]}]}`],
  [
    "mixed",
    [0, 3000, 1500],
    `{"resultType":"matrix","result":[{"metric":{"__name__":"mixed"},"values":[[0,"1"],[3,"1e+21"]],"histograms":[[1.500,${MIXED}]]}]}`,
  ],
  [
    "mixed[4s]",
    [3000, 3000, 0],
    `{"resultType":"matrix","result":[{"metric":{"__name__":"mixed"},"values":[[0,"1"],[3,"1e+21"]],"histograms":[[1.500,${MIXED}]]}]}`,
  ],
  ["h[1s]", [0, 0, 0], `{"resultType":"matrix","result":[{"metric":{"__name__":"h"},"histograms":[[0,${H}]]}]}`],
])("%s over %j as JSON", async (query, range, want) => {
  const chunks: Uint8Array[] = [];
  const { sink } = createJsonWriter(plainPointWriter(), (bytes) => chunks.push(bytes));
  await engine.run(storage, query, engine.params(...range), sink);
  expect(Buffer.concat(chunks).toString()).toBe(want);
});

test("a result in memory holds floats and histograms apart", async () => {
  const { sink, result } = createCollector();
  await engine.run(storage, "mixed", engine.params(0, 3000, 1500), sink);
  const [{ timestampsMs, values, histogramTimestampsMs, histograms }] = result().series;
  expect([[...timestampsMs], [...values], [...histogramTimestampsMs]]).toEqual([[0, 3000], [1, 1e21], [1500]]);
  expect(histograms.map(({ count }) => count)).toEqual([3]);
});

test("a histogram counts against the limit of samples by its size", async () => {
  const small = createEngine({ maxSamples: 13 });
  await expect(small.instant(storage, "h", 0)).rejects.toThrow("too many samples");
  const enough = createEngine({ maxSamples: 18 });
  expect((await enough.instant(storage, "h", 0)).stats.loadedSamples).toBeGreaterThan(13);
});
