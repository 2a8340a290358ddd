/* oxlint-disable no-new -- making a metric registers it. */
import { readFamilies } from "@ferula/exposition";
import { expect, test } from "@jest/globals";
import {
  buildInfo,
  Counter,
  exponentialBuckets,
  Gauge,
  Histogram,
  linearBuckets,
  openMetricsContentType,
  Registry,
  Summary,
} from "../src/index.ts";

test("the exposition is sorted and the same whatever the order of registration and observation", async () => {
  const texts = await Promise.all(
    [false, true].map(async (isReversed) => {
      const registry = new Registry();
      const makers = [
        () => {
          const counter = new Counter({ name: "b_total", help: "Counts\n\\b.", labelNames: ["y", "x"], registers: [registry] });
          for (const y of isReversed ? ["2", "1"] : ["1", "2"]) counter.inc({ x: '"q"', y });
        },
        () => new Gauge({ name: "a", help: "a", registers: [registry] }).set(1e6),
      ];
      for (const make of isReversed ? makers.toReversed() : makers) make();
      return registry.metrics();
    }),
  );
  expect(texts[0]).toBe(
    [
      "# HELP a a",
      "# TYPE a gauge",
      "a 1e+06",
      "# HELP b_total Counts\\n\\\\b.",
      "# TYPE b_total counter",
      'b_total{x="\\"q\\"",y="1"} 1',
      'b_total{x="\\"q\\"",y="2"} 1',
      "",
    ].join("\n"),
  );
  expect(texts[1]).toBe(texts[0]);
});

test("collect hooks, sync or async, run before each scrape with the metric as this", async () => {
  const registry = new Registry();
  let scrapes = 0;
  new Gauge({
    name: "sync",
    help: "h",
    registers: [registry],
    collect() {
      this.set(++scrapes);
    },
  });
  new Gauge({
    name: "slow",
    help: "h",
    registers: [registry],
    async collect() {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      this.set(7);
    },
  });
  expect(await registry.metrics()).toContain("\nsync 1\n");
  expect(await registry.metrics()).toMatch(/slow 7\n[^]*sync 2\n/);
});

test("a hook that fails fails the scrape, or is told and left out", async () => {
  const failing = (registry: Registry) =>
    new Gauge({
      name: "bad",
      help: "h",
      registers: [registry],
      collect: () => {
        throw new Error("disk is gone");
      },
    });
  const strict = new Registry();
  failing(strict);
  await expect(strict.metrics()).rejects.toThrow("disk is gone");
  const told: unknown[] = [];
  const lenient = new Registry({ onCollectError: (error, name) => told.push([name, (error as Error).message]) });
  failing(lenient);
  new Gauge({ name: "good", help: "h", registers: [lenient] });
  expect(await lenient.metrics()).toBe("# HELP good h\n# TYPE good gauge\ngood 0\n");
  expect(told).toEqual([["bad", "disk is gone"]]);
});

test("names are unique, those of a histogram's lines included", () => {
  const registry = new Registry();
  const config = { help: "h", registers: [registry] };
  const gauge = new Gauge({ ...config, name: "taken" });
  registry.registerMetric(gauge);
  expect(() => new Counter({ ...config, name: "taken" })).toThrow("A metric with the name taken has already been registered.");
  new Histogram({ ...config, name: "h" });
  expect(() => new Counter({ ...config, name: "h_count" })).toThrow(
    "A metric with the name h_count collides with h: histogram h has lines named h_count.",
  );
  new Counter({ ...config, name: "s_bucket" });
  expect(() => new Histogram({ ...config, name: "s" })).toThrow(
    "A metric with the name s collides with s_bucket: histogram s has lines named s_bucket.",
  );
});

test("default labels lose to a metric's own", async () => {
  const registry = new Registry();
  new Counter({ name: "c", help: "h", labelNames: ["app"], registers: [registry] }).inc({ app: "own" });
  new Gauge({ name: "g", help: "h", registers: [registry] });
  registry.setDefaultLabels({ zone: 1, app: "default" });
  expect(await registry.metrics()).toMatch(/c\{app="own",zone="1"\} 1\n[^]*g\{app="default",zone="1"\} 0\n/);
  expect(() => registry.setDefaultLabels({ "a-b": "" })).toThrow("Invalid label name: a-b");
});

test("single metrics are found, printed, removed; registries merge unless names clash", async () => {
  const [one, two] = [new Registry(), new Registry()];
  const gauge = new Gauge({ name: "g", help: "h", registers: [one] });
  gauge.set(5);
  new Counter({ name: "c", help: "h", registers: [two] });
  expect(await one.getSingleMetricAsString("g")).toBe("# HELP g h\n# TYPE g gauge\ng 5\n");
  await expect(one.getSingleMetricAsString("x")).rejects.toThrow('cannot print metric "x": it is not registered');
  expect(Registry.merge([one, two]).getMetricsAsArray()).toHaveLength(2);
  new Counter({ name: "g", help: "h", registers: [two] });
  expect(() => Registry.merge([one, two])).toThrow("A metric with the name g has already been registered.");
  expect(await one.getMetricsAsJSON()).toEqual([
    { name: "g", help: "h", type: "gauge", aggregator: "sum", values: [{ labels: {}, value: 5 }] },
  ]);
  one.resetMetrics();
  expect((await gauge.get()).values[0].value).toBe(0);
  one.removeSingleMetric("g");
  expect(await one.metrics()).toBe("");
});

