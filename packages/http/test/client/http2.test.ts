import { createSecureServer, constants, type Http2SecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import { createAuthority, type Authority, type Certificate } from "@ferula/test-certificates";
import { cleanUp } from "../support.ts";
import { askWith, clientOf, listening, proxyServer } from "./servers.ts";
import type { HttpClient } from "../../src/index.ts";

let authority: Authority;
let certificate: Certificate;
beforeAll(async () => {
  authority = await createAuthority("ours");
  certificate = await authority.issue(["127.0.0.1", "far.example"]);
});
afterEach(cleanUp);

interface H2Server {
  readonly url: string;
  readonly server: Http2SecureServer;
  readonly connections: Socket[];
}

/** A server that speaks HTTP/2, and HTTP/1.1 to those who want it. */
async function h2Server(onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, count: number) => void): Promise<H2Server> {
  const server = createSecureServer({ ...certificate, allowHTTP1: true });
  const connections: Socket[] = [];
  let count = 0;
  server.on("secureConnection", (socket: Socket) => void connections.push(socket));
  server.on("sessionError", () => undefined);
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    onStream(stream, headers, ++count);
  });
  server.on("request", (req, res) => {
    if (req.httpVersion === "1.1") res.end("by 1.1");
  });
  return { url: `https://127.0.0.1:${await listening(server as never)}`, server, connections };
}

function client(more: string = ""): HttpClient {
  return clientOf(`{tls_config: {ca: ${JSON.stringify(authority.cert)}}${more}}`);
}

test("a server that offers HTTP/2 is spoken to by it, over one connection", async () => {
  const { url, connections } = await h2Server((stream, headers) => {
    let body = "";
    stream.on("data", (chunk) => (body += String(chunk)));
    stream.on("end", () => {
      stream.respond({ ":status": 201, "x-twice": ["a", "b"] });
      stream.end(JSON.stringify({ ...headers, body }));
    });
  });
  const one = client(", http_headers: {X-Many: {values: [a, b]}}, authorization: {credentials: t}");
  const { status, headers, body } = await one.request({
    url: `${url}/a?b=c`,
    method: "POST",
    body: "hello",
    headers: { "X-One": "1", Connection: "keep-alive", Host: "named.example" },
    signal: AbortSignal.timeout(5000),
  });
  expect([status, headers.get("x-twice")]).toEqual([201, "a, b"]);
  expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({
    ":method": "POST",
    ":path": "/a?b=c",
    ":authority": "named.example",
    "x-one": "1",
    "x-many": "a, b",
    "user-agent": "Test/1",
    authorization: "Bearer t",
    body: "hello",
  });
  await Promise.all(Array.from({ length: 20 }, () => askWith(one, { url })));
  expect(connections).toHaveLength(1);
});

test.each([
  { why: "enable_http2: false", more: ", enable_http2: false", want: "by 1.1" },
  { why: "a server that offers it", more: "", want: "by 2" },
])("$why is answered $want", async ({ more, want }) => {
  const { url } = await h2Server((stream) => {
    stream.respond();
    stream.end("by 2");
  });
  expect((await askWith(client(more), { url })).text).toBe(want);
});

test("requests that come before there is a connection all come through", async () => {
  const { url, connections } = await h2Server((stream) => {
    stream.respond();
    stream.end("ok");
  });
  const one = client();
  const answers = await Promise.all(Array.from({ length: 10 }, () => askWith(one, { url, method: "POST", body: "x" })));
  expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 10 }, () => "ok"));
  // Those that dialled in vain are closed.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(connections.filter((socket) => !socket.destroyed)).toHaveLength(1);
});

test("through a tunnel, too", async () => {
  const proxy = await proxyServer();
  const { url } = await h2Server((stream) => {
    stream.respond();
    stream.end("by 2");
  });
  expect((await askWith(client(`, proxy_url: 'http://127.0.0.1:${proxy.port}'`), { url })).text).toBe("by 2");
  expect(proxy.asked.map(({ line }) => line)).toEqual([`CONNECT ${new URL(url).host}`]);
});

