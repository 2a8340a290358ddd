import { Agent, request } from "node:https";
import { utimesSync, writeFileSync } from "node:fs";
import { connect as tlsConnect, type ConnectionOptions } from "node:tls";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import bcrypt from "bcryptjs";
import { createApp, type Listening } from "../../src/index.ts";
import { createAuthority, type Authority, type Certificate } from "@ferula/test-certificates";
import { cleanUp, file, folder, recordingLogger, send, serve, talk } from "../support.ts";

let authority: Authority;
let server: Certificate;
let client: Certificate;
let stranger: Certificate;
beforeAll(async () => {
  authority = await createAuthority("ours");
  server = await authority.issue(["127.0.0.1"]);
  client = await authority.issue(["client.example", "10.0.0.1"]);
  stranger = await (await createAuthority("theirs")).issue(["client.example"]);
});
afterEach(cleanUp);

const hash = bcrypt.hashSync("secret", 4);
const basic = (user: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});

function helloApp(): ReturnType<typeof createApp> {
  const app = createApp();
  app.get("/", (_req, res) => void res.send("hello"));
  return app;
}

function serveWith(webFile: string, name: string = "web.yml"): Promise<Listening> {
  return serve(helloApp(), { webConfigFile: file(name, webFile) });
}

test.each([
  { why: "nobody", headers: {}, want: 401 },
  { why: "a wrong password", headers: basic("joe", "wrong"), want: 401 },
  { why: "an unknown user", headers: basic("ann", "secret"), want: 401 },
  { why: "something else than Basic", headers: { authorization: "Bearer secret" }, want: 401 },
  { why: "the right password", headers: basic("joe", "secret"), want: 200 },
])("$why is answered with $want, on every path", async ({ headers, want }) => {
  const { urls } = await serveWith(`basic_auth_users: {joe: ${hash}}`);
  const { status, headers: answered } = await send(`${urls[0]}/`, { headers });
  expect(status).toBe(want);
  expect(answered["www-authenticate"]).toBe(want === 401 ? "Basic" : undefined);
  expect((await send(`${urls[0]}/-/healthy`, { headers })).status).toBe(want === 401 ? 401 : 404);
});

test("a user who is taken out of the file is out at once, and one who is put in is in", async () => {
  const path = file("web.yml", `basic_auth_users: {joe: ${hash}}`);
  const { urls } = await serve(helloApp(), { webConfigFile: path });
  const status = async (user: string): Promise<number> => (await send(`${urls[0]}/`, { headers: basic(user, "secret") })).status;
  expect([await status("joe"), await status("ann")]).toEqual([200, 401]);
  writeFileSync(path, `basic_auth_users: {ann: ${hash}}`);
  expect([await status("joe"), await status("ann")]).toEqual([401, 200]);
});

test("a file that breaks later is logged, and the last good one stays", async () => {
  const path = file("web.yml", `basic_auth_users: {joe: ${hash}}`);
  const { logger, lines } = recordingLogger();
  const { urls } = await serve(helloApp(), { webConfigFile: path, logger });
  writeFileSync(path, "basic_auth_users: [");
  expect((await send(`${urls[0]}/`)).status).toBe(401);
  expect((await send(`${urls[0]}/`, { headers: basic("joe", "secret") })).status).toBe(200);
  expect(lines.filter((line) => line.includes("Unable to reload the web configuration"))).toHaveLength(1);
});

test("headers of the file are on every answer, also on refusals", async () => {
  const { urls } = await serveWith(`http_server_config: {headers: {X-Frame-Options: deny}}\nbasic_auth_users: {joe: ${hash}}`);
  expect((await send(`${urls[0]}/`)).headers["x-frame-options"]).toBe("deny");
  expect((await send(`${urls[0]}/none`, { headers: basic("joe", "secret") })).headers["x-frame-options"]).toBe("deny");
});

