import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Socket } from "node:net";
import { writeFileSync } from "node:fs";
import { deflateSync, gzipSync } from "node:zlib";
import { afterEach, expect, test } from "@jest/globals";
import { createHttpClient, type HttpClient, type HttpRequest } from "../../src/index.ts";
import { afterTest, cleanUp, clientConfig, file } from "../support.ts";

afterEach(cleanUp);

async function origin(listener: RequestListener, host: string = "127.0.0.1"): Promise<string> {
  return `http://${host}:${(await start(createServer(listener))).port}`;
}

async function start(server: Server): Promise<AddressInfo> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => {
    server.close();
    server.closeAllConnections();
  });
  return server.address() as AddressInfo;
}

function clientOf(config?: string): HttpClient {
  const client = createHttpClient(config === undefined ? undefined : clientConfig(config), { userAgent: "Test/1" });
  afterTest(client.close);
  return client;
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

async function ask(config: string | undefined, request: Omit<HttpRequest, "signal">): Promise<{ status: number; text: string }> {
  const { status, body } = await clientOf(config).request({ signal: AbortSignal.timeout(5000), ...request });
  return { status, text: Buffer.from(body).toString() };
}

/** Answers with what it was asked. */
const echo: RequestListener = (req, res) => {
  let body = "";
  req.on("data", (chunk) => (body += String(chunk)));
  req.on("end", () => res.end(JSON.stringify({ method: req.method, url: req.url, headers: req.headers, raw: req.rawHeaders, body })));
};

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly raw: readonly string[];
  readonly body: string;
}

async function echoed(config: string | undefined, request: Partial<HttpRequest> = {}): Promise<Echo> {
  const url = await origin(echo);
  const { text } = await ask(config, { url: `${url}/a?b=c`, ...request });
  return JSON.parse(text) as Echo;
}

test("a request carries method, path, query, headers and body", async () => {
  const seen = await echoed(undefined, { method: "POST", headers: { "X-One": "1" }, body: "hello" });
  expect(seen).toMatchObject({ method: "POST", url: "/a?b=c", body: "hello", headers: { "x-one": "1", "user-agent": "Test/1" } });
});

test("requests with the same object of headers differ in all that else differs", async () => {
  const url = await origin(echo);
  const client = clientOf();
  const headers = { "X-One": "1" };
  const requests: readonly Omit<HttpRequest, "signal">[] = [
    { url: `${url}/a` },
    { url: `${url}/a` },
    { url: `${url}/b` },
    { url: `${url}/b`, method: "DELETE" },
    { url: `${url}/b`, method: "PUT", body: "x" },
    { url: `${url}/b`, method: "PUT", body: "y" },
  ];
  const seen: string[] = [];
  for (const request of requests) {
    const { body } = await client.request({ ...request, headers, signal: AbortSignal.timeout(5000) });
    const echoedBack = JSON.parse(Buffer.from(body).toString()) as Echo;
    seen.push(`${echoedBack.method} ${echoedBack.url} ${echoedBack.headers["x-one"]} ${echoedBack.body}`);
  }
  expect(seen).toEqual(["GET /a 1 ", "GET /a 1 ", "GET /b 1 ", "DELETE /b 1 ", "PUT /b 1 x", "PUT /b 1 y"]);
});

test.each([
  { why: "basic auth", config: "basic_auth: {username: jöe, password: s:e}", want: `Basic ${Buffer.from("jöe:s:e").toString("base64")}` },
  { why: "basic auth without a password", config: "basic_auth: {username: joe}", want: `Basic ${Buffer.from("joe:").toString("base64")}` },
  { why: "a token", config: "authorization: {credentials: abc}", want: "Bearer abc" },
  { why: "another type of token", config: "authorization: {type: Token, credentials: abc}", want: "Token abc" },
  { why: "the old way to give a token", config: "bearer_token: abc", want: "Bearer abc" },
])("$why is sent as the Authorization header", async ({ config, want }) => {
  expect((await echoed(config)).headers.authorization).toBe(want);
});

