import { describe, expect, test } from "@jest/globals";
import { formatFloat, formatLabels, labelValue, METRIC_NAME } from "@ferula/model";
import { defaultParseOptions } from "@ferula/promql-syntax";
import { type QueryOutcome, createEngine } from "../src/index.ts";
import { storageOf } from "./memory-storage.ts";

const MINUTE_MS = 60_000;
const engine = createEngine({
  syntax: { ...defaultParseOptions, experimentalFunctions: true, extendedRangeSelectors: true, binopFillModifiers: true },
});

const storage = storageOf(
  MINUTE_MS,
  'requests_total{job="api",instance="0"} 0+10x20',
  'requests_total{job="api",instance="1"} 0+20x8 0+20x11',
  'requests_total{job="web",instance="0"} 0+30x20',
  'limit{job="api"} 100x20',
  'limit{job="web"} 1000x20',
  'gauge{k="a"} 1 5 3 NaN 2 2 -1',
  'gone{k="a"} 1 2 3 stale',
  'huge{k="a"} 1e308x3',
  'huge{k="b"} 1e308x3',
  'bucket{le="1"} 10x20',
  'bucket{le="2"} 30x20',
  'bucket{le="+Inf"} 40x20',
  'fallen{x="a",le="1"} 10x20',
  'fallen{x="a",le="2"} 12 12 7 10 10 10 7.75 8x20',
  'fallen{x="a",le="+Inf"} 20x20',
  'fallen{x="b",le="1"} 10x20',
  'fallen{x="b",le="4"} 9x20',
  'fallen{x="b",le="+Inf"} 10x20',
);

/** The result as lines `labels value@seconds…`, in the engine's order. */
function linesOf({ series, text, type }: QueryOutcome): string[] {
  if (type === "string") return [text];
  return series.map(
    ({ labels, timestampsMs, values }) =>
      `${formatLabels(labels)} ${[...values].map((value, i) => `${formatFloat(value)}@${timestampsMs[i] / 1000}`).join(" ")}`,
  );
}

