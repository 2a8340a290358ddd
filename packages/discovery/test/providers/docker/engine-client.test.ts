import { join } from "node:path";
import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, test } from "@jest/globals";
import { tempFolder } from "@ferula/test-kit";
import { encodeFilters } from "../../../src/providers/docker/engine-client.ts";
import { fakeEngine, refuse, type Answers } from "./fake-engine.ts";
import { findIn, findOnce } from "./support.ts";

async function logOf(answers: Answers, fields: string = "port: 80"): Promise<string> {
  const { targets, failures, logs, engine } = await findIn("docker", answers, fields);
  expect({ targets, failures }).toEqual({ targets: undefined, failures: 1 });
  expect(logs).toContain(`host=${engine.host} `);
  return logs.replaceAll(engine.host, "HOST").replaceAll('\\"', "'");
}

test.each([
  { version: "1.44", spoken: "v1.44", why: "an older engine is asked in its version" },
  { version: "1.9", spoken: "v1.55", why: "one that is too old is asked in ours, and says so" },
  { version: "1.99", spoken: "v1.55", why: "a newer one is asked in ours" },
  { version: "", spoken: "v1.55", why: "so is one that tells none" },
  { version: "new", spoken: "v1.55", why: "and one that tells nonsense" },
])("$why ($version)", async ({ version, spoken }) => {
  const engine = await fakeEngine({}, { version });
  await findOnce("docker", `host: ${engine.host}`);
  await engine.close();
  expect(engine.requests.filter((request) => !request.includes("_ping"))).toEqual([
    `GET /${spoken}/containers/json`,
    `GET /${spoken}/networks`,
  ]);
});

test.each([
  { why: "where HEAD is not allowed", head: (response: ServerResponse) => void response.writeHead(405).end(), want: "v1.41" },
  { why: "where HEAD is cut off", head: (response: ServerResponse) => void response.destroy(), want: "v1.41" },
])("the ping is repeated by GET $why", async ({ head, want }) => {
  const engine = await fakeEngine({
    "/_ping": (request: IncomingMessage, response: ServerResponse) =>
      request.method === "HEAD" ? head(response) : response.setHeader("Api-Version", "1.41").end("OK"),
  });
  await findOnce("docker", `host: ${engine.host}`);
  await engine.close();
  expect(engine.requests).toEqual(["HEAD /_ping", "GET /_ping", `GET /${want}/containers/json`, `GET /${want}/networks`]);
});

