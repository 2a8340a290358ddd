import { describe, expect, test } from "@jest/globals";
import { labelPairs, labelsOf, type Labels, type MetricMetadata } from "@ferula/model";
import { startApi } from "../api-server.ts";
import type { AlertView, RuleGroupView, RuleView, TargetsPort, TargetView } from "../../src/index.ts";

const target = (scrapePool: string, instance: string, more: Partial<TargetView> = {}): TargetView => ({
  scrapePool,
  scrapeUrl: `http://${instance}/metrics`,
  globalUrl: `http://${instance}/metrics`,
  labels: labelsOf({ instance, job: scrapePool }),
  discoveredLabels: labelsOf({ __address__: instance, job: scrapePool }),
  health: "up",
  lastError: "",
  lastScrapeMs: 1_435_781_460_001,
  lastScrapeDurationSeconds: 0.05,
  scrapeInterval: "15s",
  scrapeTimeout: "10s",
  metadata: () => metadata,
  ...more,
});

const targets = {
  pools: () => ["b", "a"],
  poolConfig: (pool: string) => (pool === "a" ? "job_name: a\n" : undefined),
  relabelSteps: (pool: string, labels: Labels) => (pool === "a" ? [{ rule: { action: "keep" }, output: labels, keep: true }] : undefined),
  active: () => [target("b", "x:1"), target("a", "z:1"), target("a", "y:1", { health: "unknown", lastScrapeMs: 0 })],
  dropped: () => [{ scrapePool: "a", discoveredLabels: labelsOf({ __address__: "gone:1" }) }],
  droppedCounts: () =>
    new Map([
      ["a", 3],
      ["b", 0],
    ]),
};

const metadata = new Map<string, MetricMetadata>([
  ["up", { type: "gauge", help: "Whether it is.", unit: "" }],
  ["requests", { type: "counter", help: "How many <b>.", unit: "" }],
]);
const slowly: MetricMetadata = { type: "gauge", help: "Another.", unit: "seconds" };
/** Two targets say the same of `up`, and a third something else. */
const sayers = {
  ...targets,
  active: () => [target("a", "x:1"), target("b", "y:1"), target("b", "z:1", { metadata: () => [["up", slowly] as const] })],
};

describe("the steps of relabelling", () => {
  test("show each rule of a job, and what it makes of a target's labels", async () => {
    const { text } = await (await startApi({ targets })).get(`/targets/relabel_steps?scrapePool=a&labels={"b":"1","__proto__":"2"}`);
    expect(text).toBe('{"status":"success","data":{"steps":[{"rule":{"action":"keep"},"output":{"__proto__":"2","b":"1"},"keep":true}]}}');
  });

  test.each([
    ["null", []],
    ['{"a":null,"b":"1"}', [["b", "1"]]],
    [String.raw`{"a":"x\ud800"}`, [["a", "x\ufffd"]]],
  ])("take the labels %s as Go reads them", async (labels, expected) => {
    const asked: Labels[] = [];
    const relabelSteps: TargetsPort["relabelSteps"] = (_pool, given) => {
      asked.push(given);
      return [];
    };
    await (await startApi({ targets: { ...targets, relabelSteps } })).get(`/targets/relabel_steps?scrapePool=a&labels=${labels}`);
    expect(asked.map(labelPairs)).toEqual([expected]);
  });

  test.each([
    { query: "labels={}", want: "no scrapePool parameter provided" },
    { query: "scrapePool=a", want: "no labels parameter provided" },
    { query: "scrapePool=a&labels={", want: "error parsing labels: " },
    ...[
      ['{"a":1.5}', "number", "string"],
      ['{"b":"","a":true}', "bool", "string"],
      ['{"a":{}}', "object", "string"],
      ['{"a":["b"]}', "array", "string"],
      ["[]", "array", "map[string]string"],
      ['"a"', "string", "map[string]string"],
      ["1", "number", "map[string]string"],
      ["false", "bool", "map[string]string"],
    ].map(([labels, kind, wanted]) => ({
      query: `scrapePool=a&labels=${labels}`,
      want: `error parsing labels: json: cannot unmarshal ${kind} into Go value of type ${wanted}`,
    })),
    { query: "scrapePool=c&labels={}", want: 'error retrieving scrape config: scrape pool "c" not found' },
  ])("can't be had by $query", async ({ query, want }) => {
    const { status, json } = await (await startApi({ targets })).get(`/targets/relabel_steps?${query}`);
    expect([status, json?.errorType, json?.error]).toEqual([400, "bad_data", expect.stringContaining(want)]);
  });
});