test.each([
  { text: "tls_server_config: {cert_file: a}", want: "web.yml:1:20: tls_server_config.key_file: missing one of key or key_file" },
  { text: "tls_server_config: {key_file: a}", want: "tls_server_config.cert_file: missing one of cert or cert_file" },
  {
    text: "tls_server_config: {cert_file: a, key_file: b, client_ca_file: c}",
    want: "client CA's have been configured without a Client Auth Policy",
  },
  { text: "tls_server_config: {client_auth_type: Sometimes}", want: "missing one of cert or cert_file" },
  { text: "tls_server_config: {client_auth_type: Sometimes}", want: "invalid ClientAuth: Sometimes" },
  {
    text: "tls_server_config: {cert_file: /nowhere/c, key_file: /nowhere/k}",
    want: "failed to read cert_file (/nowhere/c): open /nowhere/c: no such file or directory",
  },
  { text: "tls_server_config: {cert: x, key: y}", want: "failed to load X509KeyPair" },
  { text: "tls_server_config: {cipher_suites: [a]}", want: "tls_server_config.cipher_suites[0]: unknown cipher: a" },
  { text: "tls_server_config: {cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]}", want: "unknown cipher: TLS_RSA_WITH_AES_128_CBC_SHA" },
  { text: "tls_server_config: {curve_preferences: [P256]}", want: "tls_server_config.curve_preferences[0]: unknown curve: P256" },
  { text: "tls_server_config: {min_version: TLS14}", want: "tls_server_config.min_version: unknown TLS version: TLS14" },
  { text: "tls_server_config: {min_version: TLS13, max_version: TLS12}", want: "no supported versions satisfy MinVersion and MaxVersion" },
  { text: "http_server_config: {headers: {X-Other: a}}", want: 'HTTP header "X-Other" can not be configured' },
  {
    text: "http_server_config: {headers: {X-Frame-Options: maybe}}",
    want: 'invalid value for X-Frame-Options. Expected one of: ["deny" "sameorigin"], but got: "maybe"',
  },
  { text: 'http_server_config: {headers: {X-Frame-Options: ""}}', want: 'but got: ""' },
  { text: "http_server_config: {headers: {X-Content-Type-Options: NoSniff}}", want: 'Expected one of: ["nosniff"], but got: "NoSniff"' },
  {
    text: 'http_server_config: {headers: {Strict-Transport-Security: "a\\r\\nSet-Cookie: b"}}',
    want: "holds characters that a header can't",
  },
  {
    text: "basic_auth_users: {joe: secret}",
    want: "basic_auth_users.joe: crypto/bcrypt: hashedSecret too short to be a bcrypted password",
  },
  { text: "basic_auth_user: {}", want: "field basic_auth_user not found (did you mean basic_auth_users?)" },
  { text: "rate_limit: {interval: often}", want: "rate_limit.interval: " },
  { text: "rate_limit: {bursts: 1}", want: "field bursts not found" },
])("$text is refused at the start", async ({ text, want }) => {
  await expect(serveWith(text)).rejects.toThrow(want);
});

test("a file that is not there is told", async () => {
  await expect(serve(helloApp(), { webConfigFile: "/nowhere/web.yml" })).rejects.toThrow(
    "cannot read the web configuration: open /nowhere/web.yml: no such file or directory",
  );
});

test("a section that asks for nothing leaves TLS off", async () => {
  const { urls } = await serveWith("tls_server_config: {min_version: TLS13}");
  expect((await send(`${urls[0]}/`)).text).toBe("hello");
});

/** The body of an answer over TLS, or what kept it from coming. */
function secureGet(url: string, certificate?: Certificate): Promise<string> {
  return new Promise((resolve) => {
    const agent = new Agent({ ca: authority.cert, ...certificate });
    request(url, { agent }, (response) => {
      response.setEncoding("utf8").on("data", resolve);
      response.on("end", () => agent.destroy());
    })
      .on("error", () => resolve("refused"))
      .end();
  });
}

const pair = (): string => `cert: ${JSON.stringify(server.cert)}\n  key: ${JSON.stringify(server.key)}`;

