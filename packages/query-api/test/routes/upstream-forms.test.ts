import { once } from "node:events";
import { request } from "node:http";
import { describe, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import type { AlertView, RuleGroupView, RuleView, TargetsPort, TargetView } from "../../src/index.ts";
import { NOW_MS, startApi } from "../api-server.ts";

// Each expectation is what web/api/v1/api.go of Prometheus 3.14 answers.

const rule: RuleView = {
  type: "recording",
  name: "a:b",
  query: "up",
  labels: [],
  health: "ok",
  lastError: "",
  evaluationSeconds: 0.5,
  lastEvaluationMs: 0,
  durationSeconds: 0,
  keepFiringForSeconds: 0,
  annotations: [],
  alerts: [],
};
const group = (name: string, rules: readonly RuleView[]): RuleGroupView => ({
  name,
  file: "f.yml",
  intervalSeconds: 15,
  limit: 0,
  evaluationSeconds: 0,
  lastEvaluationMs: 0,
  rules,
});

describe("rules", () => {
  test("a group is written in upstream's order, and a rule's labels even when there are none", async () => {
    const { text } = await (await startApi({ rules: { groups: () => [group("g", [rule])] } })).get("/rules");
    expect(text).toBe(
      '{"status":"success","data":{"groups":[{"name":"g","file":"f.yml","rules":[{"name":"a:b","query":"up","labels":{},"health":"ok","evaluationTime":0.5,"lastEvaluation":"0001-01-01T00:00:00Z","type":"recording"}],"interval":15,"limit":0,"evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z"}]}}',
    );
  });

  test("groups without a rule are left out, and pages count what is left", async () => {
    const groups = [group("a", []), group("b", [rule]), group("c", [{ ...rule, name: "other" }]), group("d", [rule])];
    const api = await startApi({ rules: { groups: () => groups } });
    const names = (data: { groups: { name: string }[] }): string[] => data.groups.map(({ name }) => name);
    const first = (await api.get("/rules?group_limit=1&rule_name[]=a:b")).json?.data;
    expect(names(first)).toEqual(["b"]);
    const second = (await api.get(`/rules?group_limit=1&rule_name[]=a:b&group_next_token=${first.groupNextToken}`)).json?.data;
    expect(names(second)).toEqual(["d"]);
    expect(second).not.toHaveProperty("groupNextToken");
  });

  test.each([
    ["group_next_token=x", 'invalid parameter "group_next_token": group_limit needs to be present in order to paginate over the groups'],
    ["group_limit=0", 'invalid parameter "group_limit": group_limit needs to be greater than 0'],
    [
      "group_limit=x",
      'invalid parameter "group_limit": group_limit needs to be a valid number: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      "group_limit=1&group_next_token=old",
      `invalid parameter "group_next_token": invalid group_next_token 'old'. were rule groups changed?`,
    ],
    ["type=x", 'invalid parameter "type": not supported value "x"'],
    [
      "exclude_alerts=x",
      'invalid parameter "exclude_alerts": error converting exclude_alerts: strconv.ParseBool: parsing "x": invalid syntax',
    ],
  ])("%s is refused", async (query, error) => {
    const { status, json } = await (await startApi()).get(`/rules?${query}`);
    expect([status, json?.error]).toEqual([400, error]);
  });

  test("alerts that are left out are null", async () => {
    const groups = [group("g", [{ ...rule, type: "alerting" }])];
    const { json } = await (await startApi({ rules: { groups: () => groups } })).get("/rules?exclude_alerts=true");
    expect(json?.data.groups[0].rules[0].alerts).toBeNull();
  });
});

const target = (instance: string, metrics: readonly string[]): TargetView => ({
  scrapePool: "a",
  scrapeUrl: `http://${instance}/metrics`,
  globalUrl: `http://${instance}/metrics`,
  labels: labelsOf({ instance, job: "a" }),
  discoveredLabels: [],
  health: "up",
  lastError: "",
  lastScrapeMs: 0,
  lastScrapeDurationSeconds: 0,
  scrapeInterval: "15s",
  scrapeTimeout: "10s",
  metadata: () => metrics.map((name) => [name, { type: "gauge", help: name, unit: "" }]),
});

const targetsOf = (...active: readonly TargetView[]): TargetsPort => ({
  pools: () => ["a"],
  poolConfig: () => undefined,
  relabelSteps: () => undefined,
  active: () => active,
  dropped: () => [],
  droppedCounts: () => new Map(),
});

describe("the metadata of targets", () => {
  test("is what each of them says itself, with the limit between targets", async () => {
    const api = await startApi({
      targets: targetsOf(target("one", ["up", "latency"]), target("two", ["elsewhere"])),
    });
    const one = '"target":{"instance":"one","job":"a"}';
    expect((await api.get("/targets/metadata?limit=1")).text).toBe(
      `{"status":"success","data":[{${one},"metric":"up","type":"gauge","help":"up","unit":""},{${one},"metric":"latency","type":"gauge","help":"latency","unit":""}]}`,
    );
    expect((await api.get("/targets/metadata?metric=up")).text).toBe(
      `{"status":"success","data":[{${one},"type":"gauge","help":"up","unit":""}]}`,
    );
    expect((await api.get("/targets/metadata?metric=elsewhere")).json?.data).toMatchObject([{ target: { instance: "two" } }]);
    expect((await api.get("/targets/metadata?metric=nowhere")).json?.data).toEqual([]);
  });
});

describe("what has no selector", () => {
  test("can have no exemplars: 204", async () => {
    const { status, text } = await (await startApi()).get("/query_exemplars?query=1");
    expect([status, text]).toEqual([204, ""]);
  });
});

test.each(["DELETE", "PUT", "HEAD"])("%s is not allowed, and told what is", async (method) => {
  const { status, headers } = await (await startApi()).get("/query", { method });
  expect([status, headers.get("allow")]).toEqual([405, "GET, OPTIONS, POST"]);
});

test.each(["/query", "/nope", "/write", "/label/a/values"])("OPTIONS of %s is answered, be it a path or none", async (path) => {
  expect((await (await startApi()).get(path, { method: "OPTIONS" })).status).toBe(204);
});

test("a value of `stats` that is none is warned of", async () => {
  const { json } = await (await startApi()).get("/query?query=1&stats=yes");
  expect(json?.warnings).toEqual([
    'value "yes" for parameter "stats" is deprecated and will be rejected in the next major release, use "true" or "all"',
  ]);
  expect(json?.data.stats.timings.execTotalTime).toBeGreaterThanOrEqual(0);
});

test("the content type has no charset, of answers and of errors", async () => {
  const api = await startApi();
  expect((await api.get("/query?query=1")).headers.get("content-type")).toBe("application/json");
  expect((await api.get("/query?query=(")).headers.get("content-type")).toBe("application/json");
  expect((await api.get("/labels")).headers.get("content-type")).toBe("application/json");
});

test("features tell what is on and off, operators in plain letters", async () => {
  const api = await startApi({ features: () => new Map([["prometheus", new Map([["server_mode", true]])]]) });
  const { json, text } = await api.get("/features");
  expect(json?.data).toMatchObject({
    prometheus: { server_mode: true },
    promql_functions: { rate: true, info: false },
    promql_operators: { limitk: false, sum: true },
  });
  expect(text).toContain('">=":true');
});

test("a time range that is turned round finds what upstream finds, and is no error", async () => {
  const now = NOW_MS / 1000;
  expect((await (await startApi()).get(`/series?match[]=up&start=${now + 7200}&end=${now - 7200}`)).status).toBe(200);
});

test.each([
  { method: "GET", path: "/query/?query=1", location: "/query?query=1", status: 301, why: "a slash at the end" },
  { method: "POST", path: "/query/?query=1", location: "/query?query=1", status: 307, why: "a slash at the end of what is posted to" },
  { method: "GET", path: "/Status/Config", location: "/status/config", status: 301, why: "letters of the other case" },
  { method: "GET", path: "/LABEL/A%20b/values/", location: "/label/A%20b/values", status: 301, why: "both, but for a parameter" },
  { method: "POST", path: "/write/", location: "/write", status: 307, why: "a slash where samples are written" },
  { method: "GET", path: "/notifications/", location: "/notifications", status: 301, why: "a slash at the end of what is always there" },
])("$why: redirected as by upstream, which forgets the prefix", async ({ method, path, location, status }) => {
  const answer = await (await startApi()).get(path, { method, redirect: "manual" });
  expect([answer.status, answer.headers.get("location")]).toEqual([status, location]);
});

test.each([
  ["GET", "/write", "OPTIONS, POST"],
  ["GET", "/otlp/v1/metrics", "OPTIONS, POST"],
  ["GET", "/admin/tsdb/snapshot", "OPTIONS, POST, PUT"],
  ["POST", "/status/walreplay", "GET, OPTIONS"],
])("%s %s is not allowed, and told what is", async (method, path, allowed) => {
  const { status, headers } = await (await startApi()).get(path, { method });
  expect([status, headers.get("allow")]).toEqual([405, allowed]);
});

test.each([
  ["PUT", "/query/"],
  ["HEAD", "/labels/"],
  ["GET", "/status/"],
])("%s %s is no path, however alike", async (method, path) => {
  expect((await (await startApi()).get(path, { method, redirect: "manual" })).status).toBe(404);
});

test.each(["/status/walreplay", "/notifications"])("OPTIONS of %s is answered as of any path", async (path) => {
  expect((await (await startApi()).get(path, { method: "OPTIONS" })).status).toBe(204);
});

describe("what can't be decoded in an address", () => {
  test.each(["/series?match[]=up&x=%zz", "/rules?x=%zz"])("is refused by %s", async (path) => {
    const { status, json } = await (await startApi()).get(path);
    expect([status, json?.error]).toEqual([400, 'error parsing form values: invalid URL escape "%zz"']);
  });

  test.each([
    { path: "/query?query=%zz&query=2", value: "2", why: "is passed over elsewhere" },
    { path: "/query?query=3&query=1;2", value: "3", why: "may be a semicolon" },
  ])("$why", async ({ path, value }) => {
    expect((await (await startApi()).get(path)).json?.data.result[1]).toBe(value);
  });
});

test("a form is looked at where it is posted only", async () => {
  const api = await startApi();
  const headers = { "content-type": "application/x-www-form-urlencoded", "content-length": 7 };
  const address = new URL(`${api.url}/query?query=1`);
  const asked = request(address, { method: "GET", headers }).end("query=2");
  const [answer] = await once(asked, "response");
  expect(JSON.parse((await answer.toArray()).join("")).data.result[1]).toBe("1");
  expect((await api.post("/query?query=1", { query: "2" })).json?.data.result[1]).toBe("2");
});

test.each([
  {
    path: "/labels?match[]={}&match[]={",
    error: "1:2: parse error: unexpected end of input inside braces",
    why: "selectors are parsed before they are judged",
  },
  { path: "/labels?match[]={}", error: "match[] must contain at least one non-empty matcher", why: "a selector must ask for something" },
  {
    path: "/status/tsdb?limit=99999999999999999999",
    error: "limit must be a positive number",
    why: "what is no integer of Go's is no number",
  },
  { path: "/status/tsdb?limit=10001", error: "limit must not exceed 10000", why: "tables have an end" },
  {
    path: "/query_range?query=1&start=1&end=2&step=NaN",
    error: 'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    why: "a step that is no number is not above 0",
  },
])("$why", async ({ path, error }) => {
  const { status, json } = await (await startApi()).get(path);
  expect([status, json?.error]).toEqual([400, error]);
});

test("metadata has its fields in the order of each route", async () => {
  const one = { ...target("one", []), metadata: () => [["up", { type: "gauge", help: "Help.", unit: "s" }] as const] };
  const { text } = await (await startApi({ targets: targetsOf(one) })).get("/metadata");
  expect(text).toBe('{"status":"success","data":{"up":[{"type":"gauge","unit":"s","help":"Help."}]}}');
});

describe("alerting rules", () => {
  const alert = (name: string, state: AlertView["state"]): AlertView => ({
    labels: labelsOf({ alertname: name }),
    annotations: [],
    state,
    activeAtMs: 1,
    keepFiringSinceMs: 0,
    value: 1,
  });
  const alerting = (name: string, alerts: readonly AlertView[], lastEvaluationMs = 1): RuleView => ({
    ...rule,
    type: "alerting",
    name,
    alerts,
    lastEvaluationMs,
  });
  const groups = [
    group("one", [
      alerting("b", [alert("b", "pending")]),
      alerting("new", [], 0),
      alerting("z", [alert("z", "pending"), alert("z2", "firing")]),
      alerting("a", [alert("a", "pending")]),
      alerting("quiet", []),
    ]),
    group("two", [alerting("c", [alert("c", "firing")])]),
  ];

  test("have alerts, group after group, those of the worst rule first", async () => {
    const { json } = await (await startApi({ rules: { groups: () => groups } })).get("/alerts");
    expect(json?.data.alerts.map(({ labels }: { labels: { alertname: string } }) => labels.alertname)).toEqual(["z", "z2", "a", "b", "c"]);
  });

  test("stay in their order themselves, and are unknown until they have been evaluated", async () => {
    const { json } = await (await startApi({ rules: { groups: () => groups } })).get("/rules?rule_group[]=one");
    expect(json?.data.groups[0].rules.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
      ["b", "pending"],
      ["new", "unknown"],
      ["z", "firing"],
      ["a", "pending"],
      ["quiet", "inactive"],
    ]);
  });
});
