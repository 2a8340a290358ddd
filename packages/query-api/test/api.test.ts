import { request } from "node:http";
import { once } from "node:events";
import { expect, test } from "@jest/globals";
import { PromError } from "@ferula/model";
import { eventually } from "@ferula/test-kit";
import { readCorsOrigin, type QueryService } from "../src/index.ts";
import { startApi } from "./api-server.ts";

const unused: Omit<QueryService, "json"> = {
  series: () => Promise.reject(new Error("BUG: not asked for")),
  vector: () => Promise.reject(new Error("BUG: not asked for")),
  list: () => Promise.reject(new Error("BUG: not asked for")),
  newest: () => Promise.reject(new Error("BUG: not asked for")),
  explain: () => Promise.reject(new Error("BUG: not asked for")),
  search: () => Promise.reject(new Error("BUG: not asked for")),
  federate: () => Promise.reject(new Error("BUG: not asked for")),
  configure: () => undefined,
  close: async () => undefined,
};

test("a path that is none is 404, not a JSON of the API", async () => {
  const { status, text } = await (await startApi()).get("/nope");
  expect([status, text]).toEqual([404, "404 page not found\n"]);
});

test("HEAD is not answered: it would run the whole query", async () => {
  const { status } = await (await startApi()).get("/query?query=up", { method: "HEAD" });
  expect(status).toBe(405);
});

test.each([
  { readiness: "starting", stopping: "false" },
  { readiness: "stopping", stopping: "true" },
] as const)("while the server is $readiness only what is always known is told", async ({ readiness, stopping }) => {
  const api = await startApi({ readiness: () => readiness });
  for (const path of ["/query?query=1", "/status/config", "/nope"]) {
    const { status, text, headers } = await api.get(path);
    expect([status, text, headers.get("x-prometheus-stopping")]).toEqual([503, "Service Unavailable", stopping]);
  }
  expect((await api.get("/status/walreplay")).json?.data).toEqual({ min: 0, max: 2, current: 1 });
  expect((await api.get("/notifications")).json?.data).toEqual([]);
});

test.each([
  { corsOrigin: ".*", origin: "http://a.example", want: "http://a.example", why: "the default lets any origin read, by name" },
  { corsOrigin: "https?://a\\.example", origin: "http://a.example", want: "http://a.example", why: "an origin that matches may read" },
  { corsOrigin: "https?://a\\.example", origin: "http://a.example.evil", want: null, why: "the expression is for the whole origin" },
])("$why", async ({ corsOrigin, origin, want }) => {
  const api = await startApi({ corsOrigin: readCorsOrigin(corsOrigin) });
  for (const method of ["GET", "OPTIONS"]) {
    const { status, headers } = await api.get("/query?query=1", { method, headers: { origin } });
    expect(status).toBe(method === "GET" ? 200 : 204);
    expect(headers.get("access-control-allow-origin")).toBe(want);
    expect(headers.get("vary")).toContain("Origin");
  }
});

test("what is no regular expression is refused", () => {
  expect(() => readCorsOrigin("(")).toThrow(/^could not compile CORS regex string "\(": /);
});

test("without an origin there is no word of origins, but caches are told", async () => {
  const { headers } = await (await startApi()).get("/query?query=1");
  expect(headers.get("access-control-allow-origin")).toBeNull();
  expect(headers.get("vary")).toContain("Origin");
});

test.each([
  { error: new PromError("canceled", "query was canceled"), status: 499, errorType: "canceled" },
  { error: new PromError("internal", "it broke"), status: 500, errorType: "internal" },
  { error: new PromError("unavailable", "not now"), status: 500, errorType: "unavailable" },
  { error: new PromError("not_found", "nobody"), status: 404, errorType: "not_found" },
  { error: new Error("a bug <here>"), status: 500, errorType: "internal" },
])("an error of type $errorType is $status", async ({ error, status, errorType }) => {
  const api = await startApi({ queries: { ...unused, json: () => Promise.reject(error) } });
  const answer = await api.get("/query?query=1");
  expect(answer.status).toBe(status);
  expect(answer.json).toEqual({ status: "error", errorType, error: error.message });
  expect(answer.text).not.toContain("<");
});

test("parameters may come as a multipart form, in which files are none", async () => {
  const api = await startApi();
  const body = new FormData();
  body.set("query", "1 + 1");
  body.set("time", new Blob(["never"]), "time");
  const { status, json } = await api.get("/query", { method: "POST", body });
  expect([status, json?.data]).toEqual([200, { resultType: "scalar", result: [expect.any(Number), "2"] }]);
});

test("a multipart form that is cut short is refused", async () => {
  const headers = { "content-type": "multipart/form-data; boundary=x" };
  const { status, json } = await (await startApi()).get("/query", { method: "POST", headers, body: "--x\r\nContent-Dis" });
  expect([status, json?.errorType]).toEqual([400, "bad_data"]);
  expect(json?.error).toMatch(/^error parsing form values: /);
});

test.each([
  {
    method: "POST",
    path: "/admin/tsdb/delete_series?match[]=up",
    status: 500,
    text: /"errorType":"unavailable","error":"admin APIs disabled"/,
  },
  { method: "PUT", path: "/admin/tsdb/snapshot", status: 500, text: /"errorType":"unavailable","error":"admin APIs disabled"/ },
  {
    method: "POST",
    path: "/write",
    status: 404,
    text: /^remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n$/,
  },
  {
    method: "POST",
    path: "/otlp/v1/metrics",
    status: 404,
    text: /^otlp write receiver needs to be enabled with --web.enable-otlp-receiver\n$/,
  },
])("$method $path says which flag it waits for", async ({ method, path, status, text }) => {
  const answer = await (await startApi()).get(path, { method });
  expect(answer.status).toBe(status);
  expect(answer.text).toMatch(text);
});

test("a form that is too large is refused", async () => {
  const { status, json } = await (await startApi()).post("/query", `query=${"1".repeat(11 << 20)}`);
  expect([status, json?.errorType]).toEqual([413, "bad_data"]);
});

test("an error behind the first byte closes the connection: half an answer must not look whole", async () => {
  const queries: QueryService = {
    ...unused,
    async json(_request, onJson) {
      // One piece is held back for the statistics; the second brings the first out.
      for (let i = 0; i < 3; i++) await onJson(Buffer.from('{"resultType":"matrix","result":['));
      throw new PromError("execution", "too late");
    },
  };
  const api = await startApi({ queries });
  await expect(api.get("/query?query=1", { headers: { "accept-encoding": "identity" } })).rejects.toThrow("fetch failed");
});

test("a query whose client leaves is cancelled, also while it waits for the client to read", async () => {
  let signal: AbortSignal | undefined;
  let hasEnded = false;
  const queries: QueryService = {
    ...unused,
    async json(query, onJson) {
      ({ signal } = query);
      try {
        while (!query.signal.aborted) await onJson(Buffer.alloc(1 << 20, 32));
        throw new PromError("canceled", "query was canceled");
      } finally {
        hasEnded = true;
      }
    },
  };
  const api = await startApi({ queries });
  for (const encoding of ["identity", "gzip"]) {
    hasEnded = false;
    const req = request(`${api.url}/query?query=1`, { headers: { "accept-encoding": encoding } }).end();
    const [res] = await once(req, "response");
    // Nothing is read: what is sent piles up until the server waits.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(hasEnded).toBe(false);
    res.destroy();
    await eventually(() => hasEnded && signal?.aborted === true);
  }
});