test("a user in the URL counts as basic auth, and is not shown in errors", async () => {
  const url = (await origin(echo)).replace("//", "//joe:p%40ss@");
  const { text } = await ask(undefined, { url });
  expect((JSON.parse(text) as Echo).headers.authorization).toBe(`Basic ${Buffer.from("joe:p@ss").toString("base64")}`);
  await expect(ask(undefined, { url: "http://joe:secret@127.0.0.1:1/" })).rejects.toThrow('Get "http://joe:***@127.0.0.1:1/": dial tcp');
});

test("a password file is read at each request, and its end trimmed", async () => {
  const url = await origin(echo);
  const path = file("password", "one\n");
  const client = clientOf(`basic_auth: {username: joe, password_file: ${path}}`);
  const password = async (): Promise<string> => {
    const { body } = await client.request({ url, signal: AbortSignal.timeout(5000) });
    const { headers } = JSON.parse(Buffer.from(body).toString()) as Echo;
    return Buffer.from(headers.authorization?.slice(6) ?? "", "base64").toString();
  };
  expect(await password()).toBe("joe:one");
  writeFileSync(path, "  two\n");
  expect(await password()).toBe("joe:two");
});

test("a file that can't be read fails the request and names it", async () => {
  const error = await ask("authorization: {credentials_file: /nowhere/token}", { url: "http://127.0.0.1:1/" }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({
    name: "HttpClientError",
    code: "request",
    message: expect.stringContaining(
      "unable to read authorization credentials: unable to read file /nowhere/token: open /nowhere/token: no such file or directory",
    ),
  });
});

test("configured headers are sent once for each of their values", async () => {
  const { raw, headers } = await echoed(
    `http_headers: {X-Many: {values: [a], secrets: [b], files: [${file("c", "c\n")}]}, X-Scope-OrgID: {values: [me]}}`,
  );
  expect(raw.filter((_, i) => raw[i - 1]?.toLowerCase() === "x-many")).toEqual(["a", "b", "c"]);
  expect(headers["x-scope-orgid"]).toBe("me");
});

test.each([
  { status: 301, method: "POST" as const, wantMethod: "GET", wantBody: "" },
  { status: 302, method: "PUT" as const, wantMethod: "GET", wantBody: "" },
  { status: 303, method: "POST" as const, wantMethod: "GET", wantBody: "" },
  { status: 307, method: "POST" as const, wantMethod: "POST", wantBody: "x" },
  { status: 308, method: "PUT" as const, wantMethod: "PUT", wantBody: "x" },
])("after $status a $method goes on as $wantMethod", async ({ status, method, wantMethod, wantBody }) => {
  const url = await origin((req, res) => (req.url === "/start" ? res.writeHead(status, { Location: "/end" }).end() : echo(req, res)));
  const { text } = await ask(undefined, { url: `${url}/start`, method, body: "x", headers: { "Content-Type": "text/x" } });
  const seen = JSON.parse(text) as Echo;
  expect(seen).toMatchObject({ url: "/end", method: wantMethod, body: wantBody });
  expect(seen.headers["content-type"]).toBe(wantBody === "" ? undefined : "text/x");
});

test("credentials follow a redirect on the same host", async () => {
  const url = await origin((req, res) => (req.url === "/" ? res.writeHead(302, { Location: "/end" }).end() : echo(req, res)));
  const { text } = await ask("authorization: {credentials: abc}", { url });
  expect((JSON.parse(text) as Echo).headers.authorization).toBe("Bearer abc");
});

test("no credential follows to another host, and none comes back with it; configured headers that are no secrets do", async () => {
  let other = "";
  const home = await origin((req, res) => (req.url === "/" ? res.writeHead(302, { Location: `${other}/hop` }).end() : echo(req, res)));
  other = await origin((req, res) => {
    for (const name of ["authorization", "cookie", "cookie2", "x-key"]) expect(Object.keys(req.headers)).not.toContain(name);
    res.writeHead(302, { Location: `${home}/back` }).end();
  }, "localhost");
  const config =
    "{basic_auth: {username: a, password: b}, http_headers: {X-Scope: {values: [s]}, X-Key: {secrets: [k]}, Cookie2: {secrets: [c]}}}";
  const { text } = await ask(config, { url: home, headers: { Cookie: "session=1", "X-Plain": "kept" } });
  const { headers, url } = JSON.parse(text) as Echo;
  expect(url).toBe("/back");
  expect(headers).toMatchObject({ "x-plain": "kept", "x-scope": "s" });
  for (const name of ["authorization", "cookie", "cookie2", "x-key"]) expect(Object.keys(headers)).not.toContain(name);
});

test.each([
  {
    why: "a caller's own Authorization comes before the section's",
    config: "basic_auth: {username: a}",
    own: "own",
    user: "",
    want: "own",
  },
  {
    why: "a user in the URL comes before the section's",
    config: "authorization: {credentials: a}",
    own: undefined,
    user: "joe@",
    want: basic("joe:"),
  },
  { why: "a caller's own comes before the URL's", config: "", own: "own", user: "joe@", want: "own" },
])("$why", async ({ config, own, user, want }) => {
  const url = (await origin(echo)).replace("//", `//${user}`);
  const { text } = await ask(config, { url, ...(own === undefined ? {} : { headers: { Authorization: own } }) });
  expect((JSON.parse(text) as Echo).headers.authorization).toBe(want);
});

test("configured headers come beside a caller's of the same name", async () => {
  const { raw } = await echoed("http_headers: {X-Many: {values: [b]}}", { headers: { "X-Many": "a" } });
  expect(raw.filter((_, i) => raw[i - 1]?.toLowerCase() === "x-many")).toEqual(["a", "b"]);
});

test("a redirect tells where it comes from, without a password; a caller's own word stays", async () => {
  const url = await origin((req, res) => (req.url === "/start?a=b" ? res.writeHead(302, { Location: "/end" }).end() : echo(req, res)));
  const referer = async (headers: Record<string, string>): Promise<unknown> => {
    const { text } = await ask(undefined, { url: `${url.replace("//", "//joe:pass@")}/start?a=b`, headers });
    return (JSON.parse(text) as Echo).headers.referer;
  };
  expect(await referer({})).toBe(`${url}/start?a=b`);
  expect(await referer({ Referer: "http://own/" })).toBe("http://own/");
});

test("a query of any alphabet goes out encoded, and is told as it was written after a redirect", async () => {
  const bytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
  const url = await origin((req, res) =>
    req.url?.startsWith("/start") ? res.writeHead(302, { Location: bytes("/end?ü€") }).end() : echo(req, res),
  );
  const { url: asked, headers } = JSON.parse((await ask(undefined, { url: `${url}/start?é €` })).text) as Echo;
  expect(asked).toBe("/end?%C3%BC%E2%82%AC");
  expect(headers.referer).toBe(bytes(`${url}/start?é €`));
});

test("redirects end after ten requests", async () => {
  let requests = 0;
  const url = await origin((_req, res) => {
    requests++;
    res.writeHead(302, { Location: "/again" }).end("x".repeat(100));
  });
  await expect(ask(undefined, { url })).rejects.toThrow('Get "/again": stopped after 10 redirects');
  expect(requests).toBe(10);
});

test.each([
  { why: "follow_redirects: false", config: "follow_redirects: false", location: "/end" },
  { why: "an answer without Location", config: "", location: undefined },
])("$why gives the redirect itself", async ({ config, location }) => {
  const url = await origin((_req, res) => res.writeHead(302, location === undefined ? {} : { Location: location }).end("here"));
  expect(await ask(config, { url })).toEqual({ status: 302, text: "here" });
});

test("a redirect to something that isn't HTTP is refused", async () => {
  const url = await origin((_req, res) => res.writeHead(302, { Location: "file:///etc/passwd" }).end());
  await expect(ask(undefined, { url })).rejects.toThrow('unsupported protocol scheme "file"');
});

test.each([
  { encoding: "gzip", pack: gzipSync },
  { encoding: "x-gzip", pack: gzipSync },
  { encoding: "deflate", pack: deflateSync },
  { encoding: "identity", pack: (text: string) => Buffer.from(text) },
])("$encoding is unpacked", async ({ encoding, pack }) => {
  const url = await origin((_req, res) => res.writeHead(200, { "Content-Encoding": encoding }).end(pack("hello ".repeat(1000))));
  expect((await ask(undefined, { url })).text).toBe("hello ".repeat(1000));
});

test.each([
  { why: "a HEAD of something packed", method: "HEAD" as const, status: 200 },
  { why: "a 204 with an encoding", method: "GET" as const, status: 204 },
])("$why has no body to unpack", async ({ method, status }) => {
  const url = await origin((_req, res) => res.writeHead(status, { "Content-Encoding": "gzip" }).end());
  expect(await ask(undefined, { url, method })).toEqual({ status, text: "" });
});

const huge = gzipSync(Buffer.alloc(64 << 20));
test.each([
  { why: "a bomb", respond: ((_req, res) => res.writeHead(200, { "Content-Encoding": "gzip" }).end(huge)) as RequestListener },
  {
    why: "a length that is too long",
    respond: ((_req, res) => res.writeHead(200, { "Content-Length": 2e6 }).write("x")) as RequestListener,
  },
  {
    why: "a body without end",
    respond: ((_req, res) => {
      const more = (): void => {
        while (!res.destroyed && res.write(Buffer.alloc(1 << 16)));
      };
      res.on("drain", more);
      more();
    }) as RequestListener,
  },
])("$why ends at the limit, and the error names it", async ({ respond }) => {
  const url = await origin(respond);
  let seen = 0;
  const request = { url, signal: AbortSignal.timeout(5000), maxBodyBytes: 1_000_000 };
  const error = await clientOf()
    .stream(request, (bytes) => void (seen += bytes.length))
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "body-too-large", message: "body size limit exceeded: the answer is larger than 1000000 bytes" });
  expect(seen).toBeLessThanOrEqual(1_000_000);
});