test.each([
  { type: "NoClientCert", none: "hello", known: "hello", unknown: "hello" },
  { type: "RequestClientCert", none: "hello", known: "hello", unknown: "hello" },
  { type: "RequireAnyClientCert", none: "refused", known: "hello", unknown: "hello" },
  { type: "RequireClientCert", none: "refused", known: "hello", unknown: "hello" },
  { type: "VerifyClientCertIfGiven", none: "hello", known: "hello", unknown: "refused" },
  { type: "RequireAndVerifyClientCert", none: "refused", known: "hello", unknown: "refused" },
])("$type: without a certificate $none, with a known one $known, with an unknown one $unknown", async ({ type, none, known, unknown }) => {
  const ca = type === "NoClientCert" ? "" : `\n  client_ca: ${JSON.stringify(authority.cert)}`;
  const { urls } = await serveWith(`tls_server_config:\n  ${pair()}${ca}\n  client_auth_type: ${type}`);
  expect(urls[0]).toMatch(/^https:/);
  expect([await secureGet(urls[0]), await secureGet(urls[0], client), await secureGet(urls[0], stranger)]).toEqual([none, known, unknown]);
});

test.each([
  { sans: "[other.example, client.example]", want: "hello" },
  { sans: "[10.0.0.1]", want: "hello" },
  { sans: "[other.example]", want: "refused" },
  { sans: "[example]", want: "refused" },
])("client_allowed_sans $sans: $want", async ({ sans, want }) => {
  const { urls } = await serveWith(
    `tls_server_config:\n  ${pair()}\n  client_ca: ${JSON.stringify(authority.cert)}\n  client_auth_type: RequireAndVerifyClientCert\n  client_allowed_sans: ${sans}`,
  );
  expect(await secureGet(urls[0], client)).toBe(want);
});

test("a renewed certificate is shown to the very next client", async () => {
  const dir = folder();
  file("cert.pem", server.cert, dir);
  file("key.pem", server.key, dir);
  const path = file("web.yml", "tls_server_config: {cert_file: cert.pem, key_file: key.pem}", dir);
  const { urls } = await serve(helloApp(), { webConfigFile: path });
  const shown = (): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const socket = tlsConnect({ port: Number(new URL(urls[0]).port), host: "127.0.0.1", ca: authority.cert }, () => {
        resolve(socket.getPeerCertificate().subjectaltname);
        socket.destroy();
      }).on("error", reject);
    });
  expect(await shown()).toBe("IP Address:127.0.0.1");
  const renewed = await authority.issue(["127.0.0.1", "renewed.example"]);
  // A certificate without its key is half a renewal: the old one stays until the key is there.
  file("cert.pem", renewed.cert, dir);
  expect(await shown()).toBe("IP Address:127.0.0.1");
  file("key.pem", renewed.key, dir);
  expect(await shown()).toBe("IP Address:127.0.0.1, DNS:renewed.example");
});

test("HTTP/2 without a suite that all of its clients know is refused at the start", async () => {
  const text = `tls_server_config:\n  ${pair()}\n  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA]`;
  await expect(serveWith(text)).rejects.toThrow("http2: TLSConfig.CipherSuites is missing an HTTP/2-required AES_128_GCM_SHA256 cipher");
  await serveWith(`${text}\nhttp_server_config: {http2: false}`);
});

interface Handshake {
  readonly protocol: string | null;
  readonly cipher: string;
}

/** What a client with these options agrees on with the server; undefined when they don't. */
function handshake(url: string, options: ConnectionOptions): Promise<Handshake | undefined> {
  return new Promise((resolve) => {
    const socket = tlsConnect({ port: Number(new URL(url).port), host: "127.0.0.1", ca: authority.cert, ...options }, () => {
      resolve({ protocol: socket.getProtocol(), cipher: socket.getCipher().standardName });
      socket.destroy();
    });
    socket.on("error", () => resolve(undefined));
  });
}

const OLD: ConnectionOptions = { minVersion: "TLSv1", ciphers: "ALL:@SECLEVEL=0" };
const TLS12 = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
const ECDSA_256 = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
const ECDSA_128 = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";

