import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createAuthority, type Authority, type Certificate } from "@ferula/test-certificates";
import { eventually, tempFolder } from "@ferula/test-kit";
import { podObject } from "../objects.ts";
import { apiWith, discover, discovered, type Discovery } from "../support.ts";

let authority: Authority;
let own: Certificate;

/** An API over TLS that lists nothing, and notes whom it was asked by. */
const asked: { authorization: string | undefined; client: string | undefined; impersonated: readonly string[]; servername: unknown }[] = [];
let server: Server;
let port = 0;

beforeAll(async () => {
  authority = await createAuthority("kubernetes");
  own = await authority.issue(["client.test"]);
  const certificate = await authority.issue(["127.0.0.1", "api.test"]);
  const options = { ...certificate, ca: authority.cert, requestCert: true, rejectUnauthorized: false };
  server = createServer(options, (request, response) => {
    const socket = request.socket as typeof request.socket & {
      getPeerCertificate: () => { subject?: { CN?: string } };
      servername?: unknown;
    };
    asked.push({
      authorization: request.headers.authorization,
      client: Object.keys(socket.getPeerCertificate()).length === 0 ? undefined : "a certificate",
      impersonated: request.rawHeaders.filter(
        (_text, i) => i % 2 === 1 && (request.rawHeaders[i - 1] ?? "").toLowerCase().startsWith("impersonate-"),
      ),
      servername: socket.servername,
    });
    if (request.url?.includes("watch=true") === true) response.writeHead(200).flushHeaders();
    else response.end('{"metadata":{"resourceVersion":"1"},"items":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

function kubeconfig(cluster: object, user: object | undefined, more: object = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "here",
    contexts: [
      { name: "there", context: { cluster: "none", user: "none" } },
      { name: "here", context: { cluster: "c", ...(user === undefined ? {} : { user: "u" }) } },
    ],
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: user ?? {} }],
    ...more,
  });
}

function follow(text: string, files: Readonly<Record<string, string>> = {}): Promise<Discovery> {
  const folder = tempFolder();
  for (const [name, content] of Object.entries({ ...files, "kube.config": text })) writeFileSync(join(folder, name), content);
  asked.length = 0;
  return discovered(`{kubeconfig_file: '${join(folder, "kube.config")}', role: pod}`);
}

const trusted = (): object => ({ server: `https://127.0.0.1:${port}`, "certificate-authority-data": base64(authority.cert) });

interface Row {
  readonly why: string;
  readonly cluster: () => object;
  readonly user: () => object | undefined;
  readonly files?: () => Readonly<Record<string, string>>;
  readonly want: Partial<(typeof asked)[number]>;
}

const rows: readonly Row[] = [
  { why: "no user is nobody", cluster: trusted, user: () => undefined, want: { authorization: undefined, client: undefined } },
  { why: "a token", cluster: trusted, user: () => ({ token: "t1" }), want: { authorization: "Bearer t1" } },
  {
    why: "a token's file beside the kubeconfig file, before the token itself",
    cluster: trusted,
    user: () => ({ tokenFile: "token", token: "old" }),
    files: () => ({ token: "t2\n" }),
    want: { authorization: "Bearer t2" },
  },
  {
    why: "user and password",
    cluster: trusted,
    user: () => ({ username: "me", password: "secret" }),
    want: { authorization: `Basic ${base64("me:secret")}` },
  },
  {
    why: "a certificate that stands in the file",
    cluster: trusted,
    user: () => ({ "client-certificate-data": base64(own.cert), "client-key-data": base64(own.key) }),
    want: { client: "a certificate" },
  },
  {
    why: "certificates in files",
    cluster: () => ({ server: `https://127.0.0.1:${port}`, "certificate-authority": "ca.pem" }),
    user: () => ({ "client-certificate": "own.pem", "client-key": "own.key" }),
    files: () => ({ "ca.pem": authority.cert, "own.pem": own.cert, "own.key": own.key }),
    want: { client: "a certificate" },
  },
  {
    why: "any server's certificate",
    cluster: () => ({ server: `https://127.0.0.1:${port}/`, "insecure-skip-tls-verify": true }),
    user: () => ({}),
    want: {},
  },
  {
    why: "another name of the server",
    cluster: () => ({ ...trusted(), "tls-server-name": "api.test" }),
    user: () => ({}),
    want: { servername: "api.test" },
  },
  {
    why: "a server without a scheme is asked by HTTPS where there are authorities",
    cluster: () => ({ ...trusted(), server: `127.0.0.1:${port}` }),
    user: () => ({}),
    want: {},
  },
  {
    why: "somebody else",
    cluster: trusted,
    user: () => ({ token: "t", as: "bob", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": { scope: ["x"] } }),
    want: { authorization: "Bearer t", impersonated: ["bob", "7", "a", "b", "x"] },
  },
];

test.each(rows)("a kubeconfig file says: $why", async ({ cluster, user, files, want }) => {
  await follow(kubeconfig(cluster(), user()), files?.());
  expect(asked[0]).toMatchObject(want);
});

test("a file may be written as YAML, as it mostly is", async () => {
  const api = await apiWith({ pods: [podObject("p")] });
  const { groups } = await follow(
    `apiVersion: v1\nkind: Config\npreferences: {}\ncurrent-context: x\ncontexts:\n- name: x\n  context: {cluster: c, user: u, namespace: n}\nclusters:\n- name: c\n  cluster:\n    server: ${api.url}\nusers:\n- name: u\n  user: {token: t}\n`,
  );
  expect([...groups.keys()]).toEqual(["pod/default/p"]);
  expect(api.requests[0].headers.authorization).toBe("Bearer t");
});

test("requests go through the proxy that the cluster names", async () => {
  const proxy = await apiWith({ pods: [podObject("p")] });
  const { groups } = await follow(kubeconfig({ server: "http://api.invalid:6443", "proxy-url": proxy.url }, {}));
  expect([...groups.keys()]).toEqual(["pod/default/p"]);
});

const http = { server: "http://127.0.0.1:1" };

test.each([
  { why: "no context is chosen", text: kubeconfig(http, {}, { "current-context": "" }), want: "no current-context is set" },
  { why: "the context isn't there", text: kubeconfig(http, {}, { "current-context": "x" }), want: 'context "x" does not exist' },
  { why: "the cluster isn't there", text: kubeconfig(http, {}, { clusters: null }), want: 'cluster "c" does not exist' },
  { why: "the user isn't there", text: kubeconfig(http, {}, { users: [] }), want: 'user "u" does not exist' },
  {
    why: "the context names no cluster",
    text: kubeconfig(http, {}, { contexts: [{ name: "here", context: {} }] }),
    want: 'cluster was not specified for context "here"',
  },
  { why: "no server", text: kubeconfig({}, {}), want: 'no server found for cluster "c"' },
  { why: "no YAML", text: "a: [", want: "cannot read the kubeconfig file" },
  {
    why: "no base64",
    text: kubeconfig({ ...http, "certificate-authority-data": "-" }, {}),
    want: "certificate-authority-data is not base64",
  },
  {
    why: "no certificate",
    text: kubeconfig({ ...http, "certificate-authority-data": "eA==" }, {}),
    want: "unable to use specified CA cert",
  },
  {
    why: "no such file",
    text: kubeconfig({ ...http, "certificate-authority": "gone.pem" }, {}),
    want: "gone.pem: no such file or directory",
  },
  {
    why: "authorities that nobody asks",
    text: kubeconfig({ ...http, "insecure-skip-tls-verify": true, "certificate-authority-data": "eA==" }, {}),
    want: "specifying a root certificates file with the insecure flag is not allowed",
  },
  {
    why: "a certificate without its key",
    text: kubeconfig(http, { "client-certificate-data": "eA==" }),
    want: "must both be specified for u",
  },
  {
    why: "two ways to say who we are",
    text: kubeconfig(http, { token: "t", username: "u" }),
    want: "more than one authentication method found for u",
  },
  { why: "groups of nobody", text: kubeconfig(http, { "as-groups": ["a"] }), want: "without impersonating a user" },
  {
    why: "a way that is gone",
    text: kubeconfig(http, { "auth-provider": { name: "gcp" } }),
    want: 'the auth-provider "gcp" of user "u" is not supported',
  },
  {
    why: "a command without a name",
    text: kubeconfig(http, { exec: { apiVersion: "client.authentication.k8s.io/v1" } }),
    want: "command must be specified",
  },
  {
    why: "a command of a version that is gone",
    text: kubeconfig(http, { exec: { command: "get-token", apiVersion: "client.authentication.k8s.io/v1alpha1" } }),
    want: 'exec plugin "get-token": invalid apiVersion "client.authentication.k8s.io/v1alpha1"',
  },
  {
    why: "a command that would ask somebody",
    text: kubeconfig(http, { exec: { command: "get-token", apiVersion: "client.authentication.k8s.io/v1", interactiveMode: "Always" } }),
    want: 'exec plugin "get-token" wants to ask somebody',
  },
])("a kubeconfig file is refused with its place: $why", ({ text, want }) => {
  const path = join(tempFolder(), "kube.config");
  writeFileSync(path, text);
  const attempt = (): unknown => discover(`{kubeconfig_file: '${path}', role: pod}`);
  expect(attempt).toThrow(want);
  expect(attempt).toThrow(path);
});

test("a kubeconfig file that isn't there is refused", () => {
  expect(() => discover("{kubeconfig_file: /nonexistent/kube.config, role: pod}")).toThrow(
    "cannot read the kubeconfig file: open /nonexistent/kube.config: no such file or directory",
  );
});

test("a certificate that can't be trusted is told, and asked again", async () => {
  const path = join(tempFolder(), "kube.config");
  writeFileSync(path, kubeconfig({ server: `https://127.0.0.1:${port}` }, {}));
  const { logs } = discover(`{kubeconfig_file: '${path}', role: pod}`);
  await eventually(() => logs.some((line) => /level=ERROR.*certificate/.test(line)));
});
