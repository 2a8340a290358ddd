import { Agent, request } from "node:https";
import { utimesSync, writeFileSync } from "node:fs";
import { connect as tlsConnect } from "node:tls";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import bcrypt from "bcryptjs";
import { createApp, type Listening } from "../../src/index.ts";
import { createAuthority, type Authority, type Certificate } from "../certificates.ts";
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
  {
    text: "tls_server_config: {cert_file: a, key_file: b, client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [x]}",
    want: "client_allowed_sans requires client_auth_type to be one of RequireAnyClientCert or RequireAndVerifyClientCert",
  },
  { text: "tls_server_config: {client_auth_type: Sometimes}", want: 'unknown value "Sometimes"' },
  { text: "tls_server_config: {cert_file: /nowhere/c, key_file: /nowhere/k}", want: "failed to read cert_file (/nowhere/c): ENOENT" },
  { text: "tls_server_config: {cert: x, key: y}", want: "failed to load X509KeyPair" },
  { text: "tls_server_config: {cipher_suites: [a]}", want: "tls_server_config.cipher_suites: is not supported yet" },
  { text: "http_server_config: {headers: {X-Other: a}}", want: 'HTTP header "X-Other" can not be configured' },
  { text: "http_server_config: {headers: {X-Frame-Options: maybe}}", want: 'invalid value for X-Frame-Options: "maybe"' },
  {
    text: 'http_server_config: {headers: {Strict-Transport-Security: "a\\r\\nSet-Cookie: b"}}',
    want: "holds characters that a header can't",
  },
  { text: "basic_auth_users: {joe: secret}", want: "basic_auth_users.joe: the password of joe is not a bcrypt hash" },
  { text: "basic_auth_user: {}", want: "field basic_auth_user not found (did you mean basic_auth_users?)" },
  { text: "rate_limit: {interval: 1s}", want: "rate_limit: is not supported yet" },
])("$text is refused at the start", async ({ text, want }) => {
  await expect(serveWith(text)).rejects.toThrow(want);
});

test("a file that is not there is told", async () => {
  await expect(serve(helloApp(), { webConfigFile: "/nowhere/web.yml" })).rejects.toThrow("cannot read the web configuration: ENOENT");
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
