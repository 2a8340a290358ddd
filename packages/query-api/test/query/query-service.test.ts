import { describe, expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { createFloatHistogram, PromError } from "@ferula/model";
import { instantParams, type PoolQuery, type PoolResult, type WorkerPool } from "@ferula/promql";
import type { ListingSource, SeriesSelection } from "@ferula/storage";
import { createQueryService } from "../../src/index.ts";

const noListings: Pick<ListingSource, "selectLabels" | "openLight" | "listLight"> = {
  selectLabels: () => {
    throw new Error("BUG: not asked for");
  },
  openLight: () => undefined,
  listLight: () => undefined,
};

const selectionOf = (pin: number): SeriesSelection => ({ pin });

const vector: PoolResult = {
  resultType: "vector",
  series: [
    {
      labels: ["a", "1"],
      timestampsMs: Float64Array.of(0),
      values: Float64Array.of(7),
      histogramTimestampsMs: new Float64Array(0),
      histograms: [],
    },
  ],
  text: "",
  warnings: [],
  infos: [],
  stats: { loadedSamples: 1, peakSamples: 1 },
};

/** A pool that selects and releases as the real one does, and answers with `outcome`. */
function poolOf(outcome: PoolResult | PromError, admits = true): { readonly pool: WorkerPool; readonly asked: PoolQuery[] } {
  const asked: PoolQuery[] = [];
  const pool: WorkerPool = {
    async run(query) {
      asked.push(query);
      const selections = admits ? query.select() : [];
      query.release(selections);
      if (outcome instanceof PromError) throw outcome;
      return outcome;
    },
    list: () => Promise.reject(new Error("BUG: not asked for")),
    close: async () => undefined,
  };
  return { pool, asked };
}

function serviceOf(pool: WorkerPool, source?: Partial<ListingSource>) {
  const released: number[] = [];
  let pins = 0;
  const registry = new Registry();
  const service = createQueryService({
    pool,
    source: { ...noListings, select: () => selectionOf(++pins), release: (pin) => void released.push(pin), ...source },
    maxSamples: 10,
    timeoutMs: 1000,
    maxConcurrency: 3,
    registry,
  });
  return { service, registry, released };
}

const { signal } = new AbortController();
const params = instantParams(0);

describe("a query", () => {
  test("selects once for each selector, and lets all go", async () => {
    const { service, released } = serviceOf(poolOf(vector).pool);
    await service.series({ text: "a + b", params, signal });
    expect(released).toEqual([1, 2]);
  });

  test("that can't select everything lets go of what it has", async () => {
    let pins = 0;
    const select = (): SeriesSelection => {
      if (++pins === 2) throw new PromError("internal", "no more");
      return selectionOf(pins);
    };
    const { service, released } = serviceOf(poolOf(vector).pool, { select });
    await expect(service.series({ text: "a + b", params, signal })).rejects.toMatchObject({ errorType: "internal" });
    expect(released).toEqual([1]);
  });

  test.each([
    [undefined, 1000],
    [200, 200],
    [5000, 1000],
  ])("that asks for a timeout of %p ms has %d ms", async (timeoutMs, want) => {
    const { pool, asked } = poolOf(vector);
    await serviceOf(pool).service.series({ text: "1", params, signal, timeoutMs });
    expect(asked[0]).toMatchObject({ timeoutMs: want, maxSamples: 10, signal });
  });

  test("that isn't PromQL never reaches the pool", async () => {
    const { pool, asked } = poolOf(vector);
    await expect(serviceOf(pool).service.series({ text: "a{", params, signal })).rejects.toMatchObject({ errorType: "bad_data" });
    expect(asked).toEqual([]);
  });

  test.each([
    { admits: false, place: "query queue" },
    { admits: true, place: "expression evaluation" },
  ])("is told that its time was over in the $place", async ({ admits, place }) => {
    const { pool } = poolOf(new PromError("timeout", "query timed out in expression evaluation"), admits);
    await expect(serviceOf(pool).service.series({ text: "a", params, signal })).rejects.toMatchObject({
      errorType: "timeout",
      message: `query timed out in ${place}`,
    });
  });

  test("is counted and timed, whether it works or not", async () => {
    const { service, registry } = serviceOf(poolOf(vector).pool);
    expect(await registry.metrics()).toContain('prometheus_engine_query_duration_seconds_count{slice="queue_time"} 0\n');
    await service.series({ text: "a", params, signal });
    const text = await registry.metrics();
    expect(text).toContain("prometheus_engine_queries 0\n");
    expect(text).toContain("prometheus_engine_queries_concurrent_max 3\n");
    expect(text).toContain("prometheus_engine_query_samples_total 1\n");
    expect(text).toContain("prometheus_engine_query_log_enabled 0\n");
    for (const slice of ["queue_time", "prepare_time", "inner_eval"]) {
      expect(text).toContain(`prometheus_engine_query_duration_seconds_count{slice="${slice}"} 1\n`);
    }
    const failing = serviceOf(poolOf(new PromError("execution", "no")).pool);
    await expect(failing.service.series({ text: "a", params, signal })).rejects.toMatchObject({ errorType: "execution" });
    expect(await failing.registry.metrics()).toContain('prometheus_engine_query_duration_seconds_count{slice="inner_eval"} 1\n');
  });
});

describe("the vector of a rule", () => {
  test("has the value of each series", async () => {
    expect(await serviceOf(poolOf(vector).pool).service.vector("a", params, signal)).toEqual([{ labels: ["a", "1"], value: 7 }]);
  });

  test("has the histogram of a series that ends in one", async () => {
    const histogram = createFloatHistogram({ count: 3, sum: 5 });
    const none = new Float64Array(0);
    const series = [
      { labels: ["a", "1"], timestampsMs: none, values: none, histogramTimestampsMs: Float64Array.of(0), histograms: [histogram] },
    ];
    expect(await serviceOf(poolOf({ ...vector, series }).pool).service.vector("a", params, signal)).toEqual([
      { labels: ["a", "1"], value: 0, histogram },
    ]);
  });

  test.each(["matrix", "string"] as const)("can't be a %s", async (resultType) => {
    const { service } = serviceOf(poolOf({ ...vector, resultType }).pool);
    await expect(service.vector("a", params, signal)).rejects.toMatchObject({
      errorType: "execution",
      message: "rule result is not a vector or scalar",
    });
  });
});
