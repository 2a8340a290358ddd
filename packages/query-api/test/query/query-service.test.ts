import { describe, expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { createFloatHistogram, growSampleColumns, PromError } from "@ferula/model";
import { instantParams, type PoolQuery, type PoolResult, type WorkerPool } from "@ferula/promql";
import type { ListingSource, SeriesSelection, SeriesSet } from "@ferula/storage";
import { createQueryService, type LoggedQuery, type QueryLog, type QueryServiceOptions } from "../../src/index.ts";

const notAskedFor = (): never => {
  throw new Error("BUG: not asked for");
};

const noListings: Omit<ListingSource, "selectAll" | "release"> = {
  select: notAskedFor,
  selectLabels: notAskedFor,
  selectAllLabels: notAskedFor,
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
  stats: { loadedSamples: 1, peakSamples: 1, totalSamples: 2, samplesRead: 3 },
};

/** A pool that selects and releases as the real one does, and answers with `outcome`; if it `asksFirst`, where nothing is evaluated here. */
function poolOf(
  outcome: PoolResult | PromError,
  { admits = true, asksFirst = false } = {},
): { readonly pool: WorkerPool; readonly asked: PoolQuery[] } {
  const asked: PoolQuery[] = [];
  const pool: WorkerPool = {
    async run(query) {
      asked.push(query);
      const selections = admits ? await query.select() : [];
      try {
        const here = asksFirst ? query.here?.(selections) : undefined;
        if (here !== undefined) return here;
      } finally {
        query.release(selections);
      }
      if (outcome instanceof PromError) throw outcome;
      return outcome;
    },
    list: () => Promise.reject(new Error("BUG: not asked for")),
    write: () => Promise.reject(new Error("BUG: not asked for")),
    close: async () => undefined,
  };
  return { pool, asked };
}

function serviceOf(
  pool: WorkerPool,
  source?: Partial<ListingSource>,
  more?: Partial<Pick<QueryServiceOptions, "log" | "active" | "maxSamples">>,
) {
  const released: number[] = [];
  let pins = 0;
  const registry = new Registry();
  const service = createQueryService({
    pool,
    source: {
      ...noListings,
      selectAll: async (wanted) => wanted.map(() => selectionOf(++pins)),
      release: (pin) => void released.push(pin),
      ...source,
    },
    maxSamples: 10,
    timeoutMs: 1000,
    maxConcurrency: 3,
    registry,
    ...more,
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

  test("that can't select has nothing to let go of", async () => {
    const selectAll: ListingSource["selectAll"] = () => Promise.reject(new PromError("internal", "no more"));
    const { service, released } = serviceOf(poolOf(vector).pool, { selectAll });
    await expect(service.series({ text: "a + b", params, signal })).rejects.toMatchObject({ errorType: "internal" });
    expect(released).toEqual([]);
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
    const { pool } = poolOf(new PromError("timeout", "query timed out in expression evaluation"), { admits });
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
    expect(text).toContain("prometheus_engine_query_samples_total 2\n");
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

interface FakeLog extends QueryLog {
  readonly lines: readonly LoggedQuery[];
  readonly paths: readonly string[];
}

function fakeLog({ writes = true } = {}): FakeLog {
  const lines: LoggedQuery[] = [];
  const paths: string[] = [];
  return {
    lines,
    paths,
    open: (path) => void paths.push(path),
    isOn: () => (paths.at(-1) ?? "") !== "",
    write: (line) => {
      lines.push(line);
      return writes;
    },
    close: () => undefined,
  };
}

describe("the log of queries", () => {
  const origin = { ruleGroup: { file: "rules.yml", name: "g" } };
  const settings = { subqueryStepMs: 60_000, logFile: "queries.log" };

  test("has those that have ended, well or not, while a file is configured", async () => {
    const log = fakeLog();
    const { service } = serviceOf(poolOf(vector).pool, undefined, { log });
    await service.series({ text: "1", params, signal, origin });
    service.configure(settings);
    await service.series({ text: "2", params, signal, origin });
    await service.vector("3", params, signal, origin);
    service.configure({ ...settings, logFile: "" });
    await service.series({ text: "4", params, signal, origin });
    expect(log.paths).toEqual(["queries.log", ""]);
    expect(log.lines).toMatchObject([{ text: "2", origin, error: undefined }, { text: "3" }]);
    expect(log.lines[0].stats).toMatchObject({ samples: { totalQueryableSamples: 2, samplesRead: 3, peakSamples: 1 } });
  });

  test("has the error of one that fails, but nothing of what is no query or asked by nobody", async () => {
    const log = fakeLog();
    const failed = new PromError("execution", "no");
    const { service } = serviceOf(poolOf(failed).pool, undefined, { log });
    service.configure(settings);
    await expect(service.series({ text: "1", params, signal, origin })).rejects.toBe(failed);
    await expect(service.series({ text: "1", params, signal, origin, timeoutMs: 0.5 })).rejects.toThrow(
      "query timed out in query execution",
    );
    await expect(service.series({ text: "a{", params, signal, origin })).rejects.toThrow("parse error");
    await expect(service.series({ text: "1", params, signal })).rejects.toBe(failed);
    expect(log.lines.map(({ error }) => (error as Error).message)).toEqual(["no", "query timed out in query execution"]);
    expect(log.lines[0].stats).toMatchObject({ samples: { totalQueryableSamples: 0, samplesRead: 0, peakSamples: 0 } });
  });

  test("is told of in metrics, and its failures are counted", async () => {
    const { service, registry } = serviceOf(poolOf(vector).pool, undefined, { log: fakeLog({ writes: false }) });
    const valueOf = async (name: string) => (await registry.getSingleMetric(name)?.get())?.values[0].value;
    service.configure(settings);
    await service.series({ text: "1", params, signal, origin });
    expect(await valueOf("prometheus_engine_query_log_enabled")).toBe(1);
    expect(await valueOf("prometheus_engine_query_log_failures_total")).toBe(1);
    expect(await valueOf("prometheus_engine_query_samples_total")).toBe(2);
    expect(await valueOf("prometheus_engine_query_samples_read_total")).toBe(3);
    service.configure({ ...settings, logFile: "" });
    expect(await valueOf("prometheus_engine_query_log_enabled")).toBe(0);
  });

  test("makes all samples count; otherwise they do where it is asked for", async () => {
    const { pool, asked } = poolOf(vector);
    const { service } = serviceOf(pool, undefined, { log: fakeLog() });
    await service.series({ text: "1", params, signal, origin });
    service.configure(settings);
    await service.series({ text: "1", params, signal, origin });
    await service.series({ text: "1", params, signal, origin, stats: "steps", analyze: true });
    expect(asked.map(({ stats, analyze }) => [stats, analyze])).toEqual([
      ["cheap", false],
      ["all", false],
      ["steps", true],
    ]);
  });
});

test("subqueries without a step have the one that is configured", async () => {
  const { pool, asked } = poolOf(vector);
  const { service } = serviceOf(pool);
  await service.series({ text: "1", params, signal });
  service.configure({ subqueryStepMs: 15_000, logFile: "" });
  await service.series({ text: "1", params, signal });
  expect(asked.map((query) => query.params.defaultSubqueryStepMs)).toEqual([60_000, 15_000]);
  const { inputs } = await service.explain("max_over_time(m[1m:])", params);
  expect(inputs[0].inputs[0].step).toBe(15);
});

test.each([
  [vector, ["+a", "-a"]],
  [new PromError("execution", "no"), ["+a", "-a"]],
])("a query of a worker is noted as active from its selection to its end", async (outcome, want) => {
  const notes: string[] = [];
  const active = {
    note: (text: string) => {
      notes.push(`+${text}`);
      return () => void notes.push(`-${text}`);
    },
    close: () => undefined,
  };
  await serviceOf(poolOf(outcome, { asksFirst: true }).pool, undefined, { active })
    .service.series({ text: "a", params, signal })
    .catch(() => undefined);
  await serviceOf(poolOf(new PromError("timeout", "t"), { admits: false }).pool, undefined, { active })
    .service.series({ text: "b", params, signal })
    .catch(() => undefined);
  expect(notes).toEqual(want);
});

describe("a query of few newest samples", () => {
  const setOf = (seriesCount: number): SeriesSet => ({
    seriesCount,
    labels: (index) => ["instance", String(index)],
    read(index, out) {
      growSampleColumns(out, 1);
      out.timestampsMs[0] = 0;
      out.values[0] = index;
      out.length = 1;
    },
    readHistograms: (_index, out) => void (out.length = 0),
  });

  test.each([
    { text: "a", counts: [3], isHere: true, why: "newest samples alone" },
    { text: "1 + 2", counts: [], isHere: true, why: "no series" },
    { text: "a + b", counts: [250, 250], isHere: true, why: "as many series as there may be" },
    { text: "a + b", counts: [250, 251], isHere: false, why: "one series more" },
    { text: "a + b", counts: [3, undefined], isHere: false, why: "one of its selections is not in memory" },
    { text: "rate(a[5m])", counts: [3], isHere: true, why: "a range with few samples" },
    { text: "rate(a[5m])", counts: [3], samples: 20_001, isHere: false, why: "a range with many samples" },
    { text: "sum_over_time(vector(1)[1h:1s])", counts: [], isHere: false, why: "a subquery" },
    { text: `a{b!="${"x".repeat(256)}"}`, counts: [3], isHere: false, why: "a long text" },
  ])("$text ($why): evaluated here: $isHere", async ({ text, counts, samples = 0, isHere }) => {
    const light = [...counts];
    const openLight: ListingSource["openLight"] = (_selection, mostSamples = Infinity) => {
      const count = light.shift();
      return count === undefined || samples > mostSamples ? undefined : setOf(count);
    };
    const { service, released } = serviceOf(poolOf(vector, { asksFirst: true }).pool, { openLight }, { maxSamples: 1000 });
    const outcome = await service.series({ text, params, signal });
    expect(outcome.series === vector.series).toBe(!isHere);
    expect(released).toHaveLength(text.match(/\b[ab]\b(?![!=])/g)?.length ?? 0);
  });

  test("has its JSON handed on", async () => {
    const { service } = serviceOf(poolOf(vector, { asksFirst: true }).pool, { openLight: () => setOf(3) });
    const pieces: Uint8Array[] = [];
    await service.json({ text: "count(a)", params, signal }, (bytes) => void pieces.push(bytes));
    expect(Buffer.concat(pieces).toString()).toBe('{"resultType":"vector","result":[{"metric":{},"value":[0,"3"]}]}');
  });

  test("may not have too many samples either", async () => {
    const { service, released } = serviceOf(poolOf(vector, { asksFirst: true }).pool, { openLight: () => setOf(11) });
    await expect(service.series({ text: "a", params, signal })).rejects.toMatchObject({
      errorType: "execution",
      message: "query processing would load too many samples into memory in query execution",
    });
    expect(released).toEqual([1]);
  });
});
