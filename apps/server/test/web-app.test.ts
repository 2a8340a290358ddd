import { afterEach, expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { parseFlags } from "@ferula/flags";
import { listen } from "@ferula/http";
import { noLogger } from "@ferula/logging";
import type { Readiness } from "@ferula/query-api";
import { Router } from "express";
import { createDeferred } from "../src/deferred.ts";
import { flagsDefinition } from "../src/flags/flags.ts";
import { readSettings } from "../src/settings.ts";
import { createWebApp } from "../src/web-app.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

/** An app that listens, whose storage is not open yet. */
async function start() {
  const parsed = parseFlags(flagsDefinition, ["--web.enable-lifecycle"]);
  if (parsed.kind === "exit") throw new Error(parsed.stderr);
  const reload = createDeferred<() => void>();
  const state: { readiness: Readiness } = { readiness: "starting" };
  const { app, serveApi, serveFederation } = createWebApp({
    settings: readSettings(parsed),
    registry: new Registry(),
    logger: noLogger,
    tracing: { tracer: () => undefined },
    readiness: () => state.readiness,
    walReplay: () => ({ min: 1, max: 3, current: 2 }),
    notifications: { list: () => [], subscribe: () => undefined },
    reload: async () => (await reload.promise)(),
    quit: () => undefined,
  });
  const listening = await listen({ app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger: noLogger });
  cleanups.push(() => listening.close(0));
  const get = async (path: string, method = "GET") => {
    const response = await fetch(listening.urls[0] + path, { method });
    return { status: response.status, text: await response.text(), stopping: response.headers.get("x-prometheus-stopping") };
  };
  return { get, state, reload, serveApi, serveFederation };
}

test("before the storage is open the server is well but not ready, and tells how far it is", async () => {
  const { get } = await start();
  expect(await get("/-/healthy")).toMatchObject({ status: 200, text: "Prometheus Server is Healthy.\n" });
  for (const path of ["/-/ready", "/api/v1/query?query=1", "/api/v1/status/config", "/federate"]) {
    expect(await get(path)).toEqual({ status: 503, text: "Service Unavailable", stopping: "false" });
  }
  expect((await get("/api/v1/status/walreplay")).text).toBe('{"status":"success","data":{"min":1,"max":3,"current":2}}');
  expect((await get("/api/v1/notifications")).status).toBe(200);
  expect((await get("/metrics")).status).toBe(200);
  expect((await get("/query")).status).toBe(200);
});

test("once it is ready the API answers, until the server stops", async () => {
  const { get, state, serveApi, serveFederation } = await start();
  serveFederation((_req, res) => void res.end("samples"));
  serveApi(Router().get("/query", (_req, res) => void res.end("answer")));
  expect((await get("/api/v1/query")).status).toBe(503);
  state.readiness = "ready";
  expect((await get("/api/v1/query")).text).toBe("answer");
  expect((await get("/federate")).text).toBe("samples");
  expect((await get("/federate", "POST")).status).toBe(405);
  expect((await get("/-/ready")).text).toBe("Prometheus Server is Ready.\n");
  state.readiness = "stopping";
  for (const path of ["/-/ready", "/api/v1/query", "/federate"]) {
    expect(await get(path)).toEqual({ status: 503, text: "Service Unavailable", stopping: "true" });
  }
});

test("a reload that is asked for before waits for the first configuration, and is told when there will be none", async () => {
  const first = await start();
  const reloaded: string[] = [];
  const asked = first.get("/-/reload", "POST");
  expect((await first.get("/-/healthy")).status).toBe(200);
  first.reload.resolve(() => void reloaded.push("reloaded"));
  expect([(await asked).status, reloaded]).toEqual([200, ["reloaded"]]);

  const second = await start();
  second.reload.reject(new Error("the server could not start"));
  expect(await second.get("/-/reload", "POST")).toMatchObject({
    status: 500,
    text: "failed to reload config: the server could not start\n",
  });
});
