import { createSecureContext } from "node:tls";
import { describe, expect, test } from "@jest/globals";
import { createAuthority } from "@ferula/test-certificates";
import { collect, settingsFor, startedTracing, startTracing } from "./support.ts";

const PROTOCOLS = ["http", "grpc"] as const;

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

describe.each(PROTOCOLS)("by %s", (protocol) => {
  test("spans arrive with their parents, times, attributes and who sent them", async () => {
    const collector = await collect({ protocol });
    const tracing = await startedTracing(settingsFor(collector.address, { protocol }));
    const beforeMs = Date.now();
    const root = tracing.tracer()!.start("root", { kind: "server" });
    root.set({ text: "a", whole: 3, part: 0.5, is: true });
    const endMs = performance.now();
    const child = root.child("child", { startMs: endMs - 250 });
    child.fail("no luck");
    child.end(endMs);
    root.end();
    await tracing.stop();
    const [sentChild, sentRoot] = collector.spans();
    expect(sentRoot).toMatchObject({ name: "root", kind: "server", parentSpanId: "", failure: undefined });
    expect(sentRoot).toMatchObject({ traceId: root.traceId, spanId: root.spanId });
    expect(sentRoot.attributes).toEqual({ text: "a", whole: 3, part: 0.5, is: true });
    expect(sentRoot.startMs).toBeGreaterThanOrEqual(beforeMs - 1);
    expect(sentChild).toMatchObject({ name: "child", kind: "internal", traceId: root.traceId, parentSpanId: root.spanId });
    expect(sentChild.failure).toBe("no luck");
    expect(sentChild.endMs - sentChild.startMs).toBeCloseTo(250, 0);
    expect(sentRoot.resource).toMatchObject({
      "service.name": "prometheus",
      "service.version": "1.2.3",
      "telemetry.sdk.name": "opentelemetry",
      "telemetry.sdk.language": "nodejs",
      "process.runtime.description": expect.stringContaining(process.version),
    });
  });

  test("requests have the headers that are asked for, go to OTLP's path and are compressed when asked for", async () => {
    const collector = await collect({ protocol });
    const headers = new Map([["x-tenant", "a"]]);
    const tracing = await startedTracing(settingsFor(collector.address, { protocol, headers, compression: "gzip" }));
    tracing.tracer()!.start("a".repeat(2000)).end();
    await tracing.stop();
    expect(collector.spans()).toHaveLength(1);
    const [request] = collector.requests();
    expect(request.path).toBe({ http: "/v1/traces", grpc: "/opentelemetry.proto.collector.trace.v1.TraceService/Export" }[protocol]);
    expect(request.headers["x-tenant"]).toBe("a");
    expect(request.isCompressed).toBe(true);
  });

  test("nothing is compressed unless asked for", async () => {
    const collector = await collect({ protocol });
    const tracing = await startedTracing(settingsFor(collector.address, { protocol }));
    tracing.tracer()!.start("a").end();
    await tracing.stop();
    expect(collector.requests()[0].isCompressed).toBe(false);
  });

  describe("with TLS", () => {
    async function secureCollector(names: readonly string[] = ["localhost", "127.0.0.1"]) {
      const authority = await createAuthority("authority");
      const server = await authority.issue(names);
      const client = await authority.issue(["client"]);
      const collector = await collect({ protocol, tls: { ...server, ca: authority.cert } });
      const secureContext = createSecureContext({ ca: authority.cert, cert: client.cert, key: client.key });
      return { collector, secureContext, client };
    }

    test("the collector is checked, and shown our certificate", async () => {
      const { collector, secureContext } = await secureCollector();
      const endpoint = collector.address.replace("127.0.0.1", "localhost");
      const tracing = await startedTracing(settingsFor(endpoint, { protocol, tls: { secureContext } }));
      tracing.tracer()!.start("a").end();
      await tracing.stop();
      expect(collector.spans()).toHaveLength(1);
    });

    test("another name than the host's is asked for where one is given", async () => {
      const { collector, secureContext } = await secureCollector(["collector.test"]);
      const endpoint = collector.address.replace("127.0.0.1", "localhost");
      const tracing = await startedTracing(settingsFor(endpoint, { protocol, tls: { secureContext, servername: "collector.test" } }));
      tracing.tracer()!.start("a").end();
      await tracing.stop();
      expect(collector.requests().map(({ serverName }) => serverName)).toEqual(["collector.test"]);
      expect(collector.spans()).toHaveLength(1);
    });

    test("one whose certificate nobody vouches for gets nothing, and that is told", async () => {
      const { collector, client } = await secureCollector();
      const endpoint = collector.address.replace("127.0.0.1", "localhost");
      const secureContext = createSecureContext({ cert: client.cert, key: client.key });
      const tracing = await startedTracing(settingsFor(endpoint, { protocol, tls: { secureContext }, timeoutMs: 1000 }));
      tracing.tracer()!.start("a").end();
      await tracing.stop();
      expect(collector.requests()).toEqual([]);
      expect(tracing.lines.join("")).toMatch(/OpenTelemetry handler returned an error.*cannot send 1 spans to localhost/);
    });

    test("and sent all where it isn't to be checked", async () => {
      const { collector, client } = await secureCollector(["elsewhere"]);
      const endpoint = collector.address.replace("127.0.0.1", "localhost");
      const secureContext = createSecureContext({ cert: client.cert, key: client.key });
      const tracing = await startedTracing(settingsFor(endpoint, { protocol, tls: { secureContext, rejectUnauthorized: false } }));
      tracing.tracer()!.start("a").end();
      await tracing.stop();
      expect(collector.spans()).toHaveLength(1);
    });
  });

  test("a collector that refuses is told in the log, and no matter of who traces", async () => {
    const collector = await collect({ protocol });
    collector.behave("refuse");
    const tracing = await startedTracing(settingsFor(collector.address, { protocol }));
    tracing.tracer()!.start("a").end();
    await tracing.stop();
    expect(collector.requests()).toHaveLength(1);
    expect(tracing.lines.join("")).toContain(`cannot send 1 spans to ${collector.address}`);
  });

  test("a collector that is down is told in the log", async () => {
    const tracing = await startedTracing(settingsFor("127.0.0.1:1", { protocol, timeoutMs: 500 }));
    tracing.tracer()!.start("a").end();
    await tracing.stop();
    expect(tracing.lines.join("")).toContain("cannot send 1 spans to 127.0.0.1:1");
  });

  test("a collector that doesn't answer is waited for until the limit", async () => {
    const collector = await collect({ protocol });
    collector.behave("hang");
    const tracing = await startedTracing(settingsFor(collector.address, { protocol, timeoutMs: 1000 }), 200);
    tracing.tracer()!.start("a").end();
    await tracing.stop();
    expect(tracing.lines.join("")).toMatch(/failed to shut down the tracer provider.*spans could not be sent within 0.2 s/);
    expect(tracing.tracer()).toBeUndefined();
  });
});