describe("an instant query", () => {
  const atMinute6: readonly (readonly [string, readonly string[]])[] = [
    ["1 + 2 * 3 ^ 2 % 5", ["{} 4@360"]],
    ["NaN ^ 0", ["{} 1@360"]],
    ["1 ^ NaN", ["{} 1@360"]],
    ['"text"', ["text"]],
    ["limit", ['{__name__="limit", job="api"} 100@360', '{__name__="limit", job="web"} 1000@360']],
    ["limit offset -2m", ['{__name__="limit", job="api"} 100@360', '{__name__="limit", job="web"} 1000@360']],
    ['requests_total{job="web"} offset 2m', ['{__name__="requests_total", instance="0", job="web"} 120@360']],
    ['requests_total{job="web"} @ 60', ['{__name__="requests_total", instance="0", job="web"} 30@360']],
    ["gone", []],
    ["gone offset 4m", ['{__name__="gone", k="a"} 3@360']],
    ["gauge[2m]", ['{__name__="gauge", k="a"} 2@300 -1@360']],
    ["gone[4m]", []],
    ["nothing + on (job) requests_total", []],
    ["gone + on (job) requests_total", []],
    ["gone[5m]", ['{__name__="gone", k="a"} 3@120']],
    ["-gauge", ['{k="a"} 1@360']],
    ["sum by (job) (requests_total)", ['{job="api"} 180@360', '{job="web"} 180@360']],
    ["sum without (instance) (requests_total)", ['{job="api"} 180@360', '{job="web"} 180@360']],
    ["avg(requests_total)", ["{} 120@360"]],
    ["avg(huge offset 5m)", ["{} 1e+308@360"]],
    ["sum(huge offset 5m)", ["{} +Inf@360"]],
    ["min(requests_total) + max(requests_total)", ["{} 240@360"]],
    ["count(requests_total) + group(requests_total)", ["{} 4@360"]],
    ["stdvar(requests_total)", ["{} 2400@360"]],
    ["quantile(0.25, requests_total)", ["{} 90@360"]],
    ["topk(1, limit)", ['{__name__="limit", job="web"} 1000@360']],
    [
      "bottomk by (job) (1, requests_total)",
      ['{__name__="requests_total", instance="0", job="api"} 60@360', '{__name__="requests_total", instance="0", job="web"} 180@360'],
    ],
    ["limitk(2, limit)", ['{__name__="limit", job="api"} 100@360', '{__name__="limit", job="web"} 1000@360']],
    ['count_values("v", limit)', ['{v="100"} 1@360', '{v="1000"} 1@360']],
    ["sort_desc(limit)", ['{__name__="limit", job="web"} 1000@360', '{__name__="limit", job="api"} 100@360']],
    ['increase(requests_total{job="web"}[2m])', ['{instance="0", job="web"} 60@360']],
    ["sum by (job) (requests_total) / on (job) limit", ['{job="api"} 1.8@360', '{job="web"} 0.18@360']],
    [
      "requests_total / on (job) group_left limit",
      ['{instance="0", job="api"} 0.6@360', '{instance="1", job="api"} 1.2@360', '{instance="0", job="web"} 0.18@360'],
    ],
    ["limit > 500", ['{__name__="limit", job="web"} 1000@360']],
    ["500 > limit", ['{__name__="limit", job="api"} 100@360']],
    ["limit > bool 500", ['{job="api"} 0@360', '{job="web"} 1@360']],
    ['limit and on (job) requests_total{job="web"}', ['{__name__="limit", job="web"} 1000@360']],
    ['limit unless on (job) requests_total{job="web"}', ['{__name__="limit", job="api"} 100@360']],
    ['limit{job="api"} or limit', ['{__name__="limit", job="api"} 100@360', '{__name__="limit", job="web"} 1000@360']],
    ["limit + fill(1) gone", ['{job="api"} 101@360', '{job="web"} 1001@360']],
    ["sum_over_time(gauge[2m])", ['{k="a"} 1@360']],
    ["count_over_time(gauge[10m])", ['{k="a"} 7@360']],
    ["max_over_time(gauge[10m])", ['{k="a"} 5@360']],
    ["changes(gauge[10m])", ['{k="a"} 5@360']],
    ["resets(gauge[10m])", ['{k="a"} 2@360']],
    ["last_over_time(gauge[10m])", ['{__name__="gauge", k="a"} -1@360']],
    ['absent(nothing{a="b",c=~"d"})', ['{a="b"} 1@360']],
    ["absent_over_time(gauge[1m])", []],
    ["scalar(limit)", ["{} NaN@360"]],
    ["vector(3)", ["{} 3@360"]],
    ["time() - timestamp(gauge)", ['{k="a"} 0@360']],
    ["day_of_year(vector(1e9))", ["{} 252@360"]],
    ["histogram_quantile(0.5, bucket)", ["{} 1.5@360"]],
    ['label_replace(gauge, "x", "<$1>", "k", "(.*)")', ['{__name__="gauge", k="a", x="<a>"} -1@360']],
    ['label_join(gauge, "x", "-", "k", "k")', ['{__name__="gauge", k="a", x="a-a"} -1@360']],
    ["clamp(limit, 200, 300)", ['{job="api"} 200@360', '{job="web"} 300@360']],
    ["round(vector(2.5)) + sgn(vector(-3))", ["{} 2@360"]],
    ["max_over_time(sum(requests_total)[4m:2m])", ["{} 360@360"]],
  ];
  test.each(atMinute6)("%s", async (text, want) => {
    expect(linesOf(await engine.instant(storage, text, 6 * MINUTE_MS))).toEqual(want);
  });
});

