import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { eventually, fakeClock } from "@ferula/test-kit";
import { httpProvider } from "../../../src/providers/http/http.ts";
import type { TargetGroup } from "../../../src/target-group.ts";
import { discovererDeps, recordingLogger, section } from "../../support.ts";

const REFRESH_MS = 60_000;

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

type Answer = (res: ServerResponse) => void;

/** An address whose n-th answer is the n-th of `answers`, the last one ever after. */
async function endpoint(answers: readonly Answer[]) {
  const asked: IncomingHttpHeaders[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((req, res) => {
    asked.push(req.headers);
    const answer = req.url === "/loop" ? redirect : answers[Math.min(asked.length, answers.length) - 1];
    answer(res);
  });
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sd?team=a` };
}

function discover(url: string, more: object = {}) {
  const clock = fakeClock();
  const registry = new Registry();
  const { logger, logs } = recordingLogger();
  const [config] = section(JSON.stringify({ http_sd_configs: [{ url, ...more }] }))["http_sd_configs"];
  const discoverer = httpProvider.create(config as never, 0, { ...discovererDeps(logger, registry), clock });
  const groups = new Map<string, TargetGroup>();
  const stop = new AbortController();
  const ended = discoverer.run((found) => {
    for (const group of found) {
      if (group.targets.length > 0) groups.set(group.source, group);
      else groups.delete(group.source);
    }
  }, stop.signal);
  stops.push(async () => {
    stop.abort();
    await ended;
  });
  const lines = async (): Promise<string[]> => (await registry.metrics()).split("\n");
  const metric = async (name: string): Promise<number> =>
    Number((await lines()).find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
  /** Resolves when the source has been asked so often. */
  const refreshes = (count: number): Promise<unknown> =>
    eventually(async () => (await metric('prometheus_sd_refresh_duration_seconds_count{config="web",mechanism="http"}')) === count);
  const failures = (): Promise<number> => metric("prometheus_sd_http_failures_total");
  const log = (): string => logs.join("").replaceAll('\\"', '"').replaceAll("\\\\", "\\");
  const targets = (): string[] => [...groups.values()].flatMap((group) => group.targets.map((target) => target[1]));
  return { clock, groups, log, refreshes, failures, targets };
}

const json =
  (body: unknown, type: string = "application/json"): Answer =>
  (res) =>
    res.writeHead(200, { "content-type": type }).end(typeof body === "string" ? body : JSON.stringify(body));

const redirect: Answer = (res) => res.writeHead(302, { location: "/loop" }).end();

const good = json([{ targets: ["a:1"] }]);

describe("target groups", () => {
  test("come with their labels, the address they are from, and a source that counts them", async () => {
    const { url, asked } = await endpoint([
      json([
        { targets: ["a:1", "b:1"], labels: { dc: "eu", __meta_url: "not this", empty: "" } },
        { targets: ["c:1"], labels: null },
      ]),
    ]);
    const { groups, refreshes, failures } = discover(url);
    await refreshes(1);
    expect([...groups.values()]).toEqual([
      {
        source: `${url}:0`,
        targets: [
          ["__address__", "a:1"],
          ["__address__", "b:1"],
        ],
        labels: ["__meta_url", url, "dc", "eu"],
      },
      { source: `${url}:1`, targets: [["__address__", "c:1"]], labels: ["__meta_url", url] },
    ]);
    expect(asked[0]).toMatchObject({
      accept: "application/json",
      "user-agent": "Prometheus/test",
      "x-prometheus-refresh-interval-seconds": "60",
    });
    expect(await failures()).toBe(0);
  });

  test("are asked for at every interval, and those that are gone end", async () => {
    const { url } = await endpoint([json([{ targets: ["a:1"] }, { targets: ["b:1"] }]), json([{ targets: ["c:1"] }]), json("null")]);
    const { clock, groups, targets, refreshes } = discover(url);
    await refreshes(1);
    expect(targets()).toEqual(["a:1", "b:1"]);
    await clock.advance(REFRESH_MS);
    await refreshes(2);
    expect(targets()).toEqual(["c:1"]);
    await clock.advance(REFRESH_MS);
    await refreshes(3);
    expect(groups.size).toBe(0);
  });

  test("the interval is told in seconds, and the section's client asks", async () => {
    const { url, asked } = await endpoint([good]);
    const { refreshes } = discover(url, { refresh_interval: "1500ms", basic_auth: { username: "u", password: "p" } });
    await refreshes(1);
    expect(asked[0]).toMatchObject({ "x-prometheus-refresh-interval-seconds": "1.5", authorization: "Basic dTpw" });
  });

  test.each([
    { type: "application/json" },
    { type: "Application/JSON; charset=UTF-8" },
    { type: 'application/json;charset="utf-8"' },
    { type: " application/json " },
  ])("may be of the type $type", async ({ type }) => {
    const { url } = await endpoint([json([{ targets: ["a:1"] }], type)]);
    const { targets, refreshes } = discover(url);
    await refreshes(1);
    expect(targets()).toEqual(["a:1"]);
  });

  test.each([
    { why: "keys in whichever case", body: '[{"Targets": ["a:1"], "LABELS": {"x": "y"}}]', labels: ["x", "y"] },
    { why: "null for a label", body: '[{"targets": ["a:1"], "labels": {"x": null}}]', labels: [] },
    { why: "half of a character", body: '[{"targets": ["a:1"], "labels": {"x": "\\ud800"}}]', labels: ["x", "\ufffd"] },
    { why: "names that objects have", body: '[{"targets": ["a:1"], "labels": {"__proto__": "y"}}]', labels: ["__proto__", "y"] },
  ])("are read as Go does: $why", async ({ body, labels }) => {
    const { url } = await endpoint([json(body)]);
    const { groups, refreshes } = discover(url);
    await refreshes(1);
    const own = groups.get(`${url}:0`)?.labels ?? [];
    expect(own.filter((text) => text !== "__meta_url" && text !== url)).toEqual(labels);
  });
});

const cases: readonly { readonly why: string; readonly answer: Answer; readonly want: string }[] = [
  { why: "no such page", answer: (res) => res.writeHead(404).end(), want: "server returned HTTP status 404 Not Found" },
  {
    why: "a status that is no error either",
    answer: (res) => res.writeHead(204).end(),
    want: "server returned HTTP status 204 No Content",
  },
  { why: "another type", answer: json([], "text/plain"), want: 'unsupported content type "text/plain"' },
  { why: "another character set", answer: json([], "application/json; charset=latin1"), want: "unsupported content type" },
  { why: "no type", answer: (res) => res.end("[]"), want: 'unsupported content type ""' },
  { why: "an empty body", answer: json(""), want: "broken JSON: unexpected end (line 1, column 1)" },
  { why: "a body that is cut off", answer: json('[\n  {"targets": ["a:1"'), want: "broken JSON: unexpected end (line 2, column 21)" },
  { why: "an object", answer: json("{}"), want: "the answer must be a list, not an object" },
  { why: "a text", answer: json('"a:1"'), want: "the answer must be a list, not a string" },
  { why: "a list of texts", answer: json(["a:1"]), want: "group 0 must be an object, not a string" },
  { why: "a list of lists", answer: json([[]]), want: "group 0 must be an object, not a list" },
  { why: "a group that is null", answer: json([{ targets: [] }, null]), want: "nil target group item found: group 1 is null" },
  { why: "a key that is unknown", answer: json([{ target: ["a:1"] }]), want: 'group 0: unknown field "target"' },
  { why: "one target instead of a list", answer: json([{ targets: "a:1" }]), want: "group 0, targets must be a list, not a string" },
  {
    why: "a target that is a number",
    answer: json([{ targets: ["a", 9090] }]),
    want: "group 0, targets[1] must be a string, not a number (line 1, column 18)",
  },
  {
    why: "a label that is a number",
    answer: json([{ targets: [], labels: { port: 9090 } }]),
    want: 'group 0, labels["port"] must be a string, not a number',
  },
  { why: "labels that are a list", answer: json([{ labels: ["a"] }]), want: "group 0, labels must be an object, not a list" },
  { why: "a label without a name", answer: json([{ labels: { "": "a" } }]), want: 'group 0, labels: "" is not a valid label name' },
  { why: "redirects without end", answer: redirect, want: "stopped after 10 redirects" },
  {
    why: "a connection that ends in the middle",
    answer: (res) => {
      res.writeHead(200, { "content-type": "application/json", "content-length": "100" }).write("[");
      setImmediate(() => res.destroy());
    },
    want: "unexpected EOF",
  },
  {
    why: "a length beyond the bound",
    answer: (res) => res.writeHead(200, { "content-type": "application/json", "content-length": String(1e12) }).write("["),
    want: "body size limit exceeded: the answer is larger than 33554432 bytes",
  },
  {
    why: "little that unpacks to too much",
    answer: (res) =>
      res
        .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
        .end(gzipSync(Buffer.alloc((32 << 20) + 1, " "))),
    want: "body size limit exceeded: the answer is larger than 33554432 bytes",
  },
  {
    why: "a body without end",
    answer(res) {
      const spaces = Buffer.alloc(1 << 20, " ");
      const pour = (): void => {
        while (!res.destroyed && res.write(spaces));
      };
      res.writeHead(200, { "content-type": "application/json" });
      res.on("drain", pour);
      pour();
    },
    want: "body size limit exceeded: the answer is larger than 33554432 bytes",
  },
];

describe("what was known stands, and the log names the address, when the answer is", () => {
  test.each(cases)("$why", async ({ answer, want }) => {
    const { url } = await endpoint([good, answer]);
    const { clock, targets, refreshes, failures, log } = discover(url);
    await refreshes(1);
    await clock.advance(REFRESH_MS);
    await refreshes(2);
    expect(targets()).toEqual(["a:1"]);
    expect(await failures()).toBe(1);
    expect(log()).toContain("Unable to refresh target groups");
    expect(log()).toContain(want);
    expect(log()).toContain(new URL(url).host);
  });
});

test.each([
  { why: "never begins", answer: () => undefined },
  {
    why: "drips",
    answer: (res: ServerResponse) => void res.writeHead(200, { "content-type": "application/json" }).write("["),
  },
])("an answer that $why is given up when the next one is due", async ({ answer }) => {
  const { url, asked } = await endpoint([answer, good]);
  const { clock, targets, refreshes, failures, log } = discover(url);
  await eventually(() => asked.length === 1);
  await clock.advance(REFRESH_MS);
  await refreshes(2);
  expect(targets()).toEqual(["a:1"]);
  expect(await failures()).toBe(1);
  expect(log()).toContain("context deadline exceeded");
});

test("a server that isn't there is a failure, and no password is in the log", async () => {
  const { refreshes, failures, log } = discover("http://me:secret@127.0.0.1:1/");
  await refreshes(1);
  expect(await failures()).toBe(1);
  expect(log()).toContain("connection refused");
  expect(log()).not.toContain("secret");
});

test("a section without an interval can't be run", () => {
  expect(() => discover("http://127.0.0.1:1/", { refresh_interval: "0s" })).toThrow("refresh_interval must be greater than 0");
});