describe("what is sampled", () => {
  test.each([
    { samplingFraction: 1, carrier: {}, want: true, why: "all of one that keeps everything" },
    { samplingFraction: 0, carrier: {}, want: false, why: "nothing of one that keeps nothing" },
    { samplingFraction: 0, carrier: { traceparent: `00-${TRACE}-${PARENT}-01` }, want: true, why: "what another began and samples" },
    { samplingFraction: 1, carrier: { traceparent: `00-${TRACE}-${PARENT}-00` }, want: false, why: "not what another began and does not" },
    { samplingFraction: 1, carrier: { traceparent: "00-nonsense" }, want: true, why: "a new trace where another's can't be read" },
  ])("$why", async ({ samplingFraction, carrier, want }) => {
    const collector = await collect({ protocol: "http" });
    const tracing = await startedTracing(settingsFor(collector.address, { samplingFraction }));
    const span = tracing.tracer()!.start("a", { carrier });
    expect(span.isSampled).toBe(want);
    const child = span.child("b");
    child.set({ a: 1 });
    child.fail("x");
    child.end();
    span.end();
    await tracing.stop();
    expect(collector.spans().map(({ name }) => name)).toEqual(want ? ["b", "a"] : []);
  });

  test("a share of new traces", async () => {
    const collector = await collect({ protocol: "http" });
    const tracing = await startedTracing(settingsFor(collector.address, { samplingFraction: 0.5 }));
    let sampled = 0;
    for (let i = 0; i < 1000; i++) {
      const span = tracing.tracer()!.start("a");
      if (span.isSampled) sampled++;
    }
    expect(sampled).toBeGreaterThan(350);
    expect(sampled).toBeLessThan(650);
  });
});

