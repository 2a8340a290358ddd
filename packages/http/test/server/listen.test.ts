import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { request as secureRequest } from "node:https";
import { afterEach, expect, test } from "@jest/globals";
import { createApp, listen } from "../../src/index.ts";
import { createAuthority } from "@ferula/test-certificates";
import { afterTest, cleanUp, file, recordingLogger, send, serve, talk } from "../support.ts";

afterEach(cleanUp);

function helloApp(): ReturnType<typeof createApp> {
  const app = createApp();
  app.get("/", (_req, res) => void res.send("hello"));
  return app;
}

test("several addresses are listened on, and told with the ports that the system chose", async () => {
  const { addresses, urls } = await serve(helloApp(), { addresses: ["127.0.0.1:0", "localhost:0"] });
  expect(addresses).toHaveLength(2);
  expect(addresses[0]).toMatch(/^127\.0\.0\.1:[1-9]\d*$/);
  for (const url of urls) expect((await send(url)).text).toBe("hello");
});

test("an address without a host is every address", async () => {
  const { addresses, urls } = await serve(helloApp(), { addresses: [":0"] });
  expect(addresses[0]).toMatch(/^(?:\[::\]|0\.0\.0\.0):\d+$/);
  expect((await send(urls[0].replace("localhost", "127.0.0.1"))).text).toBe("hello");
});

test("0.0.0.0 is every address too, of both families where there are both", async () => {
  const [any, all] = [await serve(helloApp(), { addresses: ["0.0.0.0:0"] }), await serve(helloApp(), { addresses: [":0"] })];
  const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(":"));
  expect(hostOf(any.addresses[0])).toBe(hostOf(all.addresses[0]));
});

test.each([
  { address: "nonsense", want: 'cannot listen on "nonsense": it is not an address such as 0.0.0.0:9090' },
  { address: "127.0.0.1:70000", want: 'cannot listen on "127.0.0.1:70000"' },
  { address: "vsock://:9090", want: 'cannot listen on "vsock://:9090": vsock is not supported' },
  { address: "::1:9090", want: 'cannot listen on "::1:9090"' },
  { address: "192.0.2.1:0", want: "cannot listen on 192.0.2.1:0: the machine has no such address" },
])("$address is refused", async ({ address, want }) => {
  await expect(serve(helloApp(), { addresses: [address] })).rejects.toThrow(want);
});

test("a taken port is told with the flag, and the other addresses are given back", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  const { port } = holder.address() as AddressInfo;
  const { logger, lines } = recordingLogger();
  const app = helloApp();
  await expect(listen({ app, addresses: ["127.0.0.1:0", `127.0.0.1:${port}`], webConfigFile: "", logger })).rejects.toThrow(
    `cannot listen on 127.0.0.1:${port}: the port is in use by another program; choose another with --web.listen-address`,
  );
  expect(lines).toEqual([]);
  await new Promise((resolve) => holder.close(resolve));
  // Nothing is left of the first attempt.
  expect((await serve(app, { addresses: [`127.0.0.1:${port}`] })).addresses).toEqual([`127.0.0.1:${port}`]);
});

test("it is logged where it listens, and that TLS is off", async () => {
  const { logger, lines } = recordingLogger();
  const { addresses } = await serve(helloApp(), { logger });
  expect(lines[0]).toContain(`msg="Listening on" address=${addresses[0]}`);
  expect(lines[1]).toContain(`msg="TLS is disabled." http2=false address=${addresses[0]}`);
});

test("headers may hold a query as long as Go's servers take, and no more", async () => {
  const { urls } = await serve(helloApp());
  expect((await send(`${urls[0]}/?q=${"x".repeat(1 << 20)}`)).status).toBe(200);
  expect((await send(`${urls[0]}/?q=${"x".repeat((1 << 20) + 4096)}`)).status).toBe(431);
});