test.each([
  { why: "the newest", keys: "", client: {}, want: { protocol: "TLSv1.3" } },
  { why: "the most that is allowed", keys: "max_version: TLS12", client: {}, want: { protocol: "TLSv1.2" } },
  { why: "nothing below TLS 1.2 by itself", keys: "", client: { ...OLD, maxVersion: "TLSv1.1" }, want: undefined },
  {
    why: "TLS 1.1 when it is wanted",
    keys: "min_version: TLS11",
    client: { ...OLD, maxVersion: "TLSv1.1" },
    want: { protocol: "TLSv1.1" },
  },
  { why: "TLS 1.0 when it is wanted", keys: "min_version: TLS10", client: { ...OLD, maxVersion: "TLSv1" }, want: { protocol: "TLSv1" } },
  { why: "nothing below what is wanted", keys: "min_version: TLS11", client: { ...OLD, maxVersion: "TLSv1" }, want: undefined },
  { why: "a suite of Go's by itself", keys: "", client: { ...TLS12, ciphers: "ALL" }, want: { cipher: ECDSA_128 } },
  { why: "no suite that Go leaves out", keys: "", client: { ...TLS12, ciphers: "ECDHE-ECDSA-AES128-SHA256" }, want: undefined },
  { why: "a suite that is named", keys: `http2: false, cipher_suites: [${ECDSA_256}]`, client: TLS12, want: { cipher: ECDSA_256 } },
  {
    why: "the server's choice, in Go's order",
    keys: `prefer_server_cipher_suites: false, cipher_suites: [${ECDSA_256}, ${ECDSA_128}]`,
    client: { ...TLS12, ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256" },
    want: { cipher: ECDSA_128 },
  },
  {
    why: "no suite that isn't named",
    keys: `cipher_suites: [${ECDSA_128}]`,
    client: { ...TLS12, ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384" },
    want: undefined,
  },
  { why: "TLS 1.3 whatever is named", keys: `cipher_suites: [${ECDSA_128}]`, client: {}, want: { protocol: "TLSv1.3" } },
  {
    why: "nothing but TLS 1.3 when only its suites are",
    keys: "http2: false, cipher_suites: [TLS_AES_128_GCM_SHA256]",
    client: TLS12,
    want: undefined,
  },
  { why: "a curve that is named", keys: "curve_preferences: [CurveP384]", client: { ecdhCurve: "P-384" }, want: { protocol: "TLSv1.3" } },
  { why: "no curve that isn't", keys: "curve_preferences: [CurveP384, X25519]", client: { ecdhCurve: "P-256" }, want: undefined },
] as const)("$why is agreed on: $keys", async ({ keys, client: options, want }) => {
  // The switch of HTTP/2 stands in another section.
  const section = keys.replace("http2: false, ", "");
  const more = section === keys ? "" : "\nhttp_server_config: {http2: false}";
  const { urls } = await serveWith(`tls_server_config:\n  ${pair()}\n  ${section.replaceAll(/, (?=[a-z_]+:)/g, "\n  ")}${more}`);
  const agreed = await handshake(urls[0], options);
  if (want === undefined) expect(agreed).toBeUndefined();
  else expect(agreed).toMatchObject(want);
});

test("TLS versions below the least are refused", async () => {
  const { urls } = await serveWith(`tls_server_config:\n  ${pair()}\n  min_version: TLS13`);
  const outcome = await new Promise<string>((resolve) => {
    const socket = tlsConnect({ port: Number(new URL(urls[0]).port), host: "127.0.0.1", ca: authority.cert, maxVersion: "TLSv1.2" }, () =>
      resolve("connected"),
    );
    socket.on("error", () => resolve("refused"));
  });
  expect(outcome).toBe("refused");
});

test("plain HTTP at a TLS port is told so", async () => {
  const { urls } = await serveWith(`tls_server_config:\n  ${pair()}`);
  expect(await talk(urls[0], "GET / HTTP/1.1\r\nHost: x\r\n\r\n")).toBe(
    "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
  );
});

test("a file that is only touched changes nothing", async () => {
  const path = file("web.yml", `basic_auth_users: {joe: ${hash}}`);
  const { urls } = await serve(helloApp(), { webConfigFile: path });
  utimesSync(path, 1, 1);
  expect((await send(`${urls[0]}/`, { headers: basic("joe", "secret") })).status).toBe(200);
});
