import { expect, test } from "@jest/globals";
import { configFolder, describeBuilt, startPrometheus } from "./prometheus.ts";

describeBuilt("over HTTP", () => {
  test("the server says how it is, shows pages that load nothing foreign, and nothing else", async () => {
    const { folder } = configFolder("");
    const { get, process } = await startPrometheus(folder);
    expect(await get("/-/healthy")).toMatchObject({ status: 200, text: "Prometheus Server is Healthy.\n" });
    expect(await get("/-/ready")).toMatchObject({ status: 200, text: "Prometheus Server is Ready.\n" });
    expect((await get("/-/ready", { method: "HEAD" })).status).toBe(200);
    expect(JSON.parse((await get("/version")).text)).toMatchObject({ version: "3.14.0" });

    const root = await get("/");
    expect([root.status, root.headers.get("location")]).toEqual([302, "/query"]);
    const graph = await get("/graph?g0.expr=up%20%3F");
    expect([graph.status, graph.headers.get("location")]).toEqual([302, "/query?g0.expr=up%20%3F"]);
    for (const path of ["/query", "/alerts", "/targets", "/rules", "/status"]) {
      const page = await get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toMatch(/^text\/html/);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    }
    const [script] = /\/assets\/[^"]+\.js/.exec((await get("/query")).text) ?? ["/assets/none"];
    const asset = await get(script);
    expect([asset.status, asset.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);

    for (const path of ["/nope", "/api/v1/nope", "/assets/..%2findex.html", "/assets/%2e%2e/index.html"])
      expect((await get(path)).status).toBe(404);
    expect((await get("/-/healthy", { headers: { "x-forwarded-host": "evil" } })).headers.get("x-powered-by")).toBeNull();
    const metrics = (await get("/metrics")).text;
    expect(metrics).toContain('prometheus_http_requests_total{code="200",handler="/-/healthy"} 2');
    expect(metrics).toContain('prometheus_http_requests_total{code="404",handler="/*"} 4');
    expect(metrics).toMatch(/^prometheus_build_info\{.*version="3\.14\.0".*\} 1$/m);
    expect(metrics).toMatch(/^prometheus_ready 1$/m);
    expect((await get("/-/ready", { method: "POST" })).status).toBe(404);
    await process.kill();
  });

  test("a prefix stands before everything, whether by flag or by the external URL", async () => {
    const { folder } = configFolder("");
    for (const flags of [["--web.external-url=http://proxy.example/prom/"], ["--web.route-prefix=/prom"], ["--web.external-url=/prom"]]) {
      const { get, api, process } = await startPrometheus(folder, flags);
      expect((await get("/prom/-/healthy")).status).toBe(200);
      expect((await get("/-/healthy")).status).toBe(404);
      expect((await get("/")).headers.get("location")).toBe("/prom/");
      expect((await get("/prom/")).headers.get("location")).toBe("/prom/query");
      expect((await get("/prom/query")).status).toBe(200);
      expect((await api("/prom/api/v1/query?query=1")).resultType).toBe("scalar");
      await process.kill();
    }
  });
});