test("a server that says goodbye finishes what it has begun, and the next request has a new connection", async () => {
  const { url, connections } = await h2Server((stream, headers) => {
    stream.respond();
    stream.write("first ");
    if (headers[":path"] === "/bye") setTimeout(() => stream.session?.goaway(constants.NGHTTP2_NO_ERROR), 30);
    setTimeout(() => stream.end("last"), 100);
  });
  const one = client();
  await askWith(one, { url });
  const answers = await Promise.all(["/a", "/b", "/bye"].map((path) => askWith(one, { url: `${url}${path}` })));
  expect(answers.map(({ text }) => text)).toEqual(["first last", "first last", "first last"]);
  expect((await askWith(one, { url })).text).toBe("first last");
  expect(connections).toHaveLength(2);
});

test("a body that is cut is an error, not a short body", async () => {
  const { url } = await h2Server((stream) => {
    stream.respond();
    stream.write("half");
    setTimeout(() => stream.session?.destroy(), 30);
  });
  await expect(askWith(client(), { url })).rejects.toMatchObject({ code: "network", message: "unexpected EOF" });
});

test("an answer that the server breaks off is told in Go's words", async () => {
  const { url } = await h2Server((stream) => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM));
  await expect(askWith(client(), { url })).rejects.toThrow(
    `Get "${url}": stream error: stream ID 1; ENHANCE_YOUR_CALM; received from peer`,
  );
});

test.each(["GET", "POST"] as const)("a %s that the server has refused is sent again", async (method) => {
  const { url } = await h2Server((stream, _headers, count) => {
    if (count === 1) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    stream.respond();
    stream.end(`request ${count}`);
  });
  expect((await askWith(client(), { url, method, ...(method === "POST" ? { body: "x" } : {}) })).text).toBe("request 2");
});

test("an idle connection that the server has closed does no harm to a GET, and a POST is not sent twice", async () => {
  let requests = 0;
  const { url } = await h2Server((stream, _headers, count) => {
    requests++;
    if (count % 2 === 0) return stream.session?.destroy();
    stream.respond();
    stream.end("ok");
  });
  const one = client();
  await askWith(one, { url });
  expect((await askWith(one, { url })).text).toBe("ok");
  expect(requests).toBe(3);
  await expect(askWith(one, { url, method: "POST", body: "x" })).rejects.toThrow(/^Post "/);
  expect(requests).toBe(4);
});

test("a server that falls silent meets the time limit, and the next request dials anew", async () => {
  const { url, connections } = await h2Server((stream, headers) => {
    if (headers[":path"] === "/silent") return;
    stream.respond();
    stream.end("ok");
  });
  const one = client();
  await askWith(one, { url });
  const silent = one.request({ url: `${url}/silent`, signal: AbortSignal.timeout(50) });
  await expect(silent).rejects.toMatchObject({ code: "timeout", message: expect.stringMatching(/context deadline exceeded$/) });
  expect((await askWith(one, { url })).text).toBe("ok");
  expect(connections).toHaveLength(2);
});

test("an abort in the midst of a body ends that stream alone", async () => {
  const { url, connections } = await h2Server((stream, headers) => {
    stream.respond();
    stream.write("x".repeat(1000));
    if (headers[":path"] !== "/endless") setTimeout(() => stream.end("end"), 100);
  });
  const one = client();
  await askWith(one, { url });
  const abort = new AbortController();
  const endless = one.stream({ url: `${url}/endless`, signal: abort.signal }, () => abort.abort());
  const other = askWith(one, { url });
  await expect(endless).rejects.toMatchObject({ code: "canceled" });
  expect((await other).text).toHaveLength(1003);
  expect(connections).toHaveLength(1);
});

test("a body of any size comes whole, and the limit holds", async () => {
  const size = 20 << 20;
  const { url } = await h2Server((stream) => {
    stream.respond();
    stream.end(Buffer.alloc(size, "x"));
  });
  const one = client();
  let seen = 0;
  await one.stream({ url, signal: AbortSignal.timeout(20_000) }, (bytes) => void (seen += bytes.length));
  expect(seen).toBe(size);
  const limited = one.request({ url, signal: AbortSignal.timeout(20_000), maxBodyBytes: 1000 });
  await expect(limited).rejects.toMatchObject({ code: "body-too-large" });
});

test("a closed client leaves no connection", async () => {
  const { url, connections } = await h2Server((stream) => stream.respond());
  const one = client();
  const outcome = askWith(one, { url }).catch((reason: unknown) => reason);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await one.close();
  expect(await outcome).toMatchObject({ code: "network" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(connections.filter((socket) => !socket.destroyed)).toEqual([]);
});