describe("a range query", () => {
  const untilMinute3: readonly (readonly [string, readonly string[]])[] = [
    ["2", ["{} 2@60 2@120 2@180"]],
    ["time()", ["{} 60@60 120@120 180@180"]],
    ["gone", ['{__name__="gone", k="a"} 2@60 3@120']],
    ["gone @ 60", ['{__name__="gone", k="a"} 2@60 2@120 2@180']],
    ["gone @ end()", []],
    ["gauge > 2", ['{__name__="gauge", k="a"} 5@60 3@120']],
    ["gauge or gone", ['{__name__="gauge", k="a"} 5@60 3@120 NaN@180']],
    ["gone or gauge", ['{__name__="gauge", k="a"} NaN@180', '{__name__="gone", k="a"} 2@60 3@120']],
    ["gauge unless on () gone", ['{__name__="gauge", k="a"} NaN@180']],
    ['topk(1, {k="a",__name__=~"gauge|gone"})', ['{__name__="gauge", k="a"} 5@60 3@120 NaN@180']],
    ["limit", ['{__name__="limit", job="api"} 100@60 100@120 100@180', '{__name__="limit", job="web"} 1000@60 1000@120 1000@180']],
    ['count_over_time(limit{job="api"}[90s:30s])', ['{job="api"} 3@60 3@120 3@180']],
    ["sum(limit) - on () group_right () limit", ['{job="api"} 1000@60 1000@120 1000@180', '{job="web"} 100@60 100@120 100@180']],
  ];
  test.each(untilMinute3)("%s", async (text, want) => {
    expect(linesOf(await engine.range(storage, text, MINUTE_MS, 3 * MINUTE_MS, MINUTE_MS))).toEqual(want);
  });

  test("gives at each step what an instant query gives there", async () => {
    const texts = [
      "rate(requests_total[5m])",
      "sum by (job) (increase(requests_total[3m])) / on (job) group_left limit",
      "avg_over_time(gauge[4m]) or requests_total offset 3m",
      "max_over_time(deriv(requests_total[5m])[6m:90s])",
      "predict_linear(requests_total[10m] @ 600, 60)",
      "quantile by (job) (0.3, irate(requests_total[4m]))",
    ];
    for (const text of texts) {
      const range = await engine.range(storage, text, 0, 15 * MINUTE_MS, 90_000);
      for (let timeMs = 0; timeMs <= 15 * MINUTE_MS; timeMs += 90_000) {
        const instant = await engine.instant(storage, text, timeMs);
        const atStep = range.series
          .map(({ labels, timestampsMs, values }) => ({ key: formatLabels(labels), value: values[timestampsMs.indexOf(timeMs)] }))
          .filter(({ value }) => value !== undefined);
        const alone = instant.series.map(({ labels, values }) => ({ key: formatLabels(labels), value: values[0] }));
        expect(sorted(atStep)).toEqual(sorted(alone));
      }
    }
  });
});

function sorted(rows: { key: string; value: number }[]): { key: string; value: number }[] {
  return rows.sort((a, b) => (a.key < b.key ? -1 : 1));
}

describe("what can't be evaluated is refused by name", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["sum(", "bad_data", "1:5: parse error"],
    [
      "sum_over_time(gauge[5m] anchored)",
      "execution",
      "anchored modifier can only be used with: changes, delta, increase, rate, resets - not with sum_over_time",
    ],
    ["gauge[5m:0s * 1]", "bad_data", "duration must be greater than 0"],
    ["limit * on () requests_total", "execution", "found duplicate series for the match group {} on the right hand-side of the operation"],
    [
      "limit + on (nope) requests_total",
      "execution",
      "found duplicate series for the match group {} on the right hand-side of the operation: " +
        '[{__name__="requests_total", instance="0", job="api"}, {__name__="requests_total", instance="1", job="api"}]' +
        ";many-to-many matching not allowed: matching labels must be unique on one side",
    ],
    ["gauge + on (job) requests_total", "execution", 'for the match group {job="api"} on the right hand-side'],
    ["(gauge + on (job) requests_total) and nothing", "execution", 'for the match group {job="api"} on the right hand-side'],
    ["requests_total * on (job) group_right gauge", "execution", 'for the match group {job="api"} on the left hand-side'],
    ["nothing + on (job) fill_right(1) requests_total", "execution", 'for the match group {job="api"} on the right hand-side'],
    ["requests_total * on (job) limit", "execution", "many-to-one matching must be explicit (group_left/group_right)"],
    [
      "sum by (job, instance) (requests_total) + on (job) group_left (instance) limit",
      "execution",
      "grouping labels must ensure unique matches",
    ],
    ['label_replace(limit, "job", "", "", "")', "execution", "vector cannot contain metrics with the same labelset"],
    ['nothing * -({__name__=~"gauge|gone"} offset 4m)', "execution", "vector cannot contain metrics with the same labelset"],
    ['rate({__name__=~"gauge|gone",k="a"}[10m])', "execution", "vector cannot contain metrics with the same labelset"],
    ['label_replace(limit, "x", "", "job", "(")', "execution", "invalid regular expression in label_replace(): ("],
    ["topk(NaN, limit)", "execution", "Parameter value is NaN"],
    ["topk(1e30, limit)", "execution", "Scalar value 1e+30 overflows int64"],
  ];
  test.each(cases)("%s", async (text, errorType, message) => {
    const run = engine.instant(storage, text, 6 * MINUTE_MS);
    await expect(run).rejects.toMatchObject({ name: "PromError", errorType, message: expect.stringContaining(message) });
  });

  test("a range of samples at several steps", async () => {
    await expect(engine.range(storage, "gauge[5m]", 0, MINUTE_MS, MINUTE_MS)).rejects.toMatchObject({
      errorType: "bad_data",
      message: 'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    });
  });
});

