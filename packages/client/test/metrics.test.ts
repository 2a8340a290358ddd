/* oxlint-disable no-new -- making a metric registers it. */
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { Counter, Gauge, Histogram, register, Registry, Summary } from "../src/index.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

function fresh() {
  const registry = new Registry();
  return { registry, base: { name: "m", help: "h", registers: [registry] } };
}

/** The exposition without its HELP and TYPE lines. */
async function samples(registry: Registry): Promise<string[]> {
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("counter", () => {
  test("counts by value, by labels and through children, from 0", async () => {
    const { registry, base } = fresh();
    const plain = new Counter(base);
    expect(await samples(registry)).toEqual(["m 0"]);
    plain.inc();
    plain.inc(2.5);
    plain.labels().inc(1);
    const labelled = new Counter({ ...base, name: "n", labelNames: ["code", "method"] });
    labelled.inc({ method: "GET", code: 200 });
    labelled.inc({ code: "200", method: "GET" }, 2);
    labelled.labels("500", "PUT").inc();
    labelled.labels({ code: "503" }).inc(7);
    expect(await samples(registry)).toEqual(["m 4.5", 'n{code="503"} 7', 'n{code="200",method="GET"} 3', 'n{code="500",method="PUT"} 1']);
  });

  test.each([
    { value: -1, message: "It is not possible to decrease a counter" },
    { value: NaN, message: "Value is not a valid number: NaN" },
    { value: "1" as unknown as number, message: "Value is not a valid number: 1" },
  ])("refuses $value", ({ value, message }) => {
    expect(() => new Counter(fresh().base).inc(value)).toThrow(message);
  });
});

describe("gauge", () => {
  test("is set, goes up and down, and takes times", async () => {
    const { registry, base } = fresh();
    const gauge = new Gauge({ ...base, labelNames: ["room"] });
    gauge.set({ room: "a" }, 5);
    gauge.inc({ room: "a" });
    gauge.dec({ room: "a" }, 3);
    gauge.labels("b").set(-Infinity);
    gauge.set({ room: "c" }, NaN);
    expect(await samples(registry)).toEqual(['m{room="a"} 3', 'm{room="b"} -Inf', 'm{room="c"} NaN']);
    jest.spyOn(Date, "now").mockReturnValue(1_700_000_000_500);
    gauge.setToCurrentTime({ room: "now" });
    const now = (await gauge.get()).values.find(({ labels }) => labels["room"] === "now");
    expect(now?.value).toBe(1_700_000_000.5);
    expect(() => gauge.set({ room: "a" }, "7" as unknown as number)).toThrow("Value is not a valid number: 7");
  });

  test("a timer sets the seconds, under labels given at its start or end", async () => {
    const { base } = fresh();
    const gauge = new Gauge({ ...base, labelNames: ["a", "b"] });
    const seconds = gauge.startTimer({ a: "1" })({ b: "2" });
    expect((await gauge.get()).values).toEqual([{ labels: { a: "1", b: "2" }, value: seconds }]);
    expect(seconds).toBeGreaterThanOrEqual(0);
  });
});

describe("histogram", () => {
  test("cumulates buckets that were given in any order, twice, or with +Inf", async () => {
    const { registry, base } = fresh();
    const histogram = new Histogram({ ...base, buckets: [5, 1, Infinity, 5] });
    for (const value of [0.5, 1, 1.1, 5, 6, Infinity]) histogram.observe(value);
    expect(await samples(registry)).toEqual([
      'm_bucket{le="1"} 2',
      'm_bucket{le="5"} 4',
      'm_bucket{le="+Inf"} 6',
      "m_sum +Inf",
      "m_count 6",
    ]);
  });

  test("reset keeps the series without labels, zero makes one with labels", async () => {
    const { registry, base } = fresh();
    const plain = new Histogram({ ...base, buckets: [1] });
    plain.observe(3);
    plain.reset();
    new Histogram({ ...base, name: "n", labelNames: ["l"], buckets: [] }).zero({ l: "x" });
    expect(await samples(registry)).toEqual([
      'm_bucket{le="1"} 0',
      'm_bucket{le="+Inf"} 0',
      "m_sum 0",
      "m_count 0",
      'n_bucket{l="x",le="+Inf"} 0',
      'n_sum{l="x"} 0',
      'n_count{l="x"} 0',
    ]);
  });

  test.each([
    { buckets: [1, NaN], message: "Bucket bound is not a valid number: NaN" },
    { labelNames: ["le"], message: "le is a reserved label keyword" },
  ])("refuses $message", (config) => {
    expect(() => new Histogram({ ...fresh().base, ...config })).toThrow(config.message);
  });

  test("refuses an observation that is no number and keeps its counts", async () => {
    const { registry, base } = fresh();
    const histogram = new Histogram({ ...base, buckets: [] });
    expect(() => histogram.observe(NaN)).toThrow("Value is not a valid number: NaN");
    expect(() => histogram.observe(undefined as unknown as number)).toThrow("Value is not a valid number: undefined");
    expect(await samples(registry)).toEqual(['m_bucket{le="+Inf"} 0', "m_sum 0", "m_count 0"]);
  });

  test("a timer observes once each time it is ended", async () => {
    const { base } = fresh();
    const histogram = new Histogram({ ...base, buckets: [60] });
    histogram.startTimer()();
    histogram.labels().startTimer()();
    const { values } = await histogram.get();
    expect(values.find(({ metricName }) => metricName === "m_count")?.value).toBe(2);
    expect(values[0]).toMatchObject({ labels: { le: 60 }, metricName: "m_bucket" });
  });
});

describe("summary", () => {
  test("has no quantiles unless they are asked for", async () => {
    const { registry, base } = fresh();
    new Summary(base).observe(3);
    expect(await samples(registry)).toEqual(["m_sum 3", "m_count 1"]);
  });

  test("tells quantiles of its window only; count and sum are of all time", async () => {
    const { registry, base } = fresh();
    let now = 0;
    const summary = new Summary({ ...base, percentiles: [0.99, 0.5], maxAgeSeconds: 10, ageBuckets: 2, nowMs: () => now });
    expect((await samples(registry))[0]).toBe('m{quantile="0.5"} NaN');
    for (let i = 1; i <= 100; i++) summary.observe(i);
    expect(await samples(registry)).toEqual(['m{quantile="0.5"} 50', 'm{quantile="0.99"} 99', "m_sum 5050", "m_count 100"]);
    now = 5_000;
    summary.observe(1000);
    expect((await samples(registry))[1]).toBe('m{quantile="0.99"} 100');
    now = 10_000;
    expect(await samples(registry)).toEqual(['m{quantile="0.5"} 1000', 'm{quantile="0.99"} 1000', "m_sum 6050", "m_count 101"]);
    now = 1_000_000;
    expect((await samples(registry))[0]).toBe('m{quantile="0.5"} NaN');
  });

  test("beyond what a slice keeps, quantiles stay close", async () => {
    const { registry, base } = fresh();
    const summary = new Summary({ ...base, percentiles: [0.5], ageBuckets: 1, nowMs: () => 0 });
    for (let i = 0; i < 50_000; i++) summary.observe((i * 7919) % 50_000);
    const median = Number((await samples(registry))[0].split(" ")[1]);
    expect(Math.abs(median - 25_000)).toBeLessThan(3_000);
  });

  test.each([
    { percentiles: [1.5], message: "Percentile is not between 0 and 1: 1.5" },
    { labelNames: ["quantile"], message: "quantile is a reserved label keyword" },
    { maxAgeSeconds: 0, message: "maxAgeSeconds is not positive: 0" },
    { ageBuckets: 0.5, message: "ageBuckets is not a positive integer: 0.5" },
  ])("refuses $message", (config) => {
    expect(() => new Summary({ ...fresh().base, ...config })).toThrow(config.message);
  });
});

describe("labels", () => {
  test("values that would run together stay apart, and names of JavaScript's own are ordinary", async () => {
    const { registry, base } = fresh();
    const counter = new Counter({ ...base, labelNames: ["constructor", "b"] });
    counter.labels("x|", "y").inc();
    counter.labels("x", "|y").inc(2);
    counter.labels("__proto__", "\0").inc(3);
    expect(await samples(registry)).toEqual([
      'm{b="\0",constructor="__proto__"} 3',
      'm{b="y",constructor="x|"} 1',
      'm{b="|y",constructor="x"} 2',
    ]);
  });

  test("undefined and empty values are one series without the label", async () => {
    const { registry, base } = fresh();
    const counter = new Counter({ ...base, labelNames: ["a", "b"] });
    counter.inc({ a: "1", b: undefined });
    counter.inc({ a: "1" });
    counter.labels("1", "").inc();
    expect(await samples(registry)).toEqual(['m{a="1"} 3']);
  });

  test("a child is the same each time, and is gone after remove", async () => {
    const { registry, base } = fresh();
    const counter = new Counter({ ...base, labelNames: ["a", "b"] });
    expect(counter.labels("1", "2")).toBe(counter.labels({ b: "2", a: "1" }));
    counter.remove({ a: "1", b: "2" });
    counter.remove("never", "there");
    expect(await samples(registry)).toEqual([]);
    counter.labels("1", "2").inc();
    counter.reset();
    expect(await samples(registry)).toEqual([]);
  });

  test.each([
    [
      () => new Counter({ ...fresh().base, labelNames: ["a"] }).labels("1", "2"),
      'Invalid number of arguments (2): "1, 2" for label names (1): "a".',
    ],
    [
      () => new Counter({ ...fresh().base, labelNames: ["a"] }).inc({ c: 1 } as never),
      "Added label \"c\" is not included in initial labelset: [ 'a' ]",
    ],
    [() => new Counter({ ...fresh().base, labelNames: ["a-b"] }), "Invalid label name: a-b"],
    [() => new Counter({ ...fresh().base, labelNames: ["__a"] }), "Invalid label name: __a"],
    [() => new Counter({ ...fresh().base, labelNames: ["a", "a"] }), "Label names are not unique: a, a"],
    [() => new Counter({ ...fresh().base, name: "1m" }), "Invalid metric name: 1m"],
    [() => new Counter({ ...fresh().base, name: "" }), "Missing mandatory name parameter"],
    [() => new Counter({ ...fresh().base, help: "" }), "Missing mandatory help parameter"],
  ])("%# is refused", (make, message) => {
    expect(make).toThrow(message);
  });
});

test("a metric that names no registry goes to the global one, an empty list to none", async () => {
  const gauge = new Gauge({ name: "globally_known", help: "h" });
  const counter = new Counter({ name: "nowhere", help: "h", registers: [] });
  counter.inc();
  expect(register.getSingleMetric("globally_known")).toBe(gauge);
  expect(register.getSingleMetric("nowhere")).toBeUndefined();
  expect((await counter.get()).values).toEqual([{ labels: {}, value: 1 }]);
  register.clear();
});