describe("targets", () => {
  test("tell all of themselves, sorted by job and labels; what has not happened has Go's zero time", async () => {
    const { json } = await (await startApi({ targets })).get("/targets");
    expect(json?.data.activeTargets.map(({ scrapeUrl }: { scrapeUrl: string }) => scrapeUrl)).toEqual([
      "http://y:1/metrics",
      "http://z:1/metrics",
      "http://x:1/metrics",
    ]);
    expect(json?.data.activeTargets[1]).toEqual({
      discoveredLabels: { __address__: "z:1", job: "a" },
      labels: { instance: "z:1", job: "a" },
      scrapePool: "a",
      scrapeUrl: "http://z:1/metrics",
      globalUrl: "http://z:1/metrics",
      lastError: "",
      lastScrape: "2015-07-01T20:11:00.001Z",
      lastScrapeDuration: 0.05,
      health: "up",
      scrapeInterval: "15s",
      scrapeTimeout: "10s",
    });
    expect(json?.data.activeTargets[0]).toMatchObject({ health: "unknown", lastScrape: "0001-01-01T00:00:00Z" });
    expect(json?.data.droppedTargets).toEqual([{ discoveredLabels: { __address__: "gone:1" }, scrapePool: "a" }]);
    expect(json?.data.droppedTargetCounts).toEqual({ a: 3, b: 0 });
  });

  test.each([
    { query: "state=active", active: 3, dropped: 0, counts: null },
    { query: "state=dropped", active: 0, dropped: 1, counts: { a: 3, b: 0 } },
    { query: "state=ANY", active: 3, dropped: 1, counts: { a: 3, b: 0 } },
    { query: "state=nonsense", active: 0, dropped: 0, counts: null },
    { query: "scrapePool=b", active: 1, dropped: 0, counts: { a: 3, b: 0 } },
  ])("can be asked for by $query", async ({ query, active, dropped, counts }) => {
    const { json } = await (await startApi({ targets })).get(`/targets?${query}`);
    expect([json?.data.activeTargets.length, json?.data.droppedTargets.length, json?.data.droppedTargetCounts]).toEqual([
      active,
      dropped,
      counts,
    ]);
  });

  test("stand in pools, whose configuration can be seen", async () => {
    const api = await startApi({ targets });
    expect((await api.get("/scrape_pools")).json?.data).toEqual({ scrapePools: ["a", "b"] });
    expect((await api.get("/scrape_pools/config?scrapePool=a")).json?.data).toEqual({ yaml: "job_name: a\n" });
    const { status, json } = await api.get("/scrape_pools/config?scrapePool=c");
    expect([status, json?.error]).toEqual([400, 'error retrieving scrape config: scrape pool "c" not found']);
  });
});

