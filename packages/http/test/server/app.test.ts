import { gunzipSync, inflateSync } from "node:zlib";
import { afterEach, expect, test } from "@jest/globals";
import type { Response } from "express";
import { abortOnDisconnect, compress, createApp, HttpError, landingPage, normalizeRoutePrefix, requireSameSite } from "../../src/index.ts";
import { cleanUp, recordingLogger, send, serve } from "../support.ts";

afterEach(cleanUp);

test.each([
  { why: "a refusal", fail: () => new HttpError(418, "no coffee"), status: 418, text: "no coffee\n" },
  { why: "a server's own refusal", fail: () => new HttpError(503, "too many"), status: 503, text: "too many\n" },
  { why: "an error that nobody expected", fail: () => new Error("secret path /x"), status: 500, text: "internal server error\n" },
  { why: "something thrown that is no error", fail: () => "text", status: 500, text: "internal server error\n" },
])("$why is answered with $status", async ({ fail, status, text }) => {
  const app = createApp();
  app.get("/", async () => {
    throw fail() as Error;
  });
  const { logger, lines } = recordingLogger();
  const { urls } = await serve(app, { logger });
  const answer = await send(urls[0]);
  expect(answer).toMatchObject({ status, text });
  expect(answer.headers).toMatchObject({ "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" });
  expect(lines.filter((line) => line.includes("failed unexpectedly"))).toHaveLength(text === "internal server error\n" ? 1 : 0);
});

test("what no route serves is 404 in Go's words", async () => {
  const { urls } = await serve(createApp());
  expect(await send(`${urls[0]}/none`)).toMatchObject({ status: 404, text: "404 page not found\n" });
  expect((await send(`${urls[0]}/%zz`)).status).toBe(404);
});

test("an error in the middle of an answer closes the connection, and is logged", async () => {
  const app = createApp();
  app.get("/", (_req, res) => {
    res.write("half");
    throw new Error("broken");
  });
  const { logger, lines } = recordingLogger();
  const { urls } = await serve(app, { logger });
  await expect(send(urls[0])).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(lines.some((line) => line.includes("broken"))).toBe(true);
});

test("an answer gives away neither framework nor ETag", async () => {
  const app = createApp();
  app.get("/", (_req, res) => void res.send("x"));
  const { urls } = await serve(app);
  expect(Object.keys((await send(urls[0])).headers)).not.toEqual(expect.arrayContaining(["etag"]));
  expect((await send(urls[0])).headers["x-powered-by"]).toBeUndefined();
});

test.each([
  { text: "", want: "" },
  { text: "/", want: "" },
  { text: "prom/", want: "/prom" },
  { text: "//a/b//", want: "/a/b" },
])("the prefix $text is $want", ({ text, want }) => {
  expect(normalizeRoutePrefix(text)).toBe(want);
});

test.each([
  { path: "/prom/metrics?a=b", status: 200, text: "/metrics?a=b" },
  { path: "/prom", status: 200, text: "home" },
  { path: "/prom/", status: 200, text: "home" },
  { path: "/metrics", status: 404, text: "404 page not found\n" },
  { path: "/prometheus/metrics", status: 404, text: "404 page not found\n" },
  { path: "/", status: 302, text: "Found. Redirecting to /prom" },
])("under the prefix /prom, $path is $status", async ({ path, status, text }) => {
  const app = createApp({ routePrefix: "/prom/" });
  app.get("/", (_req, res) => void res.send("home"));
  app.get("/metrics", (req, res) => void res.send(req.url));
  const { urls } = await serve(app);
  expect(await send(urls[0] + path)).toMatchObject({ status, text });
});

const long = "series ".repeat(1000);
test.each([
  { accept: "gzip, deflate, br", type: "application/json", encoding: "gzip" },
  { accept: "deflate", type: "text/plain", encoding: "deflate" },
  { accept: "br", type: "text/plain", encoding: undefined },
  { accept: "*", type: "text/plain", encoding: "gzip" },
  { accept: "br, *;q=0.5", type: "text/plain", encoding: "gzip" },
  { accept: "identity", type: "text/plain", encoding: undefined },
  { accept: "gzip;q=0", type: "text/plain", encoding: undefined },
  { accept: "", type: "text/plain", encoding: undefined },
  { accept: "gzip", type: "application/openmetrics-text; version=1.0.0", encoding: "gzip" },
  { accept: "gzip", type: "image/png", encoding: undefined },
])("$type for Accept-Encoding: $accept is sent as $encoding", async ({ accept, type, encoding }) => {
  const app = createApp();
  app.use(compress());
  app.get("/", (_req, res) => void res.set("Content-Type", type).send(Buffer.from(long)));
  const { urls } = await serve(app);
  const { headers, body } = await send(urls[0], { headers: accept === "" ? {} : { "accept-encoding": accept } });
  expect(headers["content-encoding"]).toBe(encoding);
  expect(String(encoding === "gzip" ? gunzipSync(body) : encoding === "deflate" ? inflateSync(body) : body)).toBe(long);
  if (type !== "image/png") expect(headers["vary"]).toBe("Accept-Encoding");
});

const plain = (bytes: number): Buffer => Buffer.alloc(bytes, "0123456789");

