import { connect, constants, type ClientHttp2Session, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { connect as tlsConnect } from "node:tls";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import {
  abortOnDisconnect,
  compress,
  createApp,
  HttpError,
  metricsHandler,
  readBody,
  requireSameSite,
  type Listening,
} from "../../src/index.ts";
import { createAuthority, type Authority, type Certificate } from "@ferula/test-certificates";
import { afterTest, cleanUp, file, serve } from "../support.ts";

let authority: Authority;
let server: Certificate;
beforeAll(async () => {
  authority = await createAuthority("ours");
  server = await authority.issue(["127.0.0.1"]);
});
afterEach(cleanUp);

function serveOverTls(app: ReturnType<typeof createApp>, options: Parameters<typeof serve>[1] = {}, more: string = ""): Promise<Listening> {
  const text = `tls_server_config:\n  cert: ${JSON.stringify(server.cert)}\n  key: ${JSON.stringify(server.key)}\n${more}`;
  return serve(app, { ...options, webConfigFile: file("web.yml", text) });
}

async function session({ urls }: Listening): Promise<ClientHttp2Session> {
  const made = connect(urls[0], { ca: authority.cert });
  made.on("error", () => undefined);
  afterTest(() => made.destroy());
  await new Promise((resolve) => made.once("connect", resolve));
  return made;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The code of the reset; 0 is none. */
  readonly reset: number;
}

function send(over: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve) => {
    const stream = over.request(headers);
    const chunks: Buffer[] = [];
    let answered: IncomingHttpHeaders & { readonly ":status"?: number | undefined } = {};
    stream.on("response", (got) => (answered = got));
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", () => undefined);
    stream.on("close", () =>
      resolve({ status: answered[":status"], headers: answered, body: Buffer.concat(chunks), reset: stream.rstCode }),
    );
    stream.end(body);
  });
}

function app(): ReturnType<typeof createApp> {
  const made = createApp({ routePrefix: "/sub" });
  made.use(compress());
  made.get(
    "/hello",
    (req, res) => void res.json({ version: req.httpVersion, host: req.get("host"), query: req.query, secure: req.secure }),
  );
  made.get("/wide", (_req, res) => void res.type("text/plain").send("x".repeat(100_000)));
  made.post("/echo", async (req, res) => void res.send(await readBody(req, { maxBytes: 1_000_000 })));
  made.get("/refused", () => {
    throw new HttpError(422, "not this way");
  });
  made.get("/broken", () => Promise.reject(new Error("a bug")));
  made.get("/half", (_req, res) => {
    res.write("half");
    setImmediate(() => res.emit("half"));
    res.once("half", () => res.destroy());
  });
  made.get("/stream", async (_req, res) => {
    for (let i = 0; i < 50; i++) if (!res.write(Buffer.alloc(65_536, i))) await new Promise((resolve) => res.once("drain", resolve));
    res.end();
  });
  made.get(
    "/metrics",
    metricsHandler(() => ({ contentType: "text/plain; version=0.0.4; charset=utf-8", body: "up 1\n".repeat(1000) })),
  );
  made.post("/change", requireSameSite(), (_req, res) => void res.send("changed"));
  return made;
}

test("clients that speak HTTP/2 have it, with host, query and prefix as ever", async () => {
  const listening = await serveOverTls(app());
  const over = await session(listening);
  expect(over.alpnProtocol).toBe("h2");
  const { status, headers, body } = await send(over, { ":path": "/sub/hello?a=1&a=2&b=" });
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(JSON.parse(body.toString())).toEqual({
    version: "2.0",
    host: new URL(listening.urls[0]).host,
    query: { a: ["1", "2"], b: "" },
    secure: true,
  });
});