test("a body of exactly the limit is fine", async () => {
  const url = await origin((_req, res) => res.end("12345"));
  expect((await ask(undefined, { url, maxBodyBytes: 5 })).text).toBe("12345");
});

test("what a sink throws is thrown on as it is", async () => {
  const url = await origin((_req, res) => res.end("12345"));
  const thrown = new Error("no room");
  const sink = (): void => {
    throw thrown;
  };
  await expect(clientOf().stream({ url, signal: AbortSignal.timeout(5000) }, sink)).rejects.toBe(thrown);
});

test("an answer can be refused by its head: the body is not handed on, and a short one does not cost the connection", async () => {
  let connections = 0;
  const server = createServer((_req, res) => res.writeHead(503, { "X-Why": "busy" }).end("12345"));
  server.on("connection", () => connections++);
  const url = `http://127.0.0.1:${(await start(server)).port}`;
  const client = clientOf();
  const parts: Uint8Array[] = [];
  const refused = new Error("not now");
  for (let i = 0; i < 6; i++) {
    const streamed = client.stream(
      { url, signal: AbortSignal.timeout(5000) },
      (part) => void parts.push(part),
      ({ status, headers }) => {
        expect([status, headers.get("x-why")]).toEqual([503, "busy"]);
        throw refused;
      },
    );
    await expect(streamed).rejects.toBe(refused);
  }
  expect(parts).toEqual([]);
  // A request may come a moment before the connection of the one before is free.
  expect(connections).toBeLessThanOrEqual(2);
});

