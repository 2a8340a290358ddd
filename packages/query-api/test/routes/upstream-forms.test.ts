import { describe, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import type { RuleGroupView, RuleView, TargetView } from "../../src/index.ts";
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

const target = (instance: string): TargetView => ({
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
});

describe("the metadata of targets", () => {
  test("names the metrics of which the target has series, and no others", async () => {
    const known = new Map(["up", "latency", "elsewhere"].map((name) => [name, { type: "gauge", help: name, unit: "" }] as const));
    const api = await startApi({
      series: [
        [{ __name__: "up", job: "a", instance: "one" }, [0, 1]],
        [{ __name__: "latency_bucket", le: "1", job: "a", instance: "one" }, [0, 1]],
        [{ __name__: "elsewhere", job: "a", instance: "two" }, [0, 1]],
      ],
      targets: {
        pools: () => ["a"],
        poolConfig: () => undefined,
        active: () => [target("one")],
        dropped: () => [],
        droppedCounts: () => new Map(),
      },
      metadata: { get: (name) => known.get(name), entries: () => known },
    });
    const one = '"target":{"instance":"one","job":"a"}';
    expect((await api.get("/targets/metadata")).text).toBe(
      `{"status":"success","data":[{${one},"metric":"up","type":"gauge","help":"up","unit":""},{${one},"metric":"latency","type":"gauge","help":"latency","unit":""}]}`,
    );
    expect((await api.get("/targets/metadata?metric=up")).text).toBe(
      `{"status":"success","data":[{${one},"type":"gauge","help":"up","unit":""}]}`,
    );
    expect((await api.get("/targets/metadata?metric=elsewhere")).json?.data).toEqual([]);
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

test("OPTIONS is answered for paths that are none, too", async () => {
  expect((await (await startApi()).get("/nope", { method: "OPTIONS" })).status).toBe(204);
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
