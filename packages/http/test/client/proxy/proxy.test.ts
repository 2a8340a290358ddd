import { createServer as createTcpServer, connect, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { createAuthority, type Authority, type Certificate } from "@ferula/test-certificates";
import { cleanUp } from "../../support.ts";
import { ask, askWith, clientOf, echo, listening, plainOrigin, proxyServer, secureOrigin, type Echo } from "../servers.ts";

let authority: Authority;
let certificate: Certificate;
let trust: string;
const before = { ...process.env };
beforeAll(async () => {
  authority = await createAuthority("ours");
  certificate = await authority.issue(["127.0.0.1", "far.example"]);
  trust = `tls_config: {ca: ${JSON.stringify(authority.cert)}}`;
});
afterEach(async () => {
  await cleanUp();
  for (const name of ["http_proxy", "https_proxy", "no_proxy"]) delete process.env[name];
});
afterAll(() => void Object.assign(process.env, before));

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

test("a request in the clear is forwarded: whole URL, the target's name, the proxy's credentials and no others of the proxy's", async () => {
  const proxy = await proxyServer();
  const config = `{proxy_url: 'http://joe:p%40ss@127.0.0.1:${proxy.port}', proxy_connect_header: {X-Tunnel: [a]}, authorization: {credentials: t}}`;
  const { text } = await ask(config, { url: "http://far.example:81/a?b=c" });
  const seen = JSON.parse(text) as Echo;
  expect(seen.url).toBe("http://far.example:81/a?b=c");
  expect(seen.headers).toMatchObject({ host: "far.example:81", authorization: "Bearer t", "proxy-authorization": basic("joe:p@ss") });
  expect(Object.keys(seen.headers)).not.toContain("x-tunnel");
});

test("a target whose last label is a number is asked for by its name, in the clear and through a tunnel", async () => {
  const proxy = await proxyServer();
  const client = clientOf(`proxy_url: 'http://127.0.0.1:${proxy.port}'`);
  expect((JSON.parse((await askWith(client, { url: "http://web.1:9090/a" })).text) as Echo).url).toBe("http://web.1:9090/a");
  await askWith(client, { url: "https://web.1/b" }).catch(() => undefined);
  expect(proxy.asked.map(({ line }) => line)).toEqual(["GET http://web.1:9090/a", "CONNECT web.1:443"]);
});

test("a request by TLS goes through a tunnel, whose headers the target doesn't see", async () => {
  const proxy = await proxyServer();
  const url = (await secureOrigin(echo, certificate)).replace("127.0.0.1", "far.example");
  const config = `{${trust}, enable_http2: false, proxy_url: 'http://joe:pass@127.0.0.1:${proxy.port}', proxy_connect_header: {X-Tunnel: [a, b]}}`;
  const client = clientOf(config);
  for (let i = 0; i < 6; i++) {
    const seen = JSON.parse((await askWith(client, { url: `${url}/x` })).text) as Echo;
    expect(seen.url).toBe("/x");
    expect(Object.keys(seen.headers)).not.toContain("proxy-authorization");
    expect(Object.keys(seen.headers)).not.toContain("x-tunnel");
  }
  const { host } = new URL(url);
  expect(proxy.asked[0]).toEqual({
    line: `CONNECT ${host}`,
    headers: { host, "proxy-authorization": basic("joe:pass"), "x-tunnel": "a, b", "user-agent": "Test/1" },
  });
  // A tunnel is kept. A request may come a moment before that of the one before is free.
  expect(proxy.asked.length).toBeLessThanOrEqual(2);
});

test("a proxy may itself speak TLS, for both kinds of requests", async () => {
  const proxy = await proxyServer({ certificate });
  const far = await secureOrigin(echo, certificate);
  const client = clientOf(`{${trust}, proxy_url: 'https://127.0.0.1:${proxy.port}'}`);
  expect((await askWith(client, { url: "http://far.example/" })).status).toBe(200);
  expect((await askWith(client, { url: far })).status).toBe(200);
  expect(proxy.asked.map(({ line }) => line)).toEqual(["GET http://far.example/", `CONNECT ${new URL(far).host}`]);
});

test("what no_proxy names goes directly", async () => {
  const proxy = await proxyServer();
  const url = await plainOrigin(echo);
  const { text } = await ask(`{proxy_url: 'http://127.0.0.1:${proxy.port}', no_proxy: nothing}`, { url: `${url}/direct` });
  expect((JSON.parse(text) as Echo).url).toBe("/direct");
  expect(proxy.asked).toEqual([]);
});

test("the environment's proxy is used where the section asks for it, and otherwise is not", async () => {
  const proxy = await proxyServer();
  process.env["http_proxy"] = `127.0.0.1:${proxy.port}`;
  const { text } = await ask("proxy_from_environment: true", { url: "http://far.example/" });
  expect((JSON.parse(text) as Echo).url).toBe("http://far.example/");
  await expect(ask(undefined, { url: "http://nobody.invalid/" })).rejects.toThrow("lookup nobody.invalid");
});

test.each([
  { refusal: "403 Forbidden", want: "Forbidden" },
  { refusal: "407 Proxy Authentication Required", want: "Proxy Authentication Required" },
])("a tunnel that is refused with $refusal is told in the proxy's words, without its credentials", async ({ refusal, want }) => {
  const proxy = await proxyServer({ refusal });
  const error = (await ask(`proxy_url: 'http://joe:SECRET@127.0.0.1:${proxy.port}'`, { url: "https://far.example/" }).catch(
    (reason: unknown) => reason,
  )) as Error;
  expect(error).toMatchObject({ code: "network", message: `Get "https://far.example/": ${want}` });
});

test.each([
  { url: "http://far.example/", want: 'Get "http://far.example/": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused' },
  { url: "https://far.example/", want: 'Get "https://far.example/": proxyconnect tcp: dial tcp 127.0.0.1:1: connect: connection refused' },
])("a proxy that can't be reached is told for $url", async ({ url, want }) => {
  await expect(ask("proxy_url: http://127.0.0.1:1", { url })).rejects.toMatchObject({ code: "network", message: want });
});

test("a proxy that is silent meets the time limit, and doesn't hold the client", async () => {
  const port = await listening(createTcpServer(() => undefined));
  const client = clientOf(`proxy_url: 'http://127.0.0.1:${port}'`);
  const asked = client.request({ url: "https://far.example/", signal: AbortSignal.timeout(50) });
  await expect(asked).rejects.toMatchObject({ code: "timeout" });
  await client.close();
});

/** A SOCKS 5 proxy that leads every name to this machine, and notes what it was asked. */
async function socksServer(password: string | undefined, reply: number = 0): Promise<{ readonly port: number; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createTcpServer((socket: Socket) => {
    let held = Buffer.alloc(0);
    let stage = 0;
    socket.on("data", function listen(bytes: Buffer) {
      held = Buffer.concat([held, bytes]);
      if (stage === 0 && held.length >= 2 + held[1]) {
        const isOffered = held.subarray(2).includes(password === undefined ? 0 : 2);
        socket.write(Uint8Array.of(5, isOffered ? (password === undefined ? 0 : 2) : 0xff));
        held = Buffer.alloc(0);
        stage = password === undefined ? 2 : 1;
      } else if (stage === 1) {
        const name = held.subarray(2, 2 + held[1]).toString();
        const given = held.subarray(3 + held[1]).toString();
        asked.push(`${name}:${given}`);
        socket.write(Uint8Array.of(1, given === password ? 0 : 1));
        held = Buffer.alloc(0);
        stage = 2;
      } else if (stage === 2) {
        const host = held[3] === 3 ? held.subarray(5, 5 + held[4]).toString() : held.subarray(4, held.length - 2).join(".");
        const port = held.readUInt16BE(held.length - 2);
        asked.push(`${host}:${port}`);
        socket.off("data", listen);
        // In pieces, as it may come over a network.
        socket.write(Uint8Array.of(5, reply));
        setTimeout(() => socket.write(Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0)), 5);
        const far = connect(port, "127.0.0.1");
        far.on("error", () => socket.destroy());
        far.pipe(socket);
        socket.pipe(far);
      }
    });
    socket.on("error", () => undefined);
  });
  return { port: await listening(server), asked };
}