test("a refused body without end does not hold the client", async () => {
  const url = await origin((_req, res) => {
    const write = (): void => void res.write("x".repeat(65_536), (error) => error ?? write());
    write();
  });
  const refused = new Error("no");
  const streamed = clientOf().stream(
    { url, signal: AbortSignal.timeout(5000) },
    () => undefined,
    () => {
      throw refused;
    },
  );
  await expect(streamed).rejects.toBe(refused);
});

test.each([
  {
    why: "a port where nobody listens",
    url: "http://127.0.0.1:1/x",
    want: 'Get "http://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused',
    code: "network",
  },
  {
    why: "a name that nobody has",
    url: "http://nobody.invalid/",
    want: /^Get "http:\/\/nobody.invalid\/": dial tcp: lookup nobody.invalid: (?:no such host|server misbehaving)$/,
    code: "network",
  },
  { why: "no URL at all", url: "http://a b/", want: 'parse "http://a b/": invalid character " " in host name', code: "request" },
  { why: "a broken escape", url: "http://u:p@a/%zz", want: 'parse "http://u:xxxxx@a/%zz": invalid URL escape "%zz"', code: "request" },
  { why: "a path alone", url: "nonsense", want: 'Get "nonsense": unsupported protocol scheme ""', code: "request" },
  { why: "a URL without a host", url: "http:///x", want: 'Get "http:///x": http: no Host in request URL', code: "request" },
  {
    why: "a port that is none",
    url: "http://a:99999/",
    want: 'Get "http://a:99999/": dial tcp: address 99999: invalid port',
    code: "network",
  },
  { why: "another protocol", url: "ftp://x/", want: 'Get "ftp://x/": unsupported protocol scheme "ftp"', code: "request" },
])("$why is told in Go's words", async ({ url, want, code }) => {
  const error = (await ask(undefined, { url }).catch((reason: unknown) => reason)) as Error;
  expect(error).toMatchObject({ name: "HttpClientError", code });
  expect(error.message).toMatch(want);
});

