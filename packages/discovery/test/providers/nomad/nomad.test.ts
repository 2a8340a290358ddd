import { afterEach, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { eventually } from "@ferula/test-kit";
import { nomadProvider } from "../../../src/providers/nomad/nomad.ts";
import { nomadField } from "../../../src/sections/nomad.ts";
import { deadAddress, fakeApi, type ApiAnswer } from "../fake-api.ts";
import { readSection, runDiscoverer } from "../run-discoverer.ts";

const SERVICES = JSON.stringify([
  { Namespace: "default", Services: [{ ServiceName: "hashicups", Tags: ["metrics"] }] },
  { Namespace: "team", Services: [{ ServiceName: "a b/c", Tags: [] }] },
]);

const HASHICUPS = {
  ID: "_nomad-task-6a1d5f0a-hashicups",
  ServiceName: "hashicups",
  Namespace: "default",
  NodeID: "d92fdc3c-9c2b-298a-e8f4-c33f3a449f09",
  Datacenter: "dc1",
  JobID: "dashboard",
  Tags: ["metrics", "v2"],
  Address: "127.0.0.1",
  Port: 30456,
};

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function fakeNomad(answers: Readonly<Record<string, ApiAnswer>> = {}) {
  const all: Record<string, ApiAnswer> = {
    "/v1/services": SERVICES,
    "/v1/service/hashicups": JSON.stringify([HASHICUPS]),
    "/v1/service/a%20b%2Fc": "[]",
    ...answers,
  };
  const api = await fakeApi(({ path }) => all[path] ?? { status: 404 });
  cleanups.push(api.close);
  return { ...api, set: (path: string, answer: ApiAnswer) => void (all[path] = answer) };
}

function run(yaml: string) {
  const config = readSection(nomadField, yaml);
  const running = runDiscoverer((deps) => nomadProvider.create(config, 0, deps));
  cleanups.push(running.stop);
  return running;
}

const LABELS = {
  __address__: "127.0.0.1:30456",
  __meta_nomad_address: "127.0.0.1",
  __meta_nomad_dc: "dc1",
  __meta_nomad_namespace: "default",
  __meta_nomad_node_id: "d92fdc3c-9c2b-298a-e8f4-c33f3a449f09",
  __meta_nomad_service: "hashicups",
  __meta_nomad_service_address: "127.0.0.1",
  __meta_nomad_service_id: "_nomad-task-6a1d5f0a-hashicups",
  __meta_nomad_service_port: "30456",
  __meta_nomad_tags: ",metrics,v2,",
};

test("all instances of all services are one group", async () => {
  const nomad = await fakeNomad({
    "/v1/service/a%20b%2Fc": JSON.stringify([{ ...HASHICUPS, Address: "fd00::1", Tags: null }]),
  });
  const { emitted } = run(`server: ${nomad.url}/a-path/that-does-not-count`);
  await eventually(() => expect(emitted).toHaveLength(1));
  expect(emitted[0]).toEqual([
    {
      source: "Nomad",
      labels: [],
      targets: [
        labelsOf(LABELS),
        labelsOf({
          ...LABELS,
          __address__: "[fd00::1]:30456",
          __meta_nomad_address: "fd00::1",
          __meta_nomad_service_address: "fd00::1",
          __meta_nomad_tags: "",
        }),
      ],
    },
  ]);
});

test.each([
  { why: "region, namespace and staleness are told", yaml: "", want: "?namespace=default&region=global&stale=" },
  { why: "what is empty is left out", yaml: "region: ''\nnamespace: ''\nallow_stale: false", want: "" },
  { why: "they may hold anything", yaml: "region: 'a&b'\nnamespace: '*'", want: "?namespace=*&region=a%26b&stale=" },
])("$why", async ({ yaml, want }) => {
  const nomad = await fakeNomad();
  const { emitted } = run(`server: ${nomad.url}\n${yaml}`);
  await eventually(() => expect(emitted).toHaveLength(1));
  expect(nomad.requests.map(({ url }) => url)).toEqual(
    ["/v1/services", "/v1/service/hashicups", "/v1/service/a%20b%2Fc"].map((path) => path + want),
  );
});

test("a token goes along as the section's headers have it", async () => {
  const nomad = await fakeNomad();
  const { emitted } = run(`server: ${nomad.url}\nhttp_headers: {X-Nomad-Token: {secrets: [secret-1]}}`);
  await eventually(() => expect(emitted).toHaveLength(1));
  expect(nomad.requests.map(({ headers }) => headers["x-nomad-token"])).toEqual(["secret-1", "secret-1", "secret-1"]);
});

test.each([
  { why: "a refusal", path: "/v1/services", broken: { status: 403, body: "Permission denied" }, said: /403 \(Permission denied\)/ },
  {
    why: "a service that can't be had",
    path: "/v1/service/hashicups",
    broken: { status: 500 },
    said: /failed to fetch services: Get .*500/,
  },
  {
    why: "what is no JSON",
    path: "/v1/services",
    broken: "[\n<html>",
    said: /cannot read the answer: broken JSON: .* \(line 2, column 1\)/,
  },
  { why: "a list of another shape", path: "/v1/services", broken: '[{"Services": [7]}]', said: /\[0\]\.Services\[0\] must be an object/ },
  {
    why: "instances of another shape",
    path: "/v1/service/hashicups",
    broken: '[{"Port": 1.5}]',
    said: /\[0\]\.Port must be a whole number, not 1\.5/,
  },
])("$why is logged with what was asked and counted, and what was known stands", async ({ path, broken, said }) => {
  const nomad = await fakeNomad();
  const { clock, emitted, known, logs, metrics } = run(`server: ${nomad.url}`);
  await eventually(() => expect(emitted).toHaveLength(1));
  nomad.set(path, broken);
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(60_000);
  await eventually(() => expect(logs.join("")).toMatch(/level=ERROR .*Unable to refresh target groups/));
  expect(logs.join("")).toMatch(said);
  const text = await metrics();
  expect(text).toContain("prometheus_sd_nomad_failures_total 1\n");
  expect(text).toContain('prometheus_sd_refresh_failures_total{config="web",mechanism="nomad"} 1\n');
  expect(known()["Nomad"].targets).toHaveLength(1);
});

test("a server that can't be reached is logged with its address, but not with the password in it", async () => {
  const host = await deadAddress();
  const { logs } = run(`server: http://user:hidden@${host}`);
  await eventually(() => expect(logs.join("")).toMatch(/Unable to refresh target groups.*connection refused/));
  expect(logs.join("")).toContain(host);
  expect(logs.join("")).not.toContain("hidden");
});

test.each([
  {
    why: "a host and port alone are no URL",
    server: "172.30.29.23:4646",
    said: "invalid address '172.30.29.23:4646': first path segment in URL cannot contain colon",
  },
])("an address that is none is refused when the discoverer is made: $why", ({ server, said }) => {
  expect(() => run(`server: ${server}`)).toThrow(said);
});

test("a name that reads as a scheme is only found out when it is asked", async () => {
  const { logs } = run("server: foo.bar:4646");
  await eventually(() => expect(logs.join("")).toContain('unsupported protocol scheme \\"foo.bar\\"'));
});