test.each([
  { headers: "Host: a\r\n", want: /^HTTP\/1.1 200 /, why: "one Host header is right" },
  { headers: "Host: a\r\nX-Host: b\r\n", want: /^HTTP\/1.1 200 /, why: "another one only looks like it" },
  {
    headers: "Host: a\r\nhost: a\r\n",
    want: /^HTTP\/1.1 400 [^]*\r\nConnection: close\r\n[^]*400 Bad Request$/,
    why: "two are refused, also alike",
  },
  { headers: "", want: /^HTTP\/1.1 400 /, why: "so is none" },
  { headers: "Host: [::1]:9090\r\n", want: /^HTTP\/1.1 200 /, why: "an address of IPv6 is a host" },
  { headers: "Host: a/b@c\r\n", want: /^HTTP\/1.1 400 [^]*400 Bad Request: malformed Host header$/, why: "a path is none" },
  { headers: 'Host: a"><b\r\n', want: /^HTTP\/1.1 400 [^]*malformed Host header$/, why: "nor is markup" },
])("$why", async ({ headers, want }) => {
  const { urls } = await serve(helloApp());
  expect(await talk(urls[0], `GET / HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)).toMatch(want);
});

const CHUNKED = "Transfer-Encoding: chunked\r\n";
const TWO = "0\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

test.each([
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n${CHUNKED}\r\n${TWO}`, why: "two framings" },
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n${TWO}`, why: "two lengths" },
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n${TWO}`, why: "a length with a sign" },
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n${TWO}`, why: "an encoding that is none" },
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n${TWO}`, why: "chunks within another" },
  { bytes: `POST / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n${CHUNKED}\r\n${TWO}`, why: "chunks of HTTP/1.0" },
  { bytes: `POST / HTTP/1.1\r\nHost : a\r\n\r\n${TWO}`, why: "a space before the colon" },
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\nX: a\rY: b\r\n\r\n${TWO}`, why: "half an end of a line" },
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\nX: a\0\r\n\r\n${TWO}`, why: "a header with a zero" },
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\n${CHUNKED}\r\nZZ\r\n${TWO}`, why: "a chunk without a size" },
  { bytes: `POST / HTTP/1.1\r\nHost: a\r\n${CHUNKED}\r\nfffffffffffffffff\r\n${TWO}`, why: "a chunk beyond all bounds" },
  { bytes: `GET /\r\n\r\n${TWO}`, why: "no version" },
])("a request that a proxy may understand otherwise ends the connection, and nothing behind it is heard: $why", async ({ bytes }) => {
  const app = createApp();
  const heard: string[] = [];
  app.use((req, res) => {
    heard.push(req.path);
    req.resume().on("end", () => res.end());
  });
  const { urls } = await serve(app);
  const answers = (await talk(urls[0], bytes)).match(/HTTP\/1\.1 \d+/g);
  expect(answers).toEqual(["HTTP/1.1 400"]);
  expect(heard).not.toContain("/two");
});

test("what comes at once on a connection is answered one after the other, in order", async () => {
  const app = createApp();
  let running = 0;
  const heard: number[] = [];
  app.use(async (req, res) => {
    heard.push(++running);
    await new Promise(setImmediate);
    running--;
    res.end(req.path);
  });
  const { urls } = await serve(app);
  const paths = Array.from({ length: 50 }, (_, i) => `/${i}`);
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n${path === "/49" ? "Connection: close\r\n" : ""}\r\n`);
  expect((await talk(urls[0], requests.join(""))).match(/\/\d+(?=HTTP|$)/g)).toEqual(paths);
  expect(heard).toEqual(paths.map(() => 1));
});

test("of a connection that is gone, nothing more is answered", async () => {
  const { app, started, release } = slowApp();
  const heard: string[] = [];
  app.get("/two", (_req, res) => {
    heard.push("/two");
    res.end();
  });
  const { urls } = await serve(app);
  const socket = await openSocket(urls[0]);
  socket.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n");
  await started;
  socket.destroy();
  await closed(socket);
  // Another connection is heard of later than the end of that one.
  expect((await send(`${urls[0]}/`)).text).toBe("hello");
  release();
  await new Promise(setImmediate);
  expect(heard).toEqual([]);
});

/** An app whose answer to `/slow` waits for `release`. */
function slowApp(): { readonly app: ReturnType<typeof createApp>; readonly started: Promise<void>; readonly release: () => void } {
  const app = helloApp();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  let begin = (): void => undefined;
  const started = new Promise<void>((resolve) => (begin = resolve));
  app.get("/slow", async (_req, res) => {
    begin();
    await released;
    res.send("done");
  });
  return { app, started, release: () => release() };
}

function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.on("error", () => undefined);
    afterTest(() => socket.destroy());
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.resume();
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}

test("closing finishes running requests, and drops what is idle or has not begun", async () => {
  const { app, started, release } = slowApp();
  const listening = await serve(app);
  const fresh = await openSocket(listening.urls[0]);
  const idle = await openSocket(listening.urls[0]);
  idle.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => idle.once("data", resolve));
  const busy = talk(listening.urls[0], "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  await started;
  const ended = listening.close(60_000);
  await Promise.all([closed(fresh), closed(idle)]);
  await expect(send(listening.urls[0])).rejects.toMatchObject({ code: "ECONNREFUSED" });
  release();
  await ended;
  expect(await busy).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\ndone$/);
});