/** A server that says these bytes to whatever it hears, and then does as it is told. */
async function crude(answer: string, then: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => (answer === "" ? then(socket) : socket.write(answer, () => then(socket))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test.each([
  { why: "an end without any answer", answer: "", want: /: EOF$/ },
  { why: "an end within the head of an answer", answer: "HTTP/1.1 200 OK\r\nConten", want: "unexpected EOF" },
  { why: "half a body", answer: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", want: "unexpected EOF" },
  { why: "half a packed body", answer: `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n`, want: "unexpected EOF" },
  { why: "an answer that isn't HTTP", answer: "SSH-2.0-OpenSSH\r\n", want: "malformed HTTP response" },
])("$why is told", async ({ answer, want }) => {
  const url = await crude(answer, (socket) => socket.end());
  await expect(ask(undefined, { url })).rejects.toThrow(want);
});

test("a connection that was cut is told", async () => {
  const url = await crude("", (socket) => socket.resetAndDestroy());
  await expect(ask(undefined, { url })).rejects.toThrow(/connection reset by peer|EOF/);
});

test("a body that isn't what it says is told", async () => {
  const url = await origin((_req, res) => res.writeHead(200, { "Content-Encoding": "gzip" }).end("plain text"));
  await expect(ask(undefined, { url })).rejects.toThrow("gzip: invalid header");
});

test.each([
  { why: "an answer that doesn't come", respond: (() => undefined) as RequestListener },
  { why: "a body that doesn't end", respond: ((_req, res) => void res.write("x")) as RequestListener },
])("$why meets the time limit, or the caller's abort", async ({ respond }) => {
  const url = await origin(respond);
  const late = clientOf().request({ url, signal: AbortSignal.timeout(50) });
  await expect(late).rejects.toMatchObject({ code: "timeout", message: expect.stringMatching(/context deadline exceeded$/) });
  const abort = new AbortController();
  const dropped = clientOf().request({ url, signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  await expect(dropped).rejects.toMatchObject({ code: "canceled", message: expect.stringMatching(/context canceled$/) });
});

test("connections are kept, and one that the server has closed meanwhile does no harm to a GET", async () => {
  let connections = 0;
  const server = createServer((_req, res) => res.end("ok"));
  server.on("connection", (socket) => {
    connections++;
    // Closed by surprise at the second request, as by a server whose idle time is over.
    let heard = 0;
    socket.on("data", () => {
      heard++;
      if (heard === 2) socket.destroy();
    });
  });
  const { port } = await start(server);
  const client = clientOf();
  for (let i = 0; i < 2; i++) {
    const { status } = await client.request({ url: `http://127.0.0.1:${port}/`, signal: AbortSignal.timeout(5000) });
    expect(status).toBe(200);
  }
  expect(connections).toBe(2);
});

test("a POST is not sent twice", async () => {
  let requests = 0;
  const server = createServer((req, res) => {
    requests++;
    if (requests === 1) res.end("ok");
    else req.socket.destroy();
  });
  const { port } = await start(server);
  const client = clientOf();
  const post = (): Promise<unknown> =>
    client.request({ url: `http://127.0.0.1:${port}/`, method: "POST", body: "x", signal: AbortSignal.timeout(5000) });
  await post();
  await expect(post()).rejects.toThrow(/^Post /);
  expect(requests).toBe(2);
});

test.each([
  { url: "http://web.1:9090/", want: "web.1:9090", why: "a last label that is a number makes no address" },
  { url: "http://0x7f000001/", want: "0x7f000001", why: "nor does a number alone" },
  { url: "http://127.1:80/", want: "127.1:80", why: "a short address stays as it was written, as does the port" },
  { url: "http://Web:/", want: "Web", why: "a colon without a port is left out" },
  { url: "http://xn--a/", want: "xn--a", why: "a name that is no Punycode is a name" },
  { url: "http://bücher.example/", want: "xn--bcher-kva.example", why: "names of other alphabets go in ASCII" },
  { url: "http://[fe80::1%25eth0]:80/", want: "[fe80::1]:80", why: "a zone is not told" },
])("the host of $url is $want: $why", async ({ url, want }) => {
  const path = `${file("x", "")}.sock`;
  const server = createServer((req, res) => res.end(req.headers.host));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  afterTest(() => server.close());
  const client = createHttpClient(undefined, { userAgent: "t", socketPath: path });
  afterTest(client.close);
  const { body } = await client.request({ url, signal: AbortSignal.timeout(5000) });
  expect(Buffer.from(body).toString()).toBe(want);
});

test("names that every object of JavaScript has are headers like any other", async () => {
  const { raw } = await echoed("http_headers: {__proto__: {values: [a]}, constructor: {values: [b, c]}, toString: {secrets: [d]}}", {
    headers: { ["__proto__"]: "own" },
  });
  const sent = raw.flatMap((name, i) => (/proto|constructor|tostring/i.test(name) ? [[name.toLowerCase(), raw[i + 1]]] : []));
  expect(sent).toEqual([
    ["__proto__", "own"],
    ["__proto__", "a"],
    ["constructor", "b"],
    ["constructor", "c"],
    ["tostring", "d"],
  ]);
});

test("an error has its reason without the URL, which may be a secret", async () => {
  const url = await origin((_req, res) => res.writeHead(302, { Location: "http://127.0.0.1:1/%zz" }).end());
  await expect(ask(undefined, { url, method: "POST" })).rejects.toMatchObject({
    operation: "Post",
    reason: expect.stringMatching(/^failed to parse Location header "http:\/\/127.0.0.1:1\/%zz": parse /),
  });
  await expect(ask(undefined, { url: "http://127.0.0.1:1/token" })).rejects.toMatchObject({
    operation: "Get",
    reason: "dial tcp 127.0.0.1:1: connect: connection refused",
  });
});

test("a socket path is dialled instead of the address", async () => {
  const path = `${file("x", "")}.sock`;
  const server = createServer((_req, res) => res.end("by socket"));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  afterTest(() => server.close());
  const client = createHttpClient(undefined, { userAgent: "t", socketPath: path });
  afterTest(client.close);
  const { body } = await client.request({ url: "http://name/", signal: AbortSignal.timeout(5000) });
  expect(Buffer.from(body).toString()).toBe("by socket");
});