test.each([
  { why: "a route that refuses", path: "/sub/refused", want: 422, text: "not this way\n" },
  { why: "a route that breaks", path: "/sub/broken", want: 500, text: "internal server error\n" },
  { why: "what there is not", path: "/sub/none", want: 404, text: "404 page not found\n" },
  { why: "what is outside the prefix", path: "/hello", want: 404, text: "404 page not found\n" },
])("$why: $want", async ({ path, want, text }) => {
  const { status, body } = await send(await session(await serveOverTls(app())), { ":path": path });
  expect({ status, text: body.toString() }).toEqual({ status: want, text });
});

test("redirects go where they should", async () => {
  const { status, headers } = await send(await session(await serveOverTls(app())), { ":path": "/" });
  expect({ status, location: headers.location }).toEqual({ status: 302, location: "/sub" });
});

test.each(["/sub/wide", "/sub/metrics"])("%s is packed when the client takes gzip, and only then", async (path) => {
  const over = await session(await serveOverTls(app()));
  const plain = await send(over, { ":path": path });
  expect(plain.headers["content-encoding"]).toBeUndefined();
  const packed = await send(over, { ":path": path, "accept-encoding": "gzip" });
  expect(packed.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(packed.body)).toEqual(plain.body);
});

test("HEAD has headers and no body", async () => {
  const { status, headers, body } = await send(await session(await serveOverTls(app())), { ":path": "/sub/hello", ":method": "HEAD" });
  expect(status).toBe(200);
  expect(Number(headers["content-length"])).toBeGreaterThan(0);
  expect(body).toHaveLength(0);
});

test("bodies are read whole, and cut where they are too large", async () => {
  const over = await session(await serveOverTls(app()));
  const body = Buffer.alloc(900_000, "b");
  const post = { ":path": "/sub/echo", ":method": "POST" };
  expect((await send(over, post, body)).body.equals(body)).toBe(true);
  expect((await send(over, post, Buffer.alloc(1_000_001))).status).toBe(413);
  // The connection is still good for the next one.
  expect((await send(over, post, "again")).body.toString()).toBe("again");
});

test("long answers come whole, several at a time", async () => {
  const over = await session(await serveOverTls(app()));
  const answers = await Promise.all([1, 2, 3].map(() => send(over, { ":path": "/sub/stream" })));
  for (const { body } of answers) {
    expect(body).toHaveLength(50 * 65_536);
    expect(body.at(-1)).toBe(49);
  }
});

test("half an answer ends with a reset", async () => {
  const { status, reset } = await send(await session(await serveOverTls(app())), { ":path": "/sub/half" });
  expect(status).toBe(200);
  expect(reset).not.toBe(0);
});

test("another site's page changes nothing", async () => {
  const listening = await serveOverTls(app());
  const over = await session(listening);
  const change = (origin: string): Promise<Answer> => send(over, { ":path": "/sub/change", ":method": "POST", origin });
  expect((await change("https://elsewhere.example")).status).toBe(403);
  expect((await change(listening.urls[0])).status).toBe(200);
});

test.each([
  { why: "a client that goes away aborts its request", leave: true },
  { why: "one that stays doesn't", leave: false },
])("$why", async ({ leave }) => {
  const made = createApp();
  const outcome = new Promise<string>((resolve) => {
    made.get("/", (_req, res) => {
      const signal = abortOnDisconnect(res);
      signal.addEventListener("abort", () => resolve("aborted"));
      res.on("close", () => setImmediate(() => resolve("done")));
      if (!leave) res.send("x".repeat(200_000));
    });
  });
  const over = await session(await serveOverTls(made));
  const stream = over.request({ ":path": "/" });
  stream.on("error", () => undefined).resume();
  if (leave) setTimeout(() => stream.close(), 20);
  expect(await outcome).toBe(leave ? "aborted" : "done");
});