describe("W3C trace context", () => {
  test.each([
    { flags: "01", why: "sampled" },
    { flags: "00", why: "not sampled" },
  ])("of one that is $why is carried on, with the state that others left", async ({ flags }) => {
    const tracing = await startedTracing(settingsFor("127.0.0.1:1"));
    const carrier = { traceparent: `00-${TRACE}-${PARENT}-${flags}`, tracestate: "vendor=1" };
    const span = tracing.tracer()!.start("a", { carrier });
    expect(span.traceId).toBe(TRACE);
    expect(span.spanId).not.toBe(PARENT);
    expect(span.headers()).toEqual({ traceparent: `00-${TRACE}-${span.spanId}-${flags}`, tracestate: "vendor=1" });
  });

  test("of a new one begins with it", async () => {
    const tracing = await startedTracing(settingsFor("127.0.0.1:1"));
    const span = tracing.tracer()!.start("a");
    expect(span.headers()).toEqual({ traceparent: `00-${span.traceId}-${span.spanId}-01` });
  });
});

describe("switching", () => {
  test("is off until asked for, and says nothing", async () => {
    const tracing = startTracing();
    expect(tracing.tracer()).toBeUndefined();
    await tracing.stop();
    expect(tracing.lines).toEqual([]);
  });

  test("off sends what was traced", async () => {
    const collector = await collect({ protocol: "http" });
    const tracing = await startedTracing(settingsFor(collector.address));
    tracing.tracer()!.start("a").end();
    tracing.apply(undefined);
    await tracing.logged("Tracing provider uninstalled.");
    expect(tracing.tracer()).toBeUndefined();
    await tracing.stop();
    expect(collector.spans()).toHaveLength(1);
  });

  test("to another collector sends what was traced to the one before", async () => {
    const before = await collect({ protocol: "http" });
    const after = await collect({ protocol: "grpc" });
    const tracing = await startedTracing(settingsFor(before.address));
    const spanning = tracing.tracer()!.start("spanning");
    tracing.tracer()!.start("first").end();
    const old = tracing.tracer();
    tracing.apply(settingsFor(after.address, { protocol: "grpc" }));
    while (tracing.tracer() === old) await new Promise((resolve) => setTimeout(resolve, 5));
    tracing.tracer()!.start("second").end();
    await tracing.stop();
    // Too late for the one that it began with.
    spanning.end();
    expect(before.spans().map(({ name }) => name)).toEqual(["first"]);
    expect(after.spans().map(({ name }) => name)).toEqual(["second"]);
  });

  test("while the one before is still ended leads to the last that was asked for, and stopping waits for no other", async () => {
    const collector = await collect({ protocol: "http" });
    const other = await collect({ protocol: "http" });
    collector.behave("hang");
    const tracing = await startedTracing(settingsFor(collector.address), 100);
    tracing.tracer()!.start("a").end();
    const installed = (): number => tracing.lines.filter((line) => line.includes("Successfully installed")).length;
    // The first change has ended, the next begins at once.
    await new Promise((resolve) => setImmediate(resolve));
    for (let i = 1; i <= 10; i++) tracing.apply(settingsFor(other.address, { headers: new Map([["x-change", String(i)]]) }));
    for (let tries = 0; installed() < 3 && tries < 400; tries++) await new Promise((resolve) => setTimeout(resolve, 5));
    tracing.tracer()!.start("b").end();
    await tracing.stop();
    expect(installed()).toBe(3);
    expect(other.requests().map(({ headers }) => headers["x-change"])).toEqual(["10"]);
  });

  test("is refused once stopped", async () => {
    const tracing = startTracing();
    await tracing.stop();
    tracing.apply(settingsFor("127.0.0.1:1"));
    await tracing.stop();
    expect(tracing.tracer()).toBeUndefined();
    expect(tracing.lines).toEqual([]);
  });

  test("to an endpoint that is none is told in the log", async () => {
    const tracing = startTracing();
    tracing.apply(settingsFor("no host", { protocol: "grpc" }));
    await tracing.logged("failed to install a new tracer provider");
    expect(tracing.tracer()).toBeUndefined();
  });
});