test("metrics is OpenMetrics when that is set, and pushes stay text", async () => {
  const registry = new Registry();
  new Counter({ name: "a_total", help: "A.", registers: [registry] }).inc();
  registry.setContentType(openMetricsContentType);
  expect(registry.contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
  expect(await registry.metrics()).toBe("# HELP a A.\n# TYPE a counter\na_total 1.0\n# EOF\n");
  expect(Buffer.from(await registry.metricsBytes()).toString()).toContain("a_total 1\n");
});

const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

test("protobuf is exposed to who asks for it, with the time at which each series was made", async () => {
  const registry = new Registry();
  const registers = [registry];
  const beforeMs = Date.now();
  new Counter({ name: "a_total", help: "A.", registers });
  new Summary({ name: "b", help: "B.", registers }).observe(2);
  new Histogram({ name: "c", help: "C.", buckets: [1], registers }).observe(2);
  new Gauge({ name: "d", help: "D.", registers }).set(5);
  const { contentType, body } = await registry.expose(`text/plain;q=0.5,${PROTOBUF}`);
  expect(contentType).toBe(
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores",
  );
  const families = readFamilies(body, contentType);
  expect(families).toMatchObject([
    { name: "a_total", type: "counter", metrics: [{ value: 0 }] },
    { name: "b", type: "summary", metrics: [{ count: 1, sum: 2 }] },
    { name: "c", type: "histogram", metrics: [{ count: 1, buckets: [{ cumulativeCount: 0 }, { cumulativeCount: 1 }] }] },
    { name: "d", type: "gauge", metrics: [{ value: 5 }] },
  ]);
  for (const { type, metrics } of families) {
    const created = metrics[0].createdSeconds;
    if (type === "gauge") expect(created).toBeUndefined();
    else expect((created ?? 0) * 1000).toBeGreaterThanOrEqual(beforeMs - 1);
  }
});

test.each([
  {
    accept: "",
    options: {},
    contentType: "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
    body: "# HELP a A.\n# TYPE a gauge\na 0\n",
  },
  {
    accept: "application/openmetrics-text;version=1.0.0",
    options: {},
    contentType: "text/plain; version=0.0.4; charset=utf-8; escaping=underscores",
    body: "# HELP a A.\n# TYPE a gauge\na 0\n",
  },
  {
    accept: "application/openmetrics-text;version=1.0.0",
    options: { hasOpenMetrics: true },
    contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
    body: "# HELP a A.\n# TYPE a gauge\na 0.0\n# EOF\n",
  },
  { accept: "", options: { names: ["b"] }, contentType: "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", body: "" },
])("$accept with $options is exposed as $contentType", async ({ accept, options, contentType, body }) => {
  const registry = new Registry();
  new Gauge({ name: "a", help: "A.", registers: [registry] });
  const exposed = await registry.expose(accept, options);
  expect({ contentType: exposed.contentType, body: Buffer.from(exposed.body).toString() }).toEqual({ contentType, body });
});

test("a content type that metrics can't be is refused", () => {
  const registry = new Registry();
  registry.setContentType(registry.contentType);
  expect(() => registry.setContentType("application/openmetrics-text")).toThrow("Content type application/openmetrics-text is unsupported");
});

test("build_info tells the build and the runtime", async () => {
  const registry = new Registry();
  buildInfo("my_app", { version: "1.2", revision: "abc" }, registry);
  expect(await registry.metrics()).toMatch(
    /^my_app_build_info\{goarch="\w+",goos="\w+",goversion="node[\d.]+",revision="abc",tags="unknown",version="1.2"\} 1$/m,
  );
  expect(await registry.metrics()).toContain(
    "# HELP my_app_build_info A metric with a constant '1' value labeled by version, revision, branch, goversion from which my_app was " +
      "built, and the goos and goarch for the build.\n",
  );
});

test("bucket helpers count up, and refuse what makes no buckets", () => {
  expect(linearBuckets(0, 50, 3)).toEqual([0, 50, 100]);
  expect(exponentialBuckets(1, 2, 4)).toEqual([1, 2, 4, 8]);
  expect(() => linearBuckets(0, 1, 0)).toThrow("Linear buckets needs a positive count");
  expect(() => exponentialBuckets(0, 2, 3)).toThrow("Exponential buckets needs a positive start");
  expect(() => exponentialBuckets(1, 1, 3)).toThrow("Exponential buckets needs a factor greater than 1");
  expect(() => exponentialBuckets(1, 2, 0)).toThrow("Exponential buckets needs a positive count");
});