describe("metadata", () => {
  test.each([
    { query: "", want: { up: [metadata.get("up"), slowly], requests: [metadata.get("requests")] } },
    { query: "metric=up", want: { up: [metadata.get("up"), slowly] } },
    { query: "metric=nope", want: {} },
    { query: "limit=1", want: { up: [metadata.get("up"), slowly] } },
    { query: "limit=0", want: {} },
    { query: "limit=1&limit_per_metric=1", want: { up: [metadata.get("up")] } },
    { query: "limit=-1&limit_per_metric=0", want: { up: [metadata.get("up"), slowly], requests: [metadata.get("requests")] } },
  ])("of $query", async ({ query, want }) => {
    expect((await (await startApi({ targets: sayers })).get(`/metadata?${query}`)).json?.data).toEqual(want);
  });

  test("escapes markup in what targets say", async () => {
    expect((await (await startApi({ targets: sayers })).get("/metadata")).text).toContain("How many \\u003cb\\u003e.");
  });

  test("has a number as its limit", async () => {
    const { status, json } = await (await startApi({ targets: sayers })).get("/metadata?limit=x");
    expect([status, json?.error]).toEqual([400, "limit must be a number"]);
  });

  test("of targets names the metric unless it was asked for", async () => {
    const api = await startApi({ targets });
    const { json } = await api.get('/targets/metadata?match_target={job="b"}&metric=up');
    expect(json?.data).toEqual([{ target: { instance: "x:1", job: "b" }, ...metadata.get("up") }]);
    expect((await api.get('/targets/metadata?match_target={job="b"}')).json?.data).toMatchObject([
      { metric: "up" },
      { metric: "requests" },
    ]);
    expect((await api.get("/targets/metadata?match_target={")).status).toBe(400);
    expect((await api.get("/targets/metadata?limit=0")).json?.data).toEqual([]);
  });
});

const alert: AlertView = {
  labels: labelsOf({ alertname: "Down", job: "a" }),
  annotations: ["empty", "", "summary", "It is <down>"],
  state: "pending",
  activeAtMs: 1_435_781_460_000,
  keepFiringSinceMs: 0,
  value: 1,
};

const rule = (name: string, more: Partial<RuleView> = {}): RuleView => ({
  type: "alerting",
  name,
  query: "up == 0",
  labels: labelsOf({ severity: "page" }),
  health: "ok",
  lastError: "",
  evaluationSeconds: 0.001,
  lastEvaluationMs: 1_435_781_460_000,
  durationSeconds: 60,
  keepFiringForSeconds: 0,
  annotations: ["summary", "{{ $value }}"],
  alerts: [],
  ...more,
});

const group = (file: string, name: string, rules: readonly RuleView[]): RuleGroupView => ({
  file,
  name,
  rules,
  intervalSeconds: 15,
  limit: 0,
  evaluationSeconds: 0.01,
  lastEvaluationMs: 0,
});

const groups = [
  group("a.yml", "one", [
    rule("Down", { alerts: [alert, { ...alert, state: "firing", keepFiringSinceMs: 1_435_781_461_000 }] }),
    rule("Quiet"),
  ]),
  group("a.yml", "two", [rule("sum:up", { type: "recording", labels: [], query: "sum(up)", health: "err", lastError: "it broke" })]),
  group("b.yml", "empty", []),
];
const rules = { groups: () => groups };

