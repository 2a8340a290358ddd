import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "@jest/globals";
import { noteFailure, noteResponse, requestAttributes, spanOf, startRequest, traceRequests } from "../src/index.ts";
import { collect, settingsFor, startedTracing } from "./support.ts";

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
});

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

/** A server whose requests are traced, its port and what it has traced once it is stopped. */
async function tracedServer(answer: Answer) {
  const collector = await collect({ protocol: "http" });
  const tracing = await startedTracing(settingsFor(collector.address));
  const trace = traceRequests(tracing.tracer);
  const server = createServer((req, res) => trace(req, res, () => answer(req, res)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async spans() {
      await tracing.stop();
      return collector.spans();
    },
  };
}

describe("a request that is answered", () => {
  test("is a span with what is known of it, and part of the trace that it carries", async () => {
    const { port, spans } = await tracedServer((req, res) => {
      spanOf(req)!.set({ own: true });
      res.setHeader("Content-Length", 2).end("ok");
    });
    const headers = {
      "User-Agent": "tester",
      "X-Forwarded-For": "10.1.1.1, 10.2.2.2",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    await (await fetch(`http://127.0.0.1:${port}/a/b?c=d`, { method: "POST", body: "abc", headers })).text();
    const [span] = await spans();
    expect(span).toMatchObject({
      name: "POST /a/b",
      kind: "server",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      parentSpanId: "b7ad6b7169203331",
      failure: undefined,
    });
    expect(span.attributes).toEqual({
      "server.address": "127.0.0.1",
      "server.port": port,
      "http.request.method": "POST",
      "url.scheme": "http",
      "url.path": "/a/b",
      "network.peer.address": "127.0.0.1",
      "network.peer.port": expect.any(Number),
      "user_agent.original": "tester",
      "client.address": "10.1.1.1",
      "network.protocol.version": "1.1",
      "http.request.body.size": 3,
      "http.response.status_code": 200,
      "http.response.body.size": 2,
      own: true,
    });
  });

  test.each([
    { status: 404, want: undefined, why: "is no failure of ours below 500" },
    { status: 503, want: "", why: "is one from 500 on" },
  ])("$why", async ({ status, want }) => {
    const { port, spans } = await tracedServer((_req, res) => res.writeHead(status).end());
    await fetch(`http://127.0.0.1:${port}/`);
    expect((await spans())[0].failure).toBe(want);
  });

  test("has failed where the client goes away", async () => {
    let gone: (() => void) | undefined;
    const hasGone = new Promise<void>((resolve) => (gone = resolve));
    const { port, spans } = await tracedServer((_req, res) => {
      res.once("close", () => gone?.());
      req.destroy();
    });
    const req = request({ port, host: "127.0.0.1" }).on("error", () => {});
    req.end();
    await hasGone;
    expect((await spans())[0].failure).toBe("the client went away");
  });
});

test("without a tracer a request is passed on as it is", () => {
  const req = { method: "GET", url: "/", headers: {} } as IncomingMessage;
  let isPassedOn = false;
  traceRequests(() => undefined)(req, {} as ServerResponse, () => (isPassedOn = true));
  expect(isPassedOn).toBe(true);
  expect(spanOf(req)).toBeUndefined();
});

describe("a request that is sent", () => {
  test.each([
    { url: "http://host/metrics", want: { "url.full": "http://host/metrics", "server.address": "host", "server.port": 80 } },
    { url: "https://host/?a=b", want: { "url.full": "https://host/?a=b", "server.address": "host", "server.port": 443 } },
    { url: "http://[::1]:9090/", want: { "url.full": "http://[::1]:9090/", "server.address": "::1", "server.port": 9090 } },
    { url: "http://u:p@host:1/", want: { "url.full": "http://host:1/", "server.address": "host", "server.port": 1 } },
  ])("says of $url where it goes, and no password", ({ url, want }) => {
    expect(requestAttributes("GET", url)).toEqual({ "http.request.method": "GET", ...want });
  });

  test("notes what came of it", async () => {
    const collector = await collect({ protocol: "http" });
    const tracing = await startedTracing(settingsFor(collector.address));
    const parent = tracing.tracer()!.start("parent");
    for (const status of [200, 404]) {
      const span = startRequest(parent, "GET", "http://a/");
      noteResponse(span, status);
      span.end();
    }
    const refused = startRequest(parent, "GET", "http://a/");
    noteFailure(refused, Object.assign(new Error("connection refused"), { code: "ECONNREFUSED" }));
    refused.end();
    await tracing.stop();
    expect(collector.spans().map(({ name, kind, parentSpanId, failure }) => ({ name, kind, parentSpanId, failure }))).toEqual(
      [undefined, "", "connection refused"].map((failure) => ({ name: "HTTP GET", kind: "client", parentSpanId: parent.spanId, failure })),
    );
    expect(collector.spans().map(({ attributes }) => [attributes["http.response.status_code"], attributes["error.type"]])).toEqual([
      [200, undefined],
      [404, "404"],
      [undefined, "ECONNREFUSED"],
    ]);
  });
});