test.each<{ why: string; answer: (res: Response) => unknown; bytes: number; encoding: string | undefined; hasLength: boolean }>([
  { why: "small", answer: (res) => res.end(plain(1023)), bytes: 1023, encoding: undefined, hasLength: false },
  { why: "whole", answer: (res) => res.end(plain(1024)), bytes: 1024, encoding: "gzip", hasLength: true },
  { why: "whole and a text", answer: (res) => res.send("0123456789".repeat(200)), bytes: 2000, encoding: "gzip", hasLength: true },
  { why: "whole and large", answer: (res) => res.end(plain(40_000)), bytes: 40_000, encoding: "gzip", hasLength: false },
  {
    why: "encoded already",
    answer: (res) => res.set("Content-Encoding", "identity-of-its-own").end(plain(2000)),
    bytes: 2000,
    encoding: "identity-of-its-own",
    hasLength: false,
  },
  {
    why: "in pieces, and its writer waits in between",
    answer: async (res) => {
      let drained: () => void = () => undefined;
      res.on("drain", () => drained());
      for (let i = 0; i < 20; i++) {
        if (!res.write(plain(20_000))) await new Promise<void>((resolve) => (drained = resolve));
      }
      res.end();
    },
    bytes: 400_000,
    encoding: "gzip",
    hasLength: false,
  },
  {
    why: "behind a head that was written before",
    answer: (res) => res.writeHead(200).end(plain(2000)),
    bytes: 2000,
    encoding: "gzip",
    hasLength: false,
  },
])("an answer that is $why has all of its bytes", async ({ answer, bytes, encoding, hasLength }) => {
  const app = createApp();
  app.use(compress());
  app.get("/", (_req, res) => void answer(res.set("Content-Type", "application/json")));
  const { urls } = await serve(app);
  const { headers, body } = await send(urls[0], { headers: { "accept-encoding": "gzip" } });
  expect(headers["content-encoding"]).toBe(encoding);
  expect((encoding === "gzip" ? gunzipSync(body) : body).equals(plain(bytes))).toBe(true);
  if (encoding === "gzip") expect(headers["content-length"]).toBe(hasLength ? String(body.length) : undefined);
});

test.each([
  { why: "a program", headers: {}, status: 200 },
  { why: "a page of another site", headers: { "sec-fetch-site": "cross-site" }, status: 403 },
  { why: "a page of another site in an old browser", headers: { origin: "http://evil.example" }, status: 403 },
  { why: "a neighbour under the same domain", headers: { "sec-fetch-site": "same-site", origin: "http://evil.example" }, status: 403 },
  { why: "a sandboxed page", headers: { origin: "null" }, status: 403 },
  { why: "our own page", headers: { origin: "http://HOST" }, status: 200 },
  {
    why: "our own page behind a proxy that changes Host",
    headers: { "sec-fetch-site": "same-origin", origin: "https://prom.example" },
    status: 200,
  },
  { why: "our external URL in an old browser", headers: { origin: "https://outside.example" }, status: 200 },
])("a changing request of $why is answered with $status", async ({ headers, status }) => {
  const app = createApp();
  app.use(requireSameSite({ externalUrl: "https://outside.example/prom" }));
  app.all("/", (_req, res) => void res.send("done"));
  const { urls } = await serve(app);
  const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace("HOST", new URL(urls[0]).host)]));
  expect((await send(urls[0], { method: "POST", headers: filled })).status).toBe(status);
  expect((await send(urls[0], { headers: filled })).status).toBe(200);
});

test("the landing page is at / alone, and what it shows is escaped", async () => {
  const app = createApp();
  const links = [{ address: '/metrics?a="b"', text: "<Metrics>" }];
  app.get("/", landingPage({ name: "X & Y", description: "<script>", version: "1", links }));
  const { urls } = await serve(app);
  const { headers, text } = await send(urls[0]);
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(text).toContain("<title>X &#38; Y</title>");
  expect(text).toContain('<a href="/metrics?a=&#34;b&#34;">&#60;Metrics&#62;</a>');
  expect(text).not.toContain("<script>");
  expect((await send(`${urls[0]}/other`)).status).toBe(404);
});

test("a client that goes away aborts the work for it; one that was answered does not", async () => {
  const app = createApp();
  const signals: AbortSignal[] = [];
  app.post("/quick", (_req, res) => {
    signals.push(abortOnDisconnect(res));
    res.send("ok");
  });
  const gone = new Promise<string>((resolve) => {
    app.post("/slow", (_req, res) => {
      abortOnDisconnect(res).addEventListener("abort", () => resolve("aborted"));
      res.write("x");
    });
  });
  const { urls, close } = await serve(app);
  await send(`${urls[0]}/quick`, { method: "POST", body: "x" });
  const cut = send(`${urls[0]}/slow`, { method: "POST", body: "x" });
  setTimeout(() => void close(0), 50);
  await expect(cut).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await gone).toBe("aborted");
  expect(signals[0].aborted).toBe(false);
});

test("a landing page may hold a form, whose texts are escaped too", async () => {
  const app = createApp();
  const inputs = [
    { label: "Target", type: "text", name: "target", placeholder: '"host:port"', value: "<a>" },
    { label: "Module", type: "text", name: "module" },
  ];
  app.get("/", landingPage({ name: "X", description: "", version: "1", links: [], form: { action: "/probe", inputs } }));
  const { urls } = await serve(app);
  const { text } = await send(`${urls[0]}/`);
  expect(text).toContain('<form action="/probe">');
  expect(text).toContain('<label>Target: <input type="text" name="target" placeholder="&#34;host:port&#34;" value="&#60;a&#62;"></label>');
  expect(text).toContain('<label>Module: <input type="text" name="module" placeholder="" value=""></label>');
});