describe("rules", () => {
  test("tell what they are and how they went", async () => {
    const { json } = await (await startApi({ rules })).get("/rules");
    expect(json?.data.groups).toHaveLength(2);
    expect(json?.data.groups[0]).toMatchObject({
      name: "one",
      file: "a.yml",
      interval: 15,
      limit: 0,
      evaluationTime: 0.01,
      lastEvaluation: "0001-01-01T00:00:00Z",
    });
    const [down, quiet] = json?.data.groups[0].rules ?? [];
    expect(down).toMatchObject({
      state: "firing",
      name: "Down",
      duration: 60,
      labels: { severity: "page" },
      annotations: { summary: "{{ $value }}" },
      type: "alerting",
      health: "ok",
    });
    expect(down).not.toHaveProperty("lastError");
    expect(down.alerts[0]).toEqual({
      labels: { alertname: "Down", job: "a" },
      annotations: { empty: "", summary: "It is <down>" },
      state: "pending",
      activeAt: "2015-07-01T20:11:00Z",
      value: "1e+00",
    });
    expect(down.alerts[1].keepFiringSince).toBe("2015-07-01T20:11:01Z");
    expect(quiet).toMatchObject({ state: "inactive", alerts: [] });
    expect(json?.data.groups[1].rules).toEqual([
      {
        name: "sum:up",
        query: "sum(up)",
        labels: {},
        health: "err",
        lastError: "it broke",
        evaluationTime: 0.001,
        lastEvaluation: "2015-07-01T20:11:00Z",
        type: "recording",
      },
    ]);
  });

  test.each([
    { query: "type=alert", want: { one: ["Down", "Quiet"] } },
    { query: "type=record", want: { two: ["sum:up"] } },
    { query: "rule_name[]=Quiet&rule_name[]=sum:up", want: { one: ["Quiet"], two: ["sum:up"] } },
    { query: "rule_group[]=two", want: { two: ["sum:up"] } },
    { query: "file[]=b.yml", want: {} },
    { query: 'match[]={severity="page"}', want: { one: ["Down", "Quiet"] } },
  ])("can be chosen by $query", async ({ query, want }) => {
    const { json } = await (await startApi({ rules })).get(`/rules?${query}`);
    const found = json?.data.groups.map(({ name, rules }: RuleGroupView) => [name, rules.map((one) => one.name)]);
    expect(Object.fromEntries(found)).toEqual(want);
  });

  test("may leave out their alerts, and keep their state", async () => {
    const { json } = await (await startApi({ rules })).get("/rules?exclude_alerts=true");
    expect(json?.data.groups[0].rules[0]).toMatchObject({ state: "firing", alerts: null });
  });

  test("come in pages, each telling where the next begins", async () => {
    const api = await startApi({ rules });
    const first = (await api.get("/rules?group_limit=1")).json?.data;
    expect(first.groups.map(({ name }: { name: string }) => name)).toEqual(["one"]);
    const second = (await api.get(`/rules?group_limit=1&group_next_token=${first.groupNextToken}`)).json?.data;
    expect(second.groups.map(({ name }: { name: string }) => name)).toEqual(["two"]);
    expect(second.groupNextToken).toBeUndefined();
  });

  test.each([
    "type=x",
    "exclude_alerts=maybe",
    "match[]={",
    "group_limit=0",
    "group_limit=x",
    "group_next_token=abc",
    "group_limit=1&group_next_token=stale",
  ])("are refused for %s", async (query) => {
    const { status, json } = await (await startApi({ rules })).get(`/rules?${query}`);
    expect([status, json?.errorType]).toEqual([400, "bad_data"]);
  });

  test("have alerts, which can be seen alone", async () => {
    const { json, text } = await (await startApi({ rules })).get("/alerts");
    expect(json?.data.alerts.map(({ state }: { state: string }) => state)).toEqual(["pending", "firing"]);
    expect(text).toContain("It is <down>");
  });
});

describe("status", () => {
  test.each([
    { path: "/status/config", want: { yaml: "global: {}\n" } },
    { path: "/status/flags", want: { "web.enable-lifecycle": "false" } },
    { path: "/status/runtimeinfo", want: { CWD: "/" } },
    { path: "/status/buildinfo", want: { version: "1" } },
    { path: "/status/walreplay", want: { min: 0, max: 2, current: 1 } },
    { path: "/status/tsdb", want: { limit: 10 } },
    { path: "/status/tsdb?limit=10000", want: { limit: 10_000 } },
    { path: "/alertmanagers", want: { activeAlertmanagers: [{ url: "http://am/api/v2/alerts" }], droppedAlertmanagers: [] } },
  ])("$path", async ({ path, want }) => {
    const api = await startApi({ alertmanagers: { active: () => ["http://am/api/v2/alerts"], dropped: () => [] } });
    expect((await api.get(path)).json).toEqual({ status: "success", data: want });
  });

  test.each(["0", "10001", "-1", "x"])("of the storage has no table of %s rows", async (limit) => {
    expect((await (await startApi()).get(`/status/tsdb?limit=${limit}`)).status).toBe(400);
  });
});