test("an engine on a socket is asked there, as that of this machine, and proxies and credentials don't count", async () => {
  const socketPath = join(tempFolder(), "docker.sock");
  const engine = await fakeEngine({}, { socketPath });
  const { targets, logs } = await findOnce("docker", `host: ${engine.host}\nbearer_token: secret\nproxy_url: http://127.0.0.1:1`);
  await engine.close();
  expect(targets).toEqual([]);
  expect([...engine.hosts]).toEqual(["api.moby.localhost"]);
  expect(logs).toMatch(/level=WARN .*HTTP client settings don't count/);
});

test("tcp is plain HTTP, and may have a path before that of the API", async () => {
  const engine = await fakeEngine({});
  const { targets, logs } = await findOnce("docker", `host: ${engine.host.replace("http:", "tcp:")}/engine/`);
  await engine.close();
  expect({ targets, logs }).toEqual({ targets: [], logs: "" });
  expect(engine.requests).toEqual(["HEAD /engine/_ping", "GET /engine/v1.44/containers/json", "GET /engine/v1.44/networks"]);
});

test("filters go with the containers alone", async () => {
  const { engine } = await findIn("docker", {}, "filters: [{name: status, values: [running]}]");
  expect(engine.requests).toEqual([
    "HEAD /_ping",
    "GET /v1.44/containers/json?filters=%7B%22status%22%3A%7B%22running%22%3Atrue%7D%7D",
    "GET /v1.44/networks",
  ]);
});

test.each([
  { filters: [], want: "" },
  { filters: [{ name: "a", values: [] }], want: "" },
  {
    filters: [
      { name: "b", values: ["2", "1"] },
      { name: "a", values: ["x"] },
    ],
    want: '{"a":{"x":true},"b":{"1":true,"2":true}}',
  },
  {
    filters: [
      { name: "a", values: ["1"] },
      { name: "a", values: ["2", "1"] },
    ],
    want: '{"a":{"1":true,"2":true}}',
  },
  { filters: [{ name: 'l"', values: ["k=v w!'()*~ü&+"] }], want: '{"l\\"":{"k=v w!\'()*~ü&+":true}}' },
])("filters are JSON in a query: $want", ({ filters, want }) => {
  const query = encodeFilters(filters);
  expect(new URLSearchParams(query).get("filters") ?? "").toBe(want);
  expect(query).toMatch(/^(\?filters=[\w.~+%-]+)?$/);
});

test.each([
  {
    why: "the engine's own message",
    answer: refuse(400, { message: "invalid filter 'x'" }),
    want: "Error response from daemon: invalid filter 'x'",
  },
  { why: "a text", answer: refuse(502, " bad gateway\n", "text/html"), want: "Error response from daemon: bad gateway" },
  {
    why: "JSON without a message",
    answer: refuse(503, {}),
    want: "Error response from daemon: API returned a 503 (Service Unavailable) but provided no error-message",
  },
  { why: "what only claims to be JSON", answer: refuse(500, "oops"), want: "Error response from daemon: oops" },
  {
    why: "nothing",
    answer: refuse(500, ""),
    want: "request returned 500 Internal Server Error for API route and version HOST/v1.44/containers/json, check if the server supports the requested API version",
  },
  {
    why: "a message without end",
    answer: refuse(500, "x".repeat(1 << 20)),
    want: "request returned 500 Internal Server Error with a message (> 1048576 bytes)",
  },
  {
    why: "broken JSON",
    answer: refuse(200, '[{"Id": "a",\n  }'),
    want: "Get 'HOST/v1.44/containers/json': cannot read the answer: broken JSON: unexpected '}' (line 2, column 3)",
  },
  {
    why: "JSON of another shape",
    answer: refuse(200, [{ Ports: [{ PrivatePort: "80" }] }]),
    want: "Get 'HOST/v1.44/containers/json': cannot read the answer: [0].Ports[0].PrivatePort must be a whole number from 0 to 65535, not '80'",
  },
  {
    why: "an answer that is too large",
    answer: (_: unknown, response: ServerResponse) => void response.writeHead(200, { "Content-Length": 200_000_000 }).write("["),
    want: "body size limit exceeded: the answer is larger than 134217728 bytes",
  },
  {
    why: "an answer that breaks off",
    answer: (_: unknown, response: ServerResponse) =>
      void response.writeHead(200, { "Content-Length": 9 }).write("[", () => response.destroy()),
    want: "unexpected EOF",
  },
])("a refresh fails by $why", async ({ answer, want }) => {
  expect(await logOf({ "/containers/json": answer })).toContain(`err="error while listing containers: ${want}`);
});

test("a refresh fails by networks that can't be listed", async () => {
  expect(await logOf({ "/networks": refuse(500, { message: "m" }) })).toContain(
    'err="error while computing network labels: Error response from daemon: m"',
  );
});

test("an engine that doesn't answer is given up after the interval", async () => {
  const engine = await fakeEngine({ "/containers/json": () => undefined });
  const { logs, failures } = await findOnce("docker", `host: ${engine.host}`, "refresh_interval: 100ms");
  await engine.close();
  expect(failures).toBe(1);
  expect(logs).toMatch(/listing containers: Get .*containers\/json.*: context deadline exceeded/);
});

test("an engine that is down is told with its address, and without a password", async () => {
  const engine = await fakeEngine({});
  await engine.close();
  const host = engine.host.replace("//", "//me:hush@");
  const { logs, failures } = await findOnce("docker", `host: ${host}`);
  const shown = host.replace("hush", "xxxxx");
  expect(failures).toBe(1);
  expect(logs).toContain(
    `host=${shown} err="error while listing containers: Cannot connect to the Docker daemon at ${shown}. Is the docker daemon running?"`,
  );
});

test("a socket that isn't there is told with its path", async () => {
  const path = join(tempFolder(), "none.sock");
  const { logs } = await findOnce("dockerswarm", `role: nodes\nhost: unix://${path}`);
  expect(logs).toContain(
    `err="error while listing swarm nodes: failed to connect to the docker API at unix://${path}; check if the path is correct and if the daemon is running: dial unix ${path}: connect: no such file or directory"`,
  );
});

test.each([
  { role: "tasks", path: "/tasks", want: "error while listing swarm services" },
  { role: "tasks", path: "/services", want: "error while computing services labels and ports" },
  { role: "tasks", path: "/nodes", want: "error while computing nodes labels and ports: error while listing swarm nodes" },
  { role: "tasks", path: "/networks", want: "error while computing swarm network labels" },
  { role: "services", path: "/services", want: "error while listing swarm services" },
  { role: "services", path: "/networks", want: "error while computing swarm network labels" },
  { role: "nodes", path: "/nodes", want: "error while listing swarm nodes" },
])("for $role, what fails at $path says so", async ({ role, path, want }) => {
  const { logs } = await findIn("dockerswarm", { [path]: refuse(503, { message: "no manager" }) }, `role: ${role}`);
  expect(logs).toContain(`err="${want}: Error response from daemon: no manager"`);
});