describe("warnings and infos name the place", () => {
  const notCounter = "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket:";
  const badQuantile = "PromQL warning: quantile value should be between 0 and 1, got";
  const badLabel = 'PromQL warning: bucket label "le" is missing or has a malformed value of';
  const forced =
    "PromQL info: input to histogram_quantile needed to be fixed for monotonicity " +
    "(see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)";
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["quantile(2, limit)", [`${badQuantile} 2 (1:10)`], []],
    ["quantile((2), nothing)", [`${badQuantile} 2 (1:11)`], []],
    ["quantile(1e6, limit)", [`${badQuantile} 1e+06 (1:10)`], []],
    ["quantile_over_time(-1, gauge[5m])", [`${badQuantile} -1 (1:20)`], []],
    ["quantile_over_time(-1, gone[5m] offset 1h)", [], []],
    ["histogram_quantile(-0.00001, bucket)", [`${badQuantile} -1e-05 (1:20)`], []],
    ["histogram_quantile(2, nothing)", [`${badQuantile} 2 (1:20)`], []],
    ["rate(gauge[5m])", [], [`${notCounter} "gauge" (1:6)`]],
    ["increase((gauge[5m]))", [], [`${notCounter} "gauge" (1:11)`]],
    ["1 + rate(gauge[5m:1m])", [], [`${notCounter} "gauge" (1:1)`]],
    ["irate(gauge[5m])", [], []],
    ["rate(requests_total[5m])", [], []],
    ["histogram_quantile(0.5, limit)", [`${badLabel} "" (1:25)`], []],
    ["histogram_quantile(0.5, gone)", [], []],
    ["nothing * rate(gauge[5m])", [], [`${notCounter} "gauge" (1:16)`]],
    ["vector(1) unless on () (limit or quantile_over_time(2, gauge[5m]))", [`${badQuantile} 2 (1:53)`], []],
    ["topk(0, histogram_quantile(2, nothing))", [`${badQuantile} 2 (1:28)`], []],
    [
      "histogram_quantile(0.5, fallen)",
      [],
      [`${forced}, from buckets 2 to 4, with a max diff of 2.2, over 2 samples from 1970-01-01T00:06:00Z to 1970-01-01T00:06:00Z (1:25)`],
    ],
  ];
  test.each(cases)("%s", async (text, warnings, infos) => {
    const { annotations } = await engine.instant(storage, text, 6 * MINUTE_MS);
    expect(annotations.texts(text)).toEqual({ warnings, infos });
  });

  test("over several steps quantile() tells of its extremes, the functions of every value, and what fell is summed up", async () => {
    const textsOf = async (text: string): Promise<readonly string[]> => {
      const { annotations } = await engine.range(storage, text, 0, 3 * MINUTE_MS, MINUTE_MS);
      const { warnings, infos } = annotations.texts(text);
      return [...warnings, ...infos];
    };
    expect(await textsOf("quantile(time() - 60, limit)")).toEqual([`${badQuantile} 120 (1:10)`, `${badQuantile} -60 (1:10)`]);
    expect(await textsOf("quantile_over_time(time() / 60, limit[5m])")).toEqual([`${badQuantile} 2 (1:20)`, `${badQuantile} 3 (1:20)`]);
    expect(await textsOf("histogram_quantile(0.5, fallen)")).toEqual([
      `${forced}, from buckets 2 to 4, with a max diff of 3, over 5 samples from 1970-01-01T00:00:00Z to 1970-01-01T00:03:00Z (1:25)`,
    ]);
  });
});

