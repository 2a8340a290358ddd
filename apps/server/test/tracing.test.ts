import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { startCollector, type CollectedSpan, type Collector } from "@ferula/test-collector";
import { eventually } from "@ferula/test-kit";
import { configFolder, startPrometheus, type Prometheus } from "./prometheus.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

function tracing({ address }: Pick<Collector, "address">, more = ""): string {
  return `tracing: { client_type: http, endpoint: "${address}", insecure: true, sampling_fraction: 1${more} }\n`;
}

async function started(text: string): Promise<Prometheus & { readonly write: (text: string) => void }> {
  const { folder, write } = configFolder(text);
  const server = await startPrometheus(folder, ["--web.enable-lifecycle"]);
  cleanups.push(() => server.process.kill());
  return { ...server, write };
}

async function collect(): Promise<Collector> {
  const collector = await startCollector({ protocol: "http" });
  cleanups.push(collector.close);
  return collector;
}

/** A program that notes the headers of its requests, and answers each alike. */
async function startPeer(body: string) {
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((req, res) => {
    requests.push(req.headers);
    req.resume();
    res.setHeader("Content-Type", "text/plain; version=0.0.4").end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    requests,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

describe("a server that is traced", () => {
  let spans: readonly CollectedSpan[];
  let target: Awaited<ReturnType<typeof startPeer>>;
  let alertmanager: Awaited<ReturnType<typeof startPeer>>;

  beforeAll(async () => {
    const collector = await startCollector({ protocol: "http" });
    target = await startPeer("a 1\nb 2\n");
    alertmanager = await startPeer("");
    const { folder, file } = configFolder("");
    writeFileSync(
      file,
      "global: { scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms }\n" +
        "rule_files: [rules.yml]\n" +
        `alerting: { alertmanagers: [{ static_configs: [{ targets: ["${alertmanager.address}"] }] }] }\n` +
        `scrape_configs:\n  - { job_name: j, static_configs: [{ targets: ["${target.address}"] }] }\n` +
        `  - { job_name: down, static_configs: [{ targets: ["127.0.0.1:1"] }] }\n` +
        tracing(collector),
    );
    writeFileSync(
      join(folder, "rules.yml"),
      'groups: [{ name: g, rules: [{ record: r, expr: a + 1 }, { alert: Always, expr: vector(1) }, { record: bad, expr: \'label_replace(a, "x", "", "", "(")\' }] }]\n',
    );
    const server = await startPrometheus(folder);
    await server.process.waitForLine("Successfully installed a new tracer provider.");
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
    await server.get("/api/v1/query_range?query=sum(a)&start=0&end=10&step=5", { headers });
    await server.get("/api/v1/query?query=sum(", {});
    await eventually(() => expect(alertmanager.requests.some(({ traceparent }) => traceparent !== undefined)).toBe(true));
    await eventually(() => expect(target.requests.filter(({ traceparent }) => traceparent !== undefined).length).toBeGreaterThan(2));
    await server.process.kill();
    spans = collector.spans();
    await collector.close();
  });

  afterAll(() => {
    target.close();
    alertmanager.close();
  });

  function named(name: string): readonly CollectedSpan[] {
    return spans.filter((span) => span.name === name);
  }

  function childrenOf(parent: CollectedSpan): readonly CollectedSpan[] {
    return spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId);
  }

  test("goes on with the trace of a request, in which its query has its parts", () => {
    const [request] = named("GET /api/v1/query_range");
    expect(request).toMatchObject({ kind: "server", traceId: TRACE, parentSpanId: PARENT });
    expect(request.attributes).toMatchObject({ query: "sum(a)", "http.response.status_code": 200, "url.path": "/api/v1/query_range" });
    const [query] = childrenOf(request);
    expect(query).toMatchObject({ name: "promqlExec", traceId: TRACE });
    expect(query.attributes).toMatchObject({ query: "sum(a)", start: 0, end: 10, step: 5, total_queryable_samples: expect.any(Number) });
    expect(childrenOf(query).map(({ name }) => name)).toEqual(["promqlParse", "promqlExecQueue", "promqlEval"]);
    expect(childrenOf(named("promqlEval").find(({ traceId }) => traceId === TRACE)!).map(({ name }) => name)).toEqual([
      "promqlPrepare",
      "promqlInnerEval",
    ]);
    for (const part of childrenOf(query)) {
      expect(part.startMs).toBeGreaterThanOrEqual(query.startMs);
      expect(part.endMs).toBeLessThanOrEqual(query.endMs);
    }
  });

  test("tells of a request with a query that is none", () => {
    const [request] = named("GET /api/v1/query");
    expect(request.attributes).toMatchObject({ query: "sum(", "http.response.status_code": 400 });
  });

  test("traces scrapes, and the target can go on with them", () => {
    const scrape = named("Scrape").find(({ attributes, failure }) => attributes["job"] === "j" && failure === undefined)!;
    expect(scrape).toMatchObject({ kind: "client", parentSpanId: "", failure: undefined });
    expect(scrape.attributes).toEqual({
      job: "j",
      target: `http://${target.address}/metrics`,
      body_size_bytes: 8,
      samples_scraped: 2,
      samples_post_metric_relabeling: 2,
      series_added: expect.any(Number),
    });
    const [request] = childrenOf(scrape);
    expect(request).toMatchObject({ name: "HTTP GET", kind: "client" });
    expect(request.attributes).toMatchObject({ "http.response.status_code": 200, "url.full": `http://${target.address}/metrics` });
    expect(target.requests.map(({ traceparent }) => traceparent)).toContain(`00-${request.traceId}-${request.spanId}-01`);
  });

  test("says why a scrape failed", () => {
    const scrape = named("Scrape").find(({ attributes }) => attributes["job"] === "down")!;
    expect(scrape.failure).toMatch(/connection refused/);
    expect(childrenOf(scrape)[0].failure).toBe(scrape.failure);
  });

  test("traces groups, their rules and the rules' queries", () => {
    const group = named("rule group").find((span) => childrenOf(span).length === 3)!;
    expect(group.attributes).toMatchObject({ name: "g", file: expect.stringMatching(/rules\.yml$/) });
    const rules = childrenOf(group);
    expect(rules.map(({ name, attributes }) => [name, attributes["name"]])).toEqual([
      ["rule", "r"],
      ["rule", "Always"],
      ["rule", "bad"],
    ]);
    expect(childrenOf(rules[0])).toEqual([expect.objectContaining({ name: "promqlExec", traceId: group.traceId })]);
    expect(rules[0].attributes["query"]).toBe("a + 1");
    expect(rules.map(({ failure }) => failure !== undefined)).toEqual([false, false, true]);
  });

  test("traces notifications, and the Alertmanager can go on with them", () => {
    const [send] = named("Send Alerts");
    expect(send).toMatchObject({ kind: "client", failure: undefined });
    expect(send.attributes).toMatchObject({
      alertmanager: `http://${alertmanager.address}/api/v2/alerts`,
      alerts: 1,
      "http.request.method": "POST",
      "http.response.status_code": 200,
    });
    expect(alertmanager.requests.map(({ traceparent }) => traceparent)).toContain(`00-${send.traceId}-${send.spanId}-01`);
  });

  test("names itself", () => {
    expect(spans[0].resource).toMatchObject({ "service.name": "prometheus", "service.version": expect.stringMatching(/^\d/) });
  });
});

describe("a reload", () => {
  test("switches tracing on and off, sends what was traced, and leaves alone what is as it was", async () => {
    const collector = await collect();
    const server = await started("");
    await server.get("/api/v1/query?query=1");
    expect(server.process.stderr()).not.toContain("racer provider");
    const reload = () => server.get("/-/reload", { method: "POST" });

    server.write(tracing(collector));
    expect((await reload()).status).toBe(200);
    await server.process.waitForLine("Successfully installed a new tracer provider.");
    expect((await reload()).status).toBe(200);
    await server.get("/api/v1/query?query=2");
    server.write("");
    expect((await reload()).status).toBe(200);
    await server.process.waitForLine("Tracing provider uninstalled.");
    await eventually(() => expect(collector.spans().map(({ attributes }) => attributes["query"])).toContain("2"));
    expect(collector.spans().map(({ attributes }) => attributes["query"])).not.toContain("1");
    expect(server.process.stderr().match(/Successfully installed/g)).toHaveLength(1);
  });

  test("with certificates that can't be read is refused, and says why", async () => {
    const server = await started("");
    server.write("tracing: { endpoint: 'localhost:1', tls_config: { ca_file: nope.pem } }\n");
    const { status, text } = await server.get("/-/reload", { method: "POST" });
    expect(status).toBe(500);
    expect(text).toMatch(/tracing: failed to install a new tracer provider: .*nope\.pem/);
    expect((await server.get("/-/ready")).status).toBe(200);
  });
});

test("a collector that never answers keeps the server from nothing, and not from its end", async () => {
  const collector = await collect();
  collector.behave("hang");
  const server = await started(tracing(collector, ", timeout: 1h"));
  await server.process.waitForLine("Successfully installed a new tracer provider.");
  expect((await server.get("/api/v1/query?query=1")).status).toBe(200);
  const { code } = await server.process.kill();
  expect(code).toBe(0);
  expect(server.process.stderr()).toMatch(/failed to shut down the tracer provider.*See you next time!/s);
});
