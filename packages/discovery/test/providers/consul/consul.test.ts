import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { eventually, tempFolder } from "@ferula/test-kit";
import { createConsulDiscoverer } from "../../../src/providers/consul/consul.ts";
import type { ConsulEnvironment } from "../../../src/providers/consul/consul-client.ts";
import { consulField } from "../../../src/sections/consul.ts";
import { deadAddress, fakeApi, type ApiAnswer, type ApiRequest } from "../fake-api.ts";
import { readSection, runDiscoverer } from "../run-discoverer.ts";

const SELF = JSON.stringify({ Config: { Datacenter: "test-dc", NodeName: "node1" } });

/** One instance, as far as Consul's documentation shows it. */
function instance(more: object = {}, service: object = {}) {
  return {
    Node: {
      ID: "b78c2e48-5ef3-1814-31b8-0d880f50471e",
      Node: "node1",
      Address: "1.1.1.1",
      Datacenter: "test-dc",
      TaggedAddresses: { lan: "192.168.10.10", wan: "10.0.10.10" },
      Meta: { rack_name: "2304", "rack-name": "2305" },
    },
    Service: {
      ID: "test-1",
      Service: "test",
      Tags: ["tag1", "tag2"],
      Address: "",
      Meta: { version: "1.0.0" },
      Port: 3341,
      Weights: { Passing: 1, Warning: 1 },
      ...service,
    },
    Checks: [{ Node: "node1", CheckID: "serfHealth", Name: "Serf Health Status", Status: "passing" }],
    ...more,
  };
}