test("requests of both kinds go by a SOCKS proxy, which resolves the name", async () => {
  const proxy = await socksServer("pass");
  const plain = (await plainOrigin(echo)).replace("127.0.0.1", "far.example");
  const far = await secureOrigin(echo, certificate);
  const client = clientOf(`{${trust}, proxy_url: 'socks5://joe:pass@127.0.0.1:${proxy.port}'}`);
  expect(JSON.parse((await askWith(client, { url: `${plain}/x` })).text)).toMatchObject({ url: "/x" });
  expect(JSON.parse((await askWith(client, { url: `${far}/y`, method: "POST", body: "b" })).text)).toMatchObject({ url: "/y", body: "b" });
  expect(proxy.asked).toEqual(["joe:pass", new URL(plain).host, "joe:pass", new URL(far).host]);
});

test.each([
  { why: "a wrong password", user: "joe:wrong@", password: "pass", reply: 0, want: "username/password authentication failed" },
  { why: "a proxy that wants a password", user: "", password: "pass", reply: 0, want: "no acceptable authentication methods" },
  { why: "a target that refuses", user: "", password: undefined, reply: 5, want: "unknown error connection refused" },
])("$why is told in Go's words", async ({ user, password, reply, want }) => {
  const proxy = await socksServer(password, reply);
  const error = (await ask(`proxy_url: 'socks5://${user}127.0.0.1:${proxy.port}'`, { url: "http://far.example/" }).catch(
    (reason: unknown) => reason,
  )) as Error;
  expect(error.message).toBe(`Get "http://far.example/": socks connect tcp 127.0.0.1:${proxy.port}->far.example:80: ${want}`);
});
