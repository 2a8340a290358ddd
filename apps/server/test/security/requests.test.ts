import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { configFolder, startPrometheus, type Prometheus } from "../prometheus.ts";
import { ask } from "./raw-requests.ts";

const CHANGING = [
  { method: "POST", path: "/-/reload" },
  { method: "PUT", path: "/-/reload" },
  { method: "POST", path: "/-/quit" },
  { method: "PUT", path: "/-/quit" },
  { method: "POST", path: "/api/v1/admin/tsdb/delete_series?match[]=up" },
  { method: "PUT", path: "/api/v1/admin/tsdb/delete_series?match[]=up" },
  { method: "POST", path: "/api/v1/admin/tsdb/clean_tombstones" },
  { method: "POST", path: "/api/v1/admin/tsdb/snapshot" },
  { method: "POST", path: "/api/v1/write" },
];

describe("with everything on", () => {
  let prometheus: Prometheus;
  beforeAll(async () => {
    const on = ["--web.enable-lifecycle", "--web.enable-admin-api", "--web.enable-remote-write-receiver"];
    prometheus = await startPrometheus(configFolder("").folder, [...on, "--web.external-url=http://proxy.example/"]);
  });
  afterAll(() => prometheus.process.kill());

  test.each([
    { headers: { Origin: "http://evil.example" }, why: "another origin" },
    { headers: { Origin: "null" }, why: "a page without one, such as a file or a frame in a sandbox" },
    { headers: { Origin: "http://127.0.0.1:1" }, why: "another port of the same machine" },
    { headers: { Origin: "http://proxy.example.evil.example" }, why: "one that begins like ours" },
    { headers: { Origin: "//proxy.example" }, why: "one that is no URL" },
    { headers: { "Sec-Fetch-Site": "cross-site", Origin: "http://proxy.example" }, why: "a browser that knows better than the origin" },
    { headers: { "Sec-Fetch-Site": "same-site", Origin: "http://evil.proxy.example" }, why: "a neighbour below the same domain" },
    { headers: { "Sec-Fetch-Site": "cross-site", "Content-Type": "text/plain" }, why: "a form, which is asked no leave for" },
    { headers: { "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "cross-site" }, why: "a request whose answer the page can't read" },
  ])("nothing is changed for $why", async ({ headers }) => {
    for (const { method, path } of CHANGING) {
      expect({ path, status: (await ask(prometheus.url, method, path, headers)).status }).toEqual({ path, status: 403 });
    }
    expect((await prometheus.get("/-/ready")).status).toBe(200);
  });

  test.each([
    { headers: {}, why: "a program" },
    { headers: { Origin: "http://proxy.example", "Sec-Fetch-Site": "same-origin" }, why: "a page of ours behind a proxy" },
    { headers: { "Sec-Fetch-Site": "none" }, why: "who types the address" },
  ])("$why may change things", async ({ headers }) => {
    expect((await ask(prometheus.url, "POST", "/-/reload", headers)).status).toBe(200);
    expect((await ask(prometheus.url, "POST", "/api/v1/admin/tsdb/clean_tombstones", headers)).status).toBe(204);
    expect((await ask(prometheus.url, "POST", "/api/v1/write", headers)).body).toContain("corrupt input");
  });

  // A proxy that keeps some paths to itself compares them as they are written.
  test.each([
    { method: "POST", path: "/-/RELOAD", status: 307 },
    { method: "POST", path: "/-/reload/", status: 307 },
    { method: "POST", path: "//-/reload", status: 307 },
    { method: "POST", path: "/x/../-/reload", status: 307 },
    { method: "POST", path: "/-/%72eload", status: 404 },
    { method: "POST", path: "/-%2freload", status: 404 },
    { method: "POST", path: "/-/reload;x", status: 404 },
    { method: "POST", path: "/API/v1/admin/tsdb/snapshot", status: 404 },
    { method: "POST", path: "/api/V1/admin/tsdb/snapshot", status: 404 },
    { method: "POST", path: "/api/v1//admin/tsdb/snapshot", status: 307 },
    { method: "POST", path: "/api/v1/admin%2ftsdb%2fsnapshot", status: 404 },
    { method: "GET", path: "/METRICS", status: 301 },
    { method: "GET", path: "/Federate?match[]=up", status: 301 },
    { method: "GET", path: "/debug/PPROF/heap", status: 301 },
    { method: "GET", path: "/-/quit", status: 405 },
    { method: "GET", path: "/-/reload", status: 405 },
  ])("$method $path does nothing: $status", async ({ method, path, status }) => {
    expect((await ask(prometheus.url, method, path, { "X-HTTP-Method-Override": "POST" })).status).toBe(status);
  });

  test.each([
    "//evil.example",
    "//evil.example/",
    "//evil.example/%2e%2e",
    "/\\evil.example",
    "/\\evil.example/..",
    "/x/../\\evil.example",
    "/.//evil.example/",
    "http://evil.example/",
    "http://evil.example/metrics/",
    "http://evil.example//graph",
    "/graph?//evil.example",
    "/consoles//evil.example",
    "/metrics/?x=%0d%0aLocation:%20http://evil.example",
    "/graph?x=%0d%0aSet-Cookie:a=b",
    "/%0d%0aSet-Cookie:a=b/..",
  ])("%s leads to no other site, and adds no header", async (address) => {
    const { headers } = await ask(prometheus.url, "GET", address, { "X-Forwarded-Host": "evil.example" });
    expect(headers.get("location") ?? "/").toMatch(/^\/(?![/\\])/);
    expect(headers.has("set-cookie")).toBe(false);
  });

  test.each([
    "/assets/../index.html",
    "/assets/%2e%2e/index.html",
    "/assets/..%2f..%2fpackage.json",
    "/assets/..%5c..%5cpackage.json",
    "/assets/%c0%ae%c0%ae/package.json",
    "/assets/%252e%252e/package.json",
    "/assets/x%00.js",
    "/assets/",
    "/assets/.",
    "/consoles/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/consoles/%2e%2e/%2e%2e/prometheus.yml",
    "/consoles/..%5c..%5cprometheus.yml",
    "/consoles/%00",
    "/user/..%2fprometheus.yml",
    "/debug/pprof/..%2f..%2fx",
  ])("%s gives away no file", async (address) => {
    const { status, headers, body } = await ask(prometheus.url, "GET", address);
    expect([307, 404]).toContain(status);
    expect(body).not.toMatch(/root:|"name"|<!doctype|scrape/i);
    if (status === 404) expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test.each(["/query", "/targets", "/debug/pprof/", "/status", "/alerts"])("%s runs nothing foreign", async (path) => {
    const { headers } = await ask(prometheus.url, "GET", path);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test.each([
    { method: "GET", path: "/<script>alert(1)</script>", status: 404 },
    { method: "DELETE", path: "/metrics", status: 405 },
    { method: "GET", path: "/federate?match[]=<b>", status: 400 },
    { method: "GET", path: "/consoles/<b>.html", status: 404 },
    { method: "POST", path: "/api/v1/write?<b>", status: 400 },
    { method: "GET", path: "/debug/pprof/trace", status: 501 },
  ])("the refusal of $method $path is a text, whatever it repeats", async ({ method, path, status }) => {
    const answer = await ask(prometheus.url, method, path);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  test("a body beyond the limit, packed or not, is refused", async () => {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const { status } = await prometheus.get("/api/v1/query", { method: "POST", headers, body: "x".repeat(11 * 1024 * 1024) });
    expect(status).toBe(413);
  });

  const deep = (open: string, inner: string, close: string): string => open.repeat(20_000) + inner + close.repeat(20_000);
  test.each([
    { query: '{__name__=~"(a+)+$"}', status: 200, why: "repeats of repeats" },
    { query: '{__name__=~"((a*)*)*b"}', status: 200, why: "three of them" },
    { query: '{__name__=~"a{1000}{1000}"}', status: 400, why: "a million of one letter" },
    { query: `{__name__=~"${deep("(", "x", ")")}"}`, status: 400, why: "groups in groups" },
    { query: `{"${"x".repeat(500_000)}"="y"}`, status: 200, why: "a name as long as a book" },
    { query: deep("(", "1", ")"), status: 400, why: "parentheses in parentheses" },
    { query: deep("-", "1", ""), status: 400, why: "signs of signs" },
    { query: deep("sum(", "up", ")"), status: 400, why: "sums of sums" },
    { query: `1${"+1".repeat(20_000)}`, status: 400, why: "a sum without end" },
    { query: `up${"[5m:1m]".repeat(20_000)}`, status: 400, why: "subqueries of subqueries" },
  ])("an expression that is made to hurt is answered: $why", async ({ query, status }) => {
    for (const path of ["/api/v1/query", "/api/v1/format_query", "/api/v1/parse_query"]) {
      expect((await prometheus.get(path, { method: "POST", body: new URLSearchParams({ query }) })).status).toBe(status);
    }
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("a name like %s is one like any other", async (name) => {
    expect((await prometheus.api(`/api/v1/query?query=1&${name}=2&${name}[x]=3`)).result[1]).toBe("1");
    const grouped = await prometheus.api(`/api/v1/query?query=${encodeURIComponent(`label_replace(vector(1),"${name}","x","","")`)}`);
    expect(Object.entries(grouped.result[0].metric)).toEqual([[name, "x"]]);
    expect(await prometheus.api(`/api/v1/label/${name}/values`)).toEqual([]);
    expect(await prometheus.api(`/api/v1/metadata?metric=${name}`)).toEqual({});
    expect((await prometheus.get(`/${name}`)).status).toBe(404);
    expect((await prometheus.get(`/api/v1/${name}`)).status).toBe(404);
  });
});

test("by default nobody can end, reload or change a server, nor write to it", async () => {
  const { url, process } = await startPrometheus(configFolder("").folder);
  for (const { method, path } of CHANGING) {
    const { status, body } = await ask(url, method, path);
    expect({ path, status }).toEqual({ path, status: path.startsWith("/-/") ? 403 : path.includes("admin") ? 500 : 404 });
    expect(body).not.toContain("success");
  }
  await process.kill();
});