interface State {
  readonly value: unknown;
  readonly index: string | undefined;
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** An agent that holds back an answer as long as its state is the one that is asked from; an answer may also be given in its place. */
async function fakeConsul(states: Readonly<Record<string, State | ApiAnswer>>, socketPath?: string) {
  const now: Record<string, State | ApiAnswer> = { "/v1/agent/self": SELF, ...states };
  const waiting = new Set<() => void>();
  async function answer({ path, query }: ApiRequest): Promise<ApiAnswer> {
    for (;;) {
      const state = now[path];
      if (state === undefined) return { status: 404, body: "no such path" };
      if (typeof state === "string" || !("value" in state)) return state;
      const { value, index } = state;
      if (index === undefined) return JSON.stringify(value);
      if (index !== query.get("index")) return { headers: { "X-Consul-Index": index }, body: JSON.stringify(value) };
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  }
  const api = await fakeApi(answer, socketPath);
  cleanups.push(api.close);
  return {
    ...api,
    set(path: string, state: State | ApiAnswer) {
      now[path] = state;
      for (const wake of waiting) wake();
      waiting.clear();
    },
    asked: (path: string) => api.requests.filter((request) => request.path === path),
  };
}

function run(yaml: string, environment: ConsulEnvironment = {}) {
  const config = readSection(consulField, yaml);
  const running = runDiscoverer((deps) => createConsulDiscoverer(config, deps, environment));
  cleanups.push(running.stop);
  return running;
}

const CATALOG = { value: { test: ["tag1"], other: ["tag2"] }, index: "1" };
const TEST = { value: [instance()], index: "1" };
const OTHER = { value: [instance({}, { ID: "other-1", Port: 80 })], index: "1" };
const BOTH = { "/v1/catalog/services": CATALOG, "/v1/health/service/test": TEST, "/v1/health/service/other": OTHER };

test("every service of the catalog is a group, whose targets have the labels of the instances", async () => {
  const consul = await fakeConsul(BOTH);
  const { known } = run(`server: ${consul.host}`);
  await eventually(() => expect(Object.keys(known()).sort()).toEqual(["other", "test"]));
  const { test: group } = known();
  expect(group.labels).toEqual(labelsOf({ __meta_consul_service: "test", __meta_consul_dc: "test-dc" }));
  expect(group.targets).toEqual([
    labelsOf({
      __address__: "1.1.1.1:3341",
      __meta_consul_address: "1.1.1.1",
      __meta_consul_health: "passing",
      __meta_consul_metadata_rack_name: "2305",
      __meta_consul_node: "node1",
      __meta_consul_service_id: "test-1",
      __meta_consul_service_metadata_version: "1.0.0",
      __meta_consul_service_port: "3341",
      __meta_consul_tagged_address_lan: "192.168.10.10",
      __meta_consul_tagged_address_wan: "10.0.10.10",
      __meta_consul_tags: ",tag1,tag2,",
    }),
  ]);
});

test.each([
  {
    why: "without more, both endpoints are asked with the time to wait",
    yaml: "allow_stale: false",
    catalog: "/v1/catalog/services?wait=120000ms",
    health: "/v1/health/service/test?wait=120000ms",
  },
  {
    why: "metadata of nodes goes to both, tags to the services",
    yaml: "services: [test]\ntags: [tag1]\nnode_meta: {rack_name: '2304'}",
    catalog: "/v1/catalog/services?node-meta=rack_name%3A2304&stale=&wait=120000ms",
    health: "/v1/health/service/test?node-meta=rack_name%3A2304&stale=&tag=tag1&wait=120000ms",
  },
  {
    why: "each filter goes to its own endpoint",
    yaml: `services: [test]\nallow_stale: false\nfilter: 'NodeMeta.rack_name == "2304"'\nhealth_filter: 'Service.Tags contains "canary"'`,
    catalog: "/v1/catalog/services?filter=NodeMeta.rack_name+%3D%3D+%222304%22&wait=120000ms",
    health: "/v1/health/service/test?filter=Service.Tags+contains+%22canary%22&wait=120000ms",
  },
  {
    why: "data center, namespace and partition go to both",
    yaml: "datacenter: dc7\nnamespace: ns1\npartition: part1",
    catalog: "/v1/catalog/services?dc=dc7&ns=ns1&partition=part1&stale=&wait=120000ms",
    health: "/v1/health/service/test?dc=dc7&ns=ns1&partition=part1&stale=&wait=120000ms",
  },
  {
    why: "all services that must be fully known beforehand need no catalog",
    yaml: "services: [test]\nhealth_filter: Checks",
    catalog: undefined,
    health: "/v1/health/service/test?filter=Checks&stale=&wait=120000ms",
  },
])("$why", async ({ yaml, catalog, health }) => {
  const consul = await fakeConsul(BOTH);
  run(`server: ${consul.host}\n${yaml}`);
  await eventually(() => expect(consul.asked("/v1/health/service/test")).toHaveLength(1));
  expect(consul.asked("/v1/catalog/services")[0]?.url).toBe(catalog);
  expect(consul.asked("/v1/health/service/test")[0].url).toBe(health);
});

test("the token goes along, and may come from the environment, as may namespace and partition", async () => {
  const consul = await fakeConsul(BOTH);
  run(`server: ${consul.host}\ntoken: secret-1`, { CONSUL_HTTP_TOKEN: "of-environment" });
  await eventually(() => expect(consul.asked("/v1/agent/self")).toHaveLength(1));
  run(`server: ${consul.host}`, { CONSUL_HTTP_TOKEN: "of-environment", CONSUL_NAMESPACE: "ns2", CONSUL_PARTITION: "part2" });
  await eventually(() => expect(consul.asked("/v1/agent/self")).toHaveLength(2));
  const [first, second] = consul.asked("/v1/agent/self");
  expect(first.headers["x-consul-token"]).toBe("secret-1");
  expect(second.headers["x-consul-token"]).toBe("of-environment");
  expect(second.url).toBe("/v1/agent/self?ns=ns2&partition=part2");
});

test.each([
  { why: "a prefix stands before every path", yaml: (host: string) => `server: ${host}\npath_prefix: /consul` },
  { why: "a prefix may stand in the address", yaml: (host: string) => `server: http://${host}/consul` },
  {
    why: "the user beside the section is basic authentication",
    yaml: (host: string) => `server: ${host}\npath_prefix: /consul\nusername: u\npassword: p`,
  },
])("$why", async ({ yaml }) => {
  const consul = await fakeConsul({ "/consul/v1/agent/self": SELF, "/consul/v1/catalog/services": { value: {}, index: "1" } });
  run(yaml(consul.host));
  await eventually(() => expect(consul.asked("/consul/v1/catalog/services")).toHaveLength(1));
  const wanted = yaml("").includes("username") ? "Basic dTpw" : undefined;
  expect(consul.requests.map(({ headers }) => headers.authorization)).toEqual([wanted, wanted]);
});

test("an agent may be behind a socket of this machine", async () => {
  const path = join(tempFolder(), "consul.sock");
  await fakeConsul(BOTH, path);
  const { known } = run(`server: unix://${path}`);
  await eventually(() => expect(Object.keys(known()).sort()).toEqual(["other", "test"]));
});

test("an address with another scheme is refused when the discoverer is made", () => {
  expect(() => run("server: ftp://127.0.0.1")).toThrow("Unknown protocol scheme: ftp");
});

test("news come by blocking queries, no sooner than the interval allows", async () => {
  const consul = await fakeConsul(BOTH);
  const { clock, known } = run(`server: ${consul.host}\nservices: [test]`);
  await eventually(() => expect(known()["test"]?.targets).toHaveLength(1));
  await clock.advance(29_999);
  expect(consul.asked("/v1/health/service/test")).toHaveLength(1);
  await clock.advance(1);
  await eventually(() => expect(consul.asked("/v1/health/service/test")).toHaveLength(2));
  expect(consul.asked("/v1/health/service/test")[1].query.get("index")).toBe("1");
  consul.set("/v1/health/service/test", { value: [instance(), instance({}, { Port: 3342 })], index: "18446744073709551615" });
  await eventually(() => expect(known()["test"].targets).toHaveLength(2));
  await clock.advance(30_000);
  await eventually(() => expect(consul.asked("/v1/health/service/test")).toHaveLength(3));
  expect(consul.asked("/v1/health/service/test")[2].query.get("index")).toBe("18446744073709551615");
});

test("an index that has gone backwards is news, and the next question asks from there", async () => {
  const consul = await fakeConsul({ ...BOTH, "/v1/health/service/test": { value: [instance()], index: "90" } });
  const { clock, known } = run(`server: ${consul.host}\nservices: [test]`);
  await eventually(() => expect(known()["test"]?.targets).toHaveLength(1));
  consul.set("/v1/health/service/test", { value: [], index: "7" });
  await clock.advance(30_000);
  await eventually(() => expect(known()["test"]).toBeUndefined());
  await clock.advance(30_000);
  await eventually(() => expect(consul.asked("/v1/health/service/test").map(({ query }) => query.get("index"))).toEqual([null, "90", "7"]));
});

test("an index that stays the same is no news", async () => {
  const consul = await fakeConsul({ ...BOTH, "/v1/health/service/test": { headers: { "X-Consul-Index": "5" }, body: "[]" } });
  const { clock, emitted } = run(`server: ${consul.host}\nservices: [test]`);
  for (let asked = 1; asked <= 3; asked++) {
    await eventually(() => expect(consul.asked("/v1/health/service/test")).toHaveLength(asked));
    await eventually(() => expect(clock.timerCount()).toBe(1));
    await clock.advance(30_000);
  }
  expect(emitted).toHaveLength(1);
});

test.each([{ index: undefined }, { index: "0" }, { index: "seven" }])(
  "an answer with the index $index can't be waited on: each one counts",
  async ({ index }) => {
    const consul = await fakeConsul({ ...BOTH, "/v1/health/service/test": { value: [instance()], index } });
    const { clock, emitted } = run(`server: ${consul.host}\nservices: [test]`);
    await eventually(() => expect(emitted).toHaveLength(1));
    await clock.advance(30_000);
    await eventually(() => expect(emitted).toHaveLength(2));
    expect(consul.asked("/v1/health/service/test")[1].query.has("index")).toBe(false);
  },
);

test("a service that is gone ends its group and is no longer asked about; one that comes is watched", async () => {
  const consul = await fakeConsul(BOTH);
  const { clock, known, emitted } = run(`server: ${consul.host}`);
  await eventually(() => expect(Object.keys(known()).sort()).toEqual(["other", "test"]));
  consul.set("/v1/health/service/third", { value: [instance()], index: "1" });
  consul.set("/v1/catalog/services", { value: { test: ["tag1"], third: [] }, index: "2" });
  await clock.advance(30_000);
  await eventually(() => expect(Object.keys(known()).sort()).toEqual(["test", "third"]));
  expect(emitted.flat()).toContainEqual({ source: "other", targets: [], labels: [] });
  const before = consul.asked("/v1/health/service/other").length;
  await clock.advance(90_000);
  await eventually(() => expect(consul.asked("/v1/health/service/test").length).toBeGreaterThan(1));
  expect(consul.asked("/v1/health/service/other")).toHaveLength(before);
});

test.each([
  { why: "nothing in the catalog", catalog: {} },
  { why: "nothing in the catalog that has all tags", catalog: { test: ["tag1"], other: [] } },
])("$why is told by an empty group", async ({ catalog }) => {
  const consul = await fakeConsul({ ...BOTH, "/v1/catalog/services": { value: catalog, index: "1" } });
  const { emitted } = run(`server: ${consul.host}\ntags: [tag1, missing]`);
  await eventually(() => expect(emitted).toEqual([[{ source: "", targets: [], labels: [] }]]));
});

test("of the catalog only services are watched that are wanted by name and by tags", async () => {
  const catalog = { test: ["tag1", "tag2"], other: ["tag1", "tag2"], third: ["tag1"] };
  const consul = await fakeConsul({ ...BOTH, "/v1/catalog/services": { value: catalog, index: "1" } });
  const { known } = run(`server: ${consul.host}\nservices: [test, third]\ntags: [tag1, tag2]`);
  await eventually(() => expect(Object.keys(known())).toEqual(["test"]));
  expect(consul.asked("/v1/health/service/test")[0].query.getAll("tag")).toEqual(["tag1", "tag2"]);
  expect(consul.requests.map(({ path }) => path)).not.toContain("/v1/health/service/third");
});

test("a name of a service may hold anything", async () => {
  const consul = await fakeConsul({ "/v1/health/service/a%2Fb%3F%20c": TEST });
  const { known } = run(`server: ${consul.host}\nservices: ['a/b? c']`);
  await eventually(() => expect(Object.keys(known())).toEqual(["a/b? c"]));
});

test.each([
  { why: "a refusal", broken: { status: 403, body: "rpc error: Permission denied" }, said: /403 \(rpc error: Permission denied\)/ },
  { why: "what is no JSON", broken: "<html>", said: /cannot read the answer: broken JSON: unexpected .*<.* \(line 1, column 1\)/ },
  {
    why: "JSON of another shape",
    broken: '[{"Service": {"Port": "80"}}]',
    said: /\[0\]\.Service\.Port must be a whole number, not .*80/,
  },
])(
  "$why is logged with the endpoint and counted; what was known stands, and 15 s later Consul is asked again",
  async ({ broken, said }) => {
    const consul = await fakeConsul(BOTH);
    const { clock, known, logs, metrics } = run(`server: ${consul.host}\nservices: [test]\nrefresh_interval: 1s`);
    await eventually(() => expect(known()["test"]?.targets).toHaveLength(1));
    consul.set("/v1/health/service/test", broken);
    await clock.advance(1000);
    await eventually(() =>
      expect(logs.join("")).toMatch(/level=ERROR .*msg="Error refreshing service" .*datacenter=test-dc.* service=test/),
    );
    expect(logs.join("")).toMatch(said);
    if (typeof broken === "object") expect(logs.join("")).toContain(`${consul.url}/v1/health/service/test?index=1`);
    expect(await metrics()).toContain("prometheus_sd_consul_rpc_failures_total 1\n");
    expect(known()["test"].targets).toHaveLength(1);
    const before = consul.asked("/v1/health/service/test").length;
    await clock.advance(14_999);
    expect(consul.asked("/v1/health/service/test")).toHaveLength(before);
    consul.set("/v1/health/service/test", { value: [], index: "2" });
    await clock.advance(1);
    await eventually(() => expect(known()["test"]).toBeUndefined());
  },
);

test("a catalog that can't be had is logged and counted, and services stay as they are", async () => {
  const consul = await fakeConsul(BOTH);
  const { clock, known, logs, metrics } = run(`server: ${consul.host}`);
  await eventually(() => expect(Object.keys(known())).toHaveLength(2));
  consul.set("/v1/catalog/services", { status: 500, body: "No cluster leader" });
  await clock.advance(30_000);
  await eventually(() => expect(logs.join("")).toMatch(/Error refreshing service list.*500 \(No cluster leader\)/));
  expect(Object.keys(known())).toHaveLength(2);
  expect(await metrics()).toContain("prometheus_sd_consul_rpc_failures_total 1\n");
});

test("a password in the address is not in the log", async () => {
  const consul = await fakeConsul({ "/v1/health/service/test": { status: 403, body: "no" } });
  const { logs } = run(`server: http://user:hidden@${consul.host}\ndatacenter: dc1\nservices: [test]`);
  await eventually(() => expect(logs.join("")).toContain(`${consul.host}/v1/health/service/test`));
  expect(logs.join("")).not.toContain("hidden");
});

test("without the agent's data center nothing is asked, until it can be told", async () => {
  const consul = await fakeConsul({ ...BOTH, "/v1/agent/self": '{"Config": {"Datacenter": 7}}' });
  const { clock, known, logs } = run(`server: ${consul.host}`);
  await eventually(() => expect(logs.join("")).toMatch(/Error retrieving datacenter name.*Config.Datacenter must be a string, not 7/));
  consul.set("/v1/agent/self", { status: 403, body: "ACL not found" });
  await clock.advance(15_000);
  await eventually(() => expect(logs.join("")).toContain("ACL not found"));
  expect(consul.asked("/v1/catalog/services")).toHaveLength(0);
  consul.set("/v1/agent/self", SELF);
  await clock.advance(15_000);
  await eventually(() => expect(Object.keys(known())).toHaveLength(2));
});

test("an agent that can't be reached is logged with its address", async () => {
  const host = await deadAddress();
  const { logs, metrics } = run(`server: ${host}\ndatacenter: dc1\nservices: [test]`);
  await eventually(() => expect(logs.join("")).toMatch(/Error refreshing service.*connection refused/));
  expect(logs.join("")).toContain(host);
  expect(await metrics()).toContain("prometheus_sd_consul_rpc_failures_total 1\n");
});

test("an answer that doesn't come is given up 15 s after the time that it may take", async () => {
  const consul = await fakeConsul(BOTH);
  const { clock, logs } = run(`server: ${consul.host}\nservices: [test]`);
  await eventually(() => expect(consul.asked("/v1/health/service/test")).toHaveLength(1));
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(30_000);
  await eventually(() => expect(consul.asked("/v1/health/service/test")).toHaveLength(2));
  await clock.advance(134_999);
  expect(logs.filter((line) => line.includes("level=ERROR"))).toEqual([]);
  await clock.advance(1);
  await eventually(() => expect(logs.join("")).toMatch(/Error refreshing service.*context deadline exceeded/));
});

test("how long questions take is told for both kinds, from the start", async () => {
  const consul = await fakeConsul({ ...BOTH, "/v1/catalog/services": { value: {}, index: "1" } });
  const { emitted, metrics } = run(`server: ${consul.host}`);
  await eventually(() => expect(emitted).toHaveLength(1));
  const text = await metrics();
  expect(text).toContain('prometheus_sd_consul_rpc_duration_seconds_count{call="services",endpoint="catalog"} 1\n');
  expect(text).toContain('prometheus_sd_consul_rpc_duration_seconds_count{call="service",endpoint="catalog"} 0\n');
  expect(text).toContain("prometheus_sd_consul_rpc_failures_total 0\n");
});