test.each([
  { how: "CANCEL", code: constants.NGHTTP2_CANCEL },
  { how: "NO_ERROR", code: constants.NGHTTP2_NO_ERROR },
])("what is written to a client that has gone with $how leads nowhere, and breaks nothing", async ({ code }) => {
  const made = createApp();
  const states: boolean[] = [];
  const gone = new Promise<void>((resolve) => {
    made.get("/", async (_req, res) => {
      res.write(Buffer.alloc(1_000_000));
      states.push(res.destroyed);
      await new Promise((closed) => res.once("close", closed));
      states.push(res.destroyed, res.write("more"));
      res.end();
      resolve();
    });
  });
  made.get("/next", (_req, res) => void res.send("still here"));
  const over = await session(await serveOverTls(made));
  const stream = over.request({ ":path": "/" });
  stream.on("error", () => undefined).once("response", () => stream.close(code));
  await gone;
  expect(states).toEqual([false, true, false]);
  expect((await send(over, { ":path": "/next" })).body.toString()).toBe("still here");
});

test("how many bytes an answer took can be told when it is out", async () => {
  const made = createApp();
  const bytes = new Promise<number>((resolve) => {
    made.get("/", (req, res) => {
      const before = req.socket.bytesWritten;
      res.on("finish", () => resolve(req.socket.bytesWritten - before));
      res.send("x".repeat(10_000));
    });
  });
  await send(await session(await serveOverTls(made)), { ":path": "/" });
  expect(await bytes).toBeGreaterThanOrEqual(10_000);
});

test("a query of 60 KB works", async () => {
  const over = await session(await serveOverTls(app()));
  expect((await send(over, { ":path": `/sub/hello?q=${"x".repeat(60_000)}` })).status).toBe(200);
});

test.each([
  { why: "both", offered: ["h2", "http/1.1"], more: "", want: "h2" },
  { why: "HTTP/1.1 alone", offered: ["http/1.1"], more: "", want: "http/1.1" },
  { why: "nothing", offered: undefined, more: "", want: false },
  { why: "both, when HTTP/2 is off", offered: ["h2", "http/1.1"], more: "http_server_config: {http2: false}", want: "http/1.1" },
  { why: "HTTP/2 alone, when it is off", offered: ["h2"], more: "http_server_config: {http2: false}", want: "refused" },
])("a client that offers $why: $want", async ({ offered, more, want }) => {
  const { urls } = await serveOverTls(app(), {}, more);
  const { hostname, port } = new URL(urls[0]);
  const agreed = await new Promise((resolve) => {
    const socket = tlsConnect({ host: hostname, port: Number(port), ca: authority.cert, ...(offered && { ALPNProtocols: offered }) }, () =>
      resolve(socket.alpnProtocol),
    );
    socket.on("error", () => resolve("refused"));
    afterTest(() => socket.destroy());
  });
  expect(agreed).toBe(want);
});

test("closing finishes running requests, and ends connections without one", async () => {
  const made = createApp();
  let release = (): void => undefined;
  const started = new Promise<void>((resolve) => {
    made.get("/", async (_req, res) => {
      await new Promise<void>((open) => {
        release = open;
        resolve();
      });
      res.send("done");
    });
  });
  const listening = await serveOverTls(made);
  const [busy, idle] = [await session(listening), await session(listening)];
  const answer = send(busy, { ":path": "/" });
  await started;
  const idleEnded = new Promise((resolve) => idle.once("close", resolve));
  const ended = listening.close(60_000);
  await idleEnded;
  release();
  expect((await answer).body.toString()).toBe("done");
  await ended;
});

test.each([
  { why: "a connection without a request", open: (): void => undefined },
  {
    why: "a body that doesn't come",
    open: (over: ClientHttp2Session) =>
      void over
        .request({ ":path": "/sub/echo", ":method": "POST" })
        .on("error", () => undefined)
        .write("a"),
  },
])("$why has its time", async ({ open }) => {
  const over = await session(await serveOverTls(app(), { readTimeoutMs: 50 }));
  const ended = new Promise((resolve) => over.once("close", resolve));
  open(over);
  await ended;
});
