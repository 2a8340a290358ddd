import { gunzipSync } from "node:zlib";
import { afterEach, expect, test } from "@jest/globals";
import { compress, createApp, lifecycleRoutes, metricsHandler, type LifecycleOptions } from "../../src/index.ts";
import { cleanUp, send, serve } from "../support.ts";

afterEach(cleanUp);

async function lifecycle(options: Partial<LifecycleOptions>): Promise<string> {
  const app = createApp();
  app.use(lifecycleRoutes({ healthyText: "Healthy.\n", readyText: "Ready.\n", isEnabled: true, ...options }));
  return (await serve(app)).urls[0];
}

test("healthy and ready say their texts, to HEAD nothing", async () => {
  const url = await lifecycle({});
  expect(await send(`${url}/-/healthy`)).toMatchObject({ status: 200, text: "Healthy.\n" });
  expect(await send(`${url}/-/ready`)).toMatchObject({ status: 200, text: "Ready.\n" });
  expect(await send(`${url}/-/ready`, { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
});

test.each([
  { why: "a server that starts", options: { isReady: () => false, isStopping: () => false }, stopping: "false" },
  { why: "a server that stops", options: { isReady: () => true, isStopping: () => true }, stopping: "true" },
  { why: "a service that doesn't tell", options: { isReady: () => false }, stopping: undefined },
])("$why is not ready", async ({ options, stopping }) => {
  const { status, text, headers } = await send(`${await lifecycle(options)}/-/ready`);
  expect({ status, text, stopping: headers["x-prometheus-stopping"] }).toEqual({ status: 503, text: "Service Unavailable", stopping });
});

test("a problem is told by both", async () => {
  const url = await lifecycle({ problem: () => "write queue is full" });
  for (const path of ["healthy", "ready"])
    expect(await send(`${url}/-/${path}`)).toMatchObject({ status: 500, text: "write queue is full\n" });
});

test.each([{ method: "POST" }, { method: "PUT" }])("$method reloads and quits", async ({ method }) => {
  const calls: string[] = [];
  const url = await lifecycle({ reload: async () => void calls.push("reload"), quit: () => void calls.push("quit") });
  expect(await send(`${url}/-/reload`, { method })).toMatchObject({ status: 200, text: "" });
  expect(await send(`${url}/-/quit`, { method })).toMatchObject({ status: 200, text: "Requesting termination... Goodbye!" });
  expect(calls).toEqual(["reload", "quit"]);
});

test("a reload that fails says why", async () => {
  const url = await lifecycle({ reload: () => Promise.reject(new Error("no such file")) });
  expect(await send(`${url}/-/reload`, { method: "POST" })).toMatchObject({ status: 500, text: "failed to reload config: no such file\n" });
});

test("without the flag nothing is reloaded or ended", async () => {
  const fail = (): never => {
    throw new Error("called");
  };
  const url = await lifecycle({ isEnabled: false, reload: fail, quit: fail });
  for (const path of ["reload", "quit"]) {
    expect(await send(`${url}/-/${path}`, { method: "POST" })).toMatchObject({ status: 403, text: "Lifecycle API is not enabled." });
    expect(await send(`${url}/-/${path}`)).toMatchObject({ status: 405, text: "Only POST or PUT requests allowed." });
  }
});

test("a service may take POST alone", async () => {
  const url = await lifecycle({ reload: async () => undefined, methods: ["POST"], wrongMethodText: "Only POST requests allowed." });
  expect(await send(`${url}/-/reload`, { method: "PUT" })).toMatchObject({ status: 405, text: "Only POST requests allowed." });
});

test("another site's page can't reload or end a service", async () => {
  const url = await lifecycle({ quit: () => undefined });
  expect((await send(`${url}/-/quit`, { method: "POST", headers: { "sec-fetch-site": "cross-site" } })).status).toBe(403);
});

test("what a service doesn't have is 404", async () => {
  const app = createApp();
  app.use(lifecycleRoutes({ healthyText: "OK", isEnabled: true }));
  const { urls } = await serve(app);
  for (const path of ["ready", "reload", "quit"]) expect((await send(`${urls[0]}/-/${path}`, { method: "GET" })).status).toBe(404);
});

const exposition = "up 1\n".repeat(1000);
const bare = createApp;
const compressed = (): ReturnType<typeof createApp> => createApp().use(compress());
test.each([
  { why: "text", app: bare, body: exposition },
  { why: "bytes", app: bare, body: new TextEncoder().encode(exposition) },
  { why: "text behind compress", app: compressed, body: exposition },
])("metrics as $why are packed when the client takes gzip", async ({ app: make, body }) => {
  const app = make();
  const contentType = "text/plain; version=0.0.4; charset=utf-8; escaping=values";
  app.get(
    "/metrics",
    metricsHandler(() => ({ contentType, body })),
  );
  const { urls } = await serve(app);
  const plain = await send(`${urls[0]}/metrics`);
  expect(plain).toMatchObject({ status: 200, text: exposition, headers: { "content-type": contentType, vary: "Accept-Encoding" } });
  const packed = await send(`${urls[0]}/metrics`, { headers: { "accept-encoding": "gzip, deflate;q=0.5" } });
  expect(packed.headers).toMatchObject({ "content-encoding": "gzip", "content-type": contentType });
  expect(gunzipSync(packed.body).toString()).toBe(exposition);
});

test("protobuf is packed by compress", async () => {
  const app = createApp().use(compress());
  app.get("/metrics", (_req, res) => void res.type("application/vnd.google.protobuf; encoding=delimited").send(Buffer.from(exposition)));
  const { urls } = await serve(app);
  const { headers, body } = await send(`${urls[0]}/metrics`, { headers: { "accept-encoding": "gzip" } });
  expect(headers).toMatchObject({ "content-encoding": "gzip" });
  expect(gunzipSync(body).toString()).toBe(exposition);
});

test("the Accept header and the names reach the renderer", async () => {
  const app = createApp();
  app.get(
    "/metrics",
    metricsHandler(({ accept, names }) => ({ contentType: "text/plain", body: [accept, ...names].join(" ") })),
  );
  const { urls } = await serve(app);
  const url = `${urls[0]}/metrics?name[]=up&name%5B%5D=a%20b&name=c`;
  expect((await send(url, { headers: { accept: "application/openmetrics-text;q=1" } })).text).toBe(
    "application/openmetrics-text;q=1 up a b",
  );
});

test("metrics that can't be gathered are 500, with the reason", async () => {
  const app = createApp();
  app.get(
    "/metrics",
    metricsHandler(() => Promise.reject(new Error("collected metric x was collected before"))),
  );
  const { urls } = await serve(app);
  expect(await send(`${urls[0]}/metrics`)).toMatchObject({
    status: 500,
    text: "An error has occurred while serving metrics:\n\ncollected metric x was collected before\n",
  });
});

test("HEAD on metrics tells how long they are, and sends none", async () => {
  const app = createApp();
  app.get(
    "/metrics",
    metricsHandler(() => ({ contentType: "text/plain", body: exposition })),
  );
  const { urls } = await serve(app);
  const { status, headers, text } = await send(`${urls[0]}/metrics`, { method: "HEAD" });
  expect({ status, length: headers["content-length"], text }).toEqual({ status: 200, length: String(exposition.length), text: "" });
});