describe("limits", () => {
  test("more samples than allowed are refused, as many as allowed are not", async () => {
    const small = createEngine({ maxSamples: 6 });
    expect((await small.range(storage, "limit", 0, 2 * MINUTE_MS, MINUTE_MS)).series).toHaveLength(2);
    await expect(small.range(storage, "limit", 0, 3 * MINUTE_MS, MINUTE_MS)).rejects.toMatchObject({
      errorType: "execution",
      message: "query processing would load too many samples into memory in query execution",
    });
  });

  const many: readonly string[] = [
    "vector(1)[1y:1ms]",
    "max_over_time(vector(1)[1y:1ms])",
    "count_over_time(nothing[1y:1ms])",
    "absent_over_time(limit[1y:1ms])",
    "rate((sum by (job) (limit))[1y:1ms])",
    "max_over_time(max_over_time(vector(1)[1y:1ms])[1y:1ms])",
    "sum_over_time((topk(1, limit) + limit)[1y:1ms])",
    "max_over_time(vector(time())[290y:1ms])",
  ];
  test.each(many)("more steps than samples are allowed are refused before anything is allocated for them: %s", async (text) => {
    await expect(engine.instant(storage, text, 6 * MINUTE_MS)).rejects.toMatchObject({
      errorType: "execution",
      message: "query processing would load too many samples into memory in query execution",
    });
  });

  const several: readonly string[] = [
    "sum by (job) (limit)",
    "quantile(0.5, limit)",
    "topk by (job) (1, limit)",
    "limit * on (job) group_right limit",
    "histogram_quantile(0.5, bucket)",
  ];
  test.each(several)("what holds more than one column of steps counts all of them: %s", async (text) => {
    const small = createEngine({ maxSamples: 1_200_000 });
    await expect(small.range(storage, text, 0, 1_100_000, 1, { lookbackMs: 1 })).rejects.toMatchObject({ errorType: "execution" });
  });

  const folded: readonly (readonly [query: string, maxSamples: number])[] = [
    ["sum(limit)", 4 + 4 + 8],
    ["quantile(0.5, limit)", 8],
    ["topk(1, limit)", 4 + 4 + 8],
    ['count_values("v", limit)', 8 + 8 + 8],
    ["sum(max_over_time(limit[1m:20s]))", 4 + 4 + 28],
  ];
  test.each(folded)("what %s has taken in is given back: three of them together take %d at most", async (query, maxSamples) => {
    const small = createEngine({ maxSamples });
    const { stats } = await small.range(storage, `${query} or ${query} or ${query}`, 0, 3 * MINUTE_MS, MINUTE_MS);
    expect(stats.peakSamples).toBeLessThanOrEqual(maxSamples);
  });

  test("steps without samples are no samples", async () => {
    const small = createEngine({ maxSamples: 1 });
    expect((await small.instant(storage, "sum_over_time(nothing[10m:1s])", 6 * MINUTE_MS)).series).toEqual([]);
  });

  test("a query past its time ends between two series, and its queriers are closed", async () => {
    let nowMs = 0;
    const slow = createEngine({ nowMs: () => (nowMs += 40), timeoutMs: 200 });
    await expect(slow.instant(storage, '{__name__=~".+"}', MINUTE_MS)).rejects.toMatchObject({
      errorType: "timeout",
      message: "query timed out in expression evaluation",
    });
    expect(storage.openQueriers()).toBe(0);
  });

  test("a cancelled query says so", async () => {
    await expect(engine.instant(storage, "limit", 0, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      errorType: "canceled",
      message: "query was canceled in expression evaluation",
    });
  });
});

test("with delayed name removal, the name is still there for the next operation", async () => {
  const delayed = createEngine({ delayedNameRemoval: true });
  const text = 'label_replace(-{__name__=~"gauge|limit",k="a"}, "was", "$1", "__name__", "(.*)")';
  const { series } = await delayed.instant(storage, text, 6 * MINUTE_MS);
  expect(series.map(({ labels }) => formatLabels(labels))).toEqual(['{k="a", was="gauge"}']);
});

test.each([
  { query: "limit or limit * 2", want: ["limit", "limit"] },
  { query: "limit * 2 or limit", want: ["", ""] },
  { query: "(limit > 1e9) or limit * 2", want: ["", ""] },
])("with delayed name removal, the first sample of $query says whether its name stays", async ({ query, want }) => {
  const delayed = createEngine({ delayedNameRemoval: true });
  const { series } = await delayed.range(storage, query, 0, 2 * MINUTE_MS, MINUTE_MS);
  expect(series.map(({ labels }) => labelValue(labels, METRIC_NAME))).toEqual(want);
});