test("closing waits no longer than the deadline", async () => {
  const { app, started } = slowApp();
  const listening = await serve(app);
  const busy = talk(listening.urls[0], "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  await started;
  await listening.close(10);
  expect(await busy).toBe("");
});

test("closing twice is closing once", async () => {
  const listening = await serve(helloApp());
  await Promise.all([listening.close(), listening.close()]);
  await listening.close();
  await expect(send(listening.urls[0])).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("an aborted signal closes", async () => {
  const stop = new AbortController();
  const listening = await serve(helloApp(), { signal: stop.signal });
  const socket = await openSocket(listening.urls[0]);
  stop.abort();
  await closed(socket);
  await expect(send(listening.urls[0])).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("closing over TLS finishes running requests, and drops handshakes that never come", async () => {
  const { cert, key } = await (await createAuthority("ours")).issue(["127.0.0.1"]);
  const { app, started, release } = slowApp();
  const webConfigFile = file("web.yml", `tls_server_config: {cert: ${JSON.stringify(cert)}, key: ${JSON.stringify(key)}}`);
  const listening = await serve(app, { webConfigFile });
  const silent = await openSocket(listening.urls[0]);
  const answer = new Promise<string>((resolve, reject) => {
    secureRequest(`${listening.urls[0]}/slow`, { rejectUnauthorized: false }, (response) => {
      response.setEncoding("utf8").on("data", resolve);
    })
      .on("error", reject)
      .end();
  });
  await started;
  const ended = listening.close(60_000);
  await closed(silent);
  release();
  await ended;
  expect(await answer).toBe("done");
});

test("connections beyond the limit are closed at once, over all addresses together, and there is room again when one ends", async () => {
  const { urls } = await serve(helloApp(), { addresses: ["127.0.0.1:0", "127.0.0.1:0"], maxConnections: 2 });
  const first = await openSocket(urls[0]);
  const second = await openSocket(urls[1]);
  for (const socket of [first, second]) {
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
  }
  expect([await talk(urls[0], "GET / HTTP/1.1\r\n\r\n"), await talk(urls[1], "GET / HTTP/1.1\r\n\r\n")]).toEqual(["", ""]);
  first.destroy();
  let said = "";
  while (said === "") said = await talk(urls[1], "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  expect(said).toContain("hello");
});

test("no address is no service", async () => {
  await expect(serve(helloApp(), { addresses: [] })).rejects.toThrow("no address was given by --web.listen-address");
});

const HEAD = "POST / HTTP/1.1\r\nHost: x\r\n";

test.each([
  { why: "headers that drip in", begin: HEAD, drip: "X-Drip: 1\r\n", want: /^HTTP\/1\.1 408 / },
  { why: "a body that drips in", begin: `${HEAD}Content-Length: 1000000\r\n\r\n`, drip: "x", want: /^HTTP\/1\.1 408 / },
  { why: "a connection on which nothing comes", begin: "", drip: "", want: /^HTTP\/1\.1 408 |^$/ },
  { why: "a connection that has had its answer", begin: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", drip: "", want: /^HTTP\/1\.1 200 [^]*hello$/ },
])("$why are cut when time is up", async ({ begin, drip, want }) => {
  const app = helloApp();
  app.post("/", (req, _res) => void req.resume());
  const { urls } = await serve(app, { readTimeoutMs: 100 });
  const socket = await openSocket(urls[0]);
  let said = "";
  socket.on("data", (chunk) => (said += chunk.toString()));
  socket.write(begin);
  const dripping = setInterval(() => socket.write(drip), 20);
  afterTest(() => clearInterval(dripping));
  await closed(socket);
  expect(said).toMatch(want);
});

test("a handshake that doesn't come is cut when time is up", async () => {
  const { cert, key } = await (await createAuthority("ours")).issue(["127.0.0.1"]);
  const webConfigFile = file("web.yml", `tls_server_config: {cert: ${JSON.stringify(cert)}, key: ${JSON.stringify(key)}}`);
  const { urls } = await serve(helloApp(), { webConfigFile, readTimeoutMs: 100 });
  await closed(await openSocket(urls[0]));
});

test("without sockets from systemd there is nothing to listen on", async () => {
  const { logger, lines } = recordingLogger();
  await expect(serve(helloApp(), { isSystemdSocket: true, logger })).rejects.toThrow("no socket activation file descriptors found");
  expect(lines[0]).toContain("Listening on systemd activated listeners instead of port listeners.");
});
