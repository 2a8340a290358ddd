import { describe, expect, test } from "@jest/globals";
import { configFolder, startPrometheus } from "./prometheus.ts";

describe("over HTTP", () => {
  test("the server says how it is, shows pages that load nothing foreign, and nothing else", async () => {
    const { folder } = configFolder("");
    const { get, process } = await startPrometheus(folder, ["--web.page-title=Mine & yours"]);
    expect(await get("/-/healthy")).toMatchObject({ status: 200, text: "Prometheus Server is Healthy.\n" });
    expect(await get("/-/ready")).toMatchObject({ status: 200, text: "Prometheus Server is Ready.\n" });
    expect((await get("/-/ready", { method: "HEAD" })).status).toBe(200);
    const version = await get("/version");
    expect(version.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(JSON.parse(version.text)).toMatchObject({ version: "3.14.0" });
    expect(JSON.parse((await get("/api/v1/notifications")).text)).toEqual({ status: "success", data: [] });

    const root = await get("/");
    expect([root.status, root.headers.get("location")]).toEqual([302, "/query"]);
    const graph = await get("/graph?g0.expr=up%20%3F");
    expect([graph.status, graph.headers.get("location")]).toEqual([302, "/query?g0.expr=up%20%3F"]);
    for (const [path, shown] of [
      ["/service-discovery?pool=a", "/targets"],
      ["/flags", "/status"],
      ["/config", "/status"],
      ["/tsdb-status", "/status"],
      ["/alertmanager-discovery", "/status"],
    ]) {
      const moved = await get(path);
      expect([path, moved.status, moved.headers.get("location")]).toEqual([path, 302, shown]);
    }
    for (const path of ["/query", "/alerts", "/targets", "/rules", "/status"]) {
      const page = await get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    }
    expect((await get("/query")).text).toContain("<title>Mine &#38; yours</title>");
    const [script] = /\/assets\/[^"]+\.js/.exec((await get("/query")).text) ?? ["/assets/none"];
    const asset = await get(script);
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);

    for (const path of ["/nope", "/api/v1/nope", "/assets/..%2findex.html", "/assets/%2e%2e/index.html"])
      expect((await get(path)).status).toBe(404);
    for (const [path, location] of [
      ["/metrics/", "/metrics"],
      ["/query/?g0.expr=up", "/query?g0.expr=up"],
    ]) {
      const moved = await get(path);
      expect([moved.status, moved.headers.get("location")]).toEqual([301, location]);
    }
    expect((await get("/metrics", { method: "HEAD" })).status).toBe(405);
    expect((await get("/-/healthy", { headers: { "x-forwarded-host": "evil" } })).headers.get("x-powered-by")).toBeNull();
    const metrics = (await get("/metrics")).text;
    expect(metrics).toContain('prometheus_http_requests_total{code="200",handler="/-/healthy"} 2');
    // What no route answers is not counted, as upstream has it: paths that are tried out make no series.
    expect(metrics).not.toMatch(/^prometheus_http_requests_total\{code="404",handler="(?!\/assets\/\*filepath")/m);
    expect(metrics).toMatch(/^prometheus_http_response_size_bytes_sum\{handler="\/-\/healthy"\} 60$/m);
    expect(metrics).toMatch(/^promhttp_metric_handler_requests_total\{code="200"\} 0$/m);
    expect(metrics).toMatch(/^promhttp_metric_handler_requests_in_flight 1$/m);
    expect(metrics).toMatch(/^prometheus_tsdb_wal_fsync_duration_seconds_count \d+$/m);
    expect(metrics).toMatch(/^prometheus_build_info\{.*version="3\.14\.0".*\} 1$/m);
    expect(metrics).toMatch(/^prometheus_ready 1$/m);
    expect((await get("/-/ready", { method: "POST" })).status).toBe(405);
    await process.kill();
  });

  test("a prefix stands before everything, whether by flag or by the external URL", async () => {
    const { folder } = configFolder("");
    for (const { flags, home } of [
      { flags: ["--web.external-url=http://proxy.example/prom/"], home: "/prom/query" },
      { flags: ["--web.external-url=/prom"], home: "/prom/query" },
      // Browsers find the pages where the external URL says; a prefix alone is what a proxy adds.
      { flags: ["--web.route-prefix=/prom"], home: "/query" },
    ]) {
      const { get, api, process } = await startPrometheus(folder, flags);
      expect((await get("/prom/-/healthy")).status).toBe(200);
      expect((await get("/-/healthy")).status).toBe(404);
      expect((await get("/")).headers.get("location")).toBe("/prom");
      expect((await get("/prom/")).headers.get("location")).toBe(home);
      expect((await get("/prom/query")).status).toBe(200);
      expect((await api("/prom/api/v1/query?query=1")).resultType).toBe("scalar");
      await process.kill();
    }
  });
});
