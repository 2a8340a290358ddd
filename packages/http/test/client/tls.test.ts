import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { rmSync, writeFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import { createHttpClient } from "../../src/index.ts";
import { createAuthority, type Authority, type Certificate } from "@ferula/test-certificates";
import { afterTest, cleanUp, clientConfig, file, folder } from "../support.ts";

let authority: Authority;
let good: Certificate;
beforeAll(async () => {
  authority = await createAuthority("ours");
  good = await authority.issue(["127.0.0.1", "ours.example"]);
});
afterEach(cleanUp);

async function secureServer(certificate: Certificate, options: { readonly requestCert?: boolean } = {}): Promise<string> {
  const server = createServer({ ...certificate, ca: authority.cert, rejectUnauthorized: false, ...options }, (req, res) => {
    const { authorized } = req.socket as unknown as { authorized: boolean };
    res.end(`authorized=${authorized}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function secureServer2(certificate: Certificate): Promise<string> {
  const server = createSecureServer({ ...certificate }, (_req, res) => res.end());
  const sockets = new Set<Socket>();
  server.on("secureConnection", (socket: Socket) => void sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function get(url: string, config: string): Promise<string> {
  const client = createHttpClient(clientConfig(config), { userAgent: "test" });
  afterTest(client.close);
  const { body } = await client.request({ url, signal: AbortSignal.timeout(5000) });
  return Buffer.from(body).toString();
}

test("a server is trusted by the CA of the configuration", async () => {
  const url = await secureServer(good);
  expect(await get(url, `tls_config: {ca_file: ${file("ca.pem", authority.cert)}}`)).toBe("authorized=false");
  expect(await get(url, `tls_config: {ca: ${JSON.stringify(authority.cert)}}`)).toBe("authorized=false");
});

test.each([
  {
    why: "an unknown CA",
    names: ["127.0.0.1"],
    tls: "{}",
    want: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  },
  {
    why: "another host's certificate",
    names: ["other.example"],
    tls: "{ca: CA}",
    want: /x509: cannot validate certificate for 127.0.0.1|x509: certificate is valid for/,
  },
  {
    why: "a server_name that the certificate lacks",
    names: ["127.0.0.1", "a.example"],
    tls: "{ca: CA, server_name: b.example}",
    want: "x509: certificate is valid for 127.0.0.1, a.example, not b.example",
  },
])("$why is refused in Go's words", async ({ names, tls, want }) => {
  const url = await secureServer(await authority.issue(names));
  await expect(get(url, `tls_config: ${tls.replace("CA", JSON.stringify(authority.cert))}`)).rejects.toThrow(want);
});

test("an expired certificate is refused, and taken when nothing is verified", async () => {
  const url = await secureServer(await authority.issue(["127.0.0.1"], { expired: true }));
  await expect(get(url, `tls_config: {ca: ${JSON.stringify(authority.cert)}}`)).rejects.toThrow(
    "x509: certificate has expired or is not yet valid",
  );
  expect(await get(url, "tls_config: {insecure_skip_verify: true}")).toBe("authorized=false");
});

test("server_name stands for the host's name", async () => {
  const url = await secureServer(await authority.issue(["ours.example"]));
  expect(await get(url, `tls_config: {ca: ${JSON.stringify(authority.cert)}, server_name: ours.example}`)).toBe("authorized=false");
});

test("a client shows its certificate", async () => {
  const url = await secureServer(good, { requestCert: true });
  const { cert, key } = await authority.issue(["client.example"]);
  const dir = folder();
  file("cert.pem", cert, dir);
  file("key.pem", key, dir);
  const config = `tls_config: {ca: ${JSON.stringify(authority.cert)}, cert_file: ${dir}/cert.pem, key_file: ${dir}/key.pem}`;
  expect(await get(url, config)).toBe("authorized=true");
});

test.each([
  { why: "over HTTP/1.1", http2: false },
  { why: "over HTTP/2", http2: true },
])("a CA file is read again when it has changed, for the very next request, $why", async ({ http2 }) => {
  const url = http2 ? await secureServer2(good) : await secureServer(good);
  const other = await createAuthority("other");
  const ca = file("ca.pem", other.cert);
  const client = createHttpClient(clientConfig(`tls_config: {ca_file: ${ca}}`), { userAgent: "test" });
  afterTest(client.close);
  const ask = (): Promise<{ readonly status: number }> => client.request({ url, signal: AbortSignal.timeout(5000) });
  await expect(ask()).rejects.toThrow("certificate signed by unknown authority");
  writeFileSync(ca, `${authority.cert}\n`);
  expect((await ask()).status).toBe(200);
  // The connection that is open was trusted, and is so no more.
  writeFileSync(ca, other.cert);
  await expect(ask()).rejects.toThrow("certificate signed by unknown authority");
  rmSync(ca);
  await expect(ask()).rejects.toThrow(
    `Get "${url}": unable to read CA cert: unable to read file ${ca}: open ${ca}: no such file or directory`,
  );
  writeFileSync(ca, authority.cert);
  expect((await ask()).status).toBe(200);
});

test("a Host header of another name asks for no other certificate", async () => {
  const url = await secureServer(good);
  const client = createHttpClient(clientConfig(`tls_config: {ca: ${JSON.stringify(authority.cert)}}`), { userAgent: "test" });
  afterTest(client.close);
  const { status } = await client.request({ url, headers: { Host: "named.example" }, signal: AbortSignal.timeout(5000) });
  expect(status).toBe(200);
});

test.each([
  {
    why: "a file that is not there",
    tls: "{ca_file: /nowhere/ca.pem}",
    want: "unable to read CA cert: unable to read file /nowhere/ca.pem: open /nowhere/ca.pem: no such file or directory",
  },
  {
    why: "a key file that is a folder",
    tls: "{cert: CERT, key_file: /tmp}",
    want: "unable to read specified client key: unable to read file /tmp: read /tmp: is a directory",
  },
  { why: "a CA that is none", tls: "{ca: hello}", want: "unable to use specified CA cert inline" },
  {
    why: "a newest version before the oldest",
    tls: "{min_version: TLS13, max_version: TLS12}",
    want: "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified",
  },
  { why: "a key that doesn't fit", tls: "{cert: CERT, key: KEY}", want: /unable to use specified client cert .*key values mismatch/ },
])("$why is told when the client is made", ({ tls, want }) => {
  const text = tls.replace("CERT", JSON.stringify(good.cert)).replace("KEY", JSON.stringify(authority.key));
  expect(() => createHttpClient(clientConfig(`tls_config: ${text}`), { userAgent: "test" })).toThrow(want);
});

test("a server that speaks plain HTTP is told as such", async () => {
  const { createServer: createPlain } = await import("node:http");
  const server = createPlain((_req, res) => res.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => server.close());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await expect(get(url, "")).rejects.toThrow(`Get "${url}": http: server gave HTTP response to HTTPS client`);
});

test("a version that the server doesn't speak is refused", async () => {
  const server = createServer({ ...good, maxVersion: "TLSv1.2" }, (_req, res) => res.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => server.close());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await expect(get(url, "tls_config: {insecure_skip_verify: true, min_version: TLS13}")).rejects.toThrow(/tls/);
});
