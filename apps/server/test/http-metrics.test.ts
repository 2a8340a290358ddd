import { Registry } from "@ferula/client";
import { listen } from "@ferula/http";
import { noLogger } from "@ferula/logging";
import { afterEach, expect, test } from "@jest/globals";
import express, { Router } from "express";
import { API_PREFIX, createHttpMetrics, nameHandler } from "../src/http-metrics.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

/** An app with a route of the API, one beside it, and one that names itself; `counts` are the series of requests. */
async function start(handlers: readonly string[]) {
  const registry = new Registry();
  const { measure } = createHttpMetrics(registry, handlers);
  const api = Router();
  api.get("/known/:name", (_req, res) => void res.send("known"));
  api.all("/known/:name", (_req, res) => void res.sendStatus(405));
  const app = express().use(measure).use(API_PREFIX, api);
  app.all("/-/reload", (_req, res) => void res.sendStatus(405));
  app.use("/named", (_req, res) => {
    nameHandler(res, "/named/*path");
    res.sendStatus(404);
  });
  const listening = await listen({ app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger: noLogger });
  cleanups.push(() => listening.close(0));
  return {
    ask: async (path: string, method = "GET") => (await fetch(listening.urls[0] + path, { method })).arrayBuffer(),
    counts: async () => (await registry.metrics()).match(/(?<=^prometheus_http_requests_total)\{.*$/gm) ?? [],
  };
}

test("requests of known handlers are told before there is one", async () => {
  const { counts } = await start(["/metrics", "/api/v1/query"]);
  expect(await counts()).toEqual(['{code="200",handler="/api/v1/query"} 0', '{code="200",handler="/metrics"} 0']);
});

test.each([
  { path: "/api/v1/known/a", counted: ['{code="200",handler="/api/v1/known/:name"} 1'], why: "by the route, not the path" },
  { path: "/api/v1/known/a", method: "DELETE", counted: [], why: "the API's router refuses a method before a handler counts" },
  { path: "/-/reload", method: "DELETE", counted: ['{code="405",handler="/-/reload"} 1'], why: "here the handler itself refuses it" },
  { path: "/named/x", counted: ['{code="404",handler="/named/*path"} 1'], why: "under the name that was given" },
  { path: "/nowhere", counted: [], why: "a scan of paths makes no series" },
])("$path $method: $why", async ({ path, method, counted }) => {
  const { ask, counts } = await start([]);
  await ask(path, method);
  expect(await counts()).toEqual(counted);
});
