import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import { createHttpClient } from "../../../src/index.ts";
import { createAuthority, type Authority } from "@ferula/test-certificates";
import { cleanUp, clientConfig, file } from "../../support.ts";
import { ask, askWith, clientOf, echo, plainOrigin, proxyServer, secureOrigin, type Echo } from "../servers.ts";

afterEach(cleanUp);

let authority: Authority;
let keyPem: string;
let publicPem: string;
beforeAll(async () => {
  authority = await createAuthority("ours");
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  keyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  publicPem = publicKey.export({ type: "spki", format: "pem" }).toString();
});

interface Asked {
  readonly form: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
}

interface TokenServer {
  readonly url: string;
  readonly asked: Asked[];
}

type Answer = (asked: Asked, count: number, res: ServerResponse) => unknown;

const json = (value: unknown): Answer => {
  return (_asked, _count, res) => res.setHeader("Content-Type", "application/json").end(JSON.stringify(value));
};

/** A token endpoint; tokens are counted: t1, t2, … */
function listener(asked: Asked[], answer: Answer | undefined): (req: IncomingMessage, res: ServerResponse) => void {
  const counted: Answer = (_one, count, res) => json({ access_token: `t${count}`, expires_in: 3600 })(_one, count, res);
  return (req, res) => {
    let body = "";
    req.on("data", (chunk) => (body += String(chunk)));
    req.on("end", () => {
      const one = { form: Object.fromEntries(new URLSearchParams(body)), headers: req.headers };
      asked.push(one);
      (answer ?? counted)(one, asked.length, res);
    });
  };
}

async function tokenServer(answer?: Answer): Promise<TokenServer> {
  const asked: Asked[] = [];
  return { url: `${await plainOrigin(listener(asked, answer))}/token`, asked };
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

async function authorizationWith(config: string): Promise<string | undefined> {
  const { text } = await ask(config, { url: await plainOrigin(echo) });
  return (JSON.parse(text) as Echo).headers.authorization;
}

test("a token is fetched once, by credentials in a header, and sent with each request", async () => {
  const { url, asked } = await tokenServer();
  const target = await plainOrigin(echo);
  const client = clientOf(
    `oauth2: {client_id: 'me!~', client_secret: 's c*', token_url: '${url}', scopes: [a, b], endpoint_params: {audience: x, p: 'q r'}}`,
  );
  for (let i = 0; i < 3; i++) {
    const { text } = await askWith(client, { url: target, headers: { Authorization: "own" } });
    expect((JSON.parse(text) as Echo).headers.authorization).toBe("Bearer t1");
  }
  expect(asked).toEqual([
    {
      form: { audience: "x", grant_type: "client_credentials", p: "q r", scope: "a b" },
      headers: expect.objectContaining({
        authorization: basic("me%21~:s+c%2A"),
        "content-type": "application/x-www-form-urlencoded",
        "user-agent": "Test/1",
      }),
    },
  ]);
});

test("requests that come together wait for one token", async () => {
  const { url, asked } = await tokenServer();
  const target = await plainOrigin(echo);
  const client = clientOf(`oauth2: {client_id: me, token_url: '${url}'}`);
  await Promise.all([1, 2, 3, 4].map(() => askWith(client, { url: target })));
  expect(asked).toHaveLength(1);
});

test.each([
  { lifetime: 3600, fetched: 1, why: "a token that holds is kept" },
  { lifetime: "3600", fetched: 1, why: "its lifetime may be a text" },
  { lifetime: undefined, fetched: 1, why: "without a lifetime it is kept for ever" },
  { lifetime: 10, fetched: 3, why: "ten seconds before its end it has expired" },
  { lifetime: -5, fetched: 3, why: "one that came too late is not used again" },
])("$why", async ({ lifetime, fetched }) => {
  const { url, asked } = await tokenServer(json({ access_token: "t", expires_in: lifetime }));
  const target = await plainOrigin(echo);
  const client = clientOf(`oauth2: {client_id: me, token_url: '${url}'}`);
  for (let i = 0; i < 3; i++) expect((await askWith(client, { url: target })).status).toBe(200);
  expect(asked).toHaveLength(fetched);
});

test.each([
  { type: undefined, want: "Bearer t" },
  { type: "bEARER", want: "Bearer t" },
  { type: "mac", want: "MAC t" },
  { type: "Other", want: "Other t" },
])("a token of type $type is sent as $want", async ({ type, want }) => {
  const { url } = await tokenServer(json({ access_token: "t", token_type: type }));
  expect(await authorizationWith(`oauth2: {client_id: me, token_url: '${url}'}`)).toBe(want);
});

test("a token may come as a form", async () => {
  const { url } = await tokenServer((_asked, _count, res) =>
    res.setHeader("Content-Type", "text/plain; charset=utf-8").end("access_token=a%20b&expires_in=60"),
  );
  expect(await authorizationWith(`oauth2: {client_id: me, token_url: '${url}'}`)).toBe("Bearer a b");
});

test("an endpoint that doesn't take the header has the credentials in the form, from then on at once", async () => {
  const { url, asked } = await tokenServer((one, count, res) =>
    one.form["client_secret"] === undefined
      ? res.writeHead(401).end("{}")
      : json({ access_token: `t${count}`, expires_in: 1 })(one, count, res),
  );
  const target = await plainOrigin(echo);
  const client = clientOf(`oauth2: {client_id: me, client_secret: s, token_url: '${url}'}`);
  await askWith(client, { url: target });
  await askWith(client, { url: target });
  expect(asked.map(({ form, headers }) => [form["client_id"], form["client_secret"], headers.authorization !== undefined])).toEqual([
    [undefined, undefined, true],
    ["me", "s", false],
    ["me", "s", false],
  ]);
});

test("a secret's file is read at each request; a new one brings a new token", async () => {
  const { url, asked } = await tokenServer();
  const target = await plainOrigin(echo);
  const path = file("secret", "one\n");
  const client = clientOf(`oauth2: {client_id: me, client_secret_file: ${path}, token_url: '${url}'}`);
  const token = async (): Promise<unknown> => (JSON.parse((await askWith(client, { url: target })).text) as Echo).headers.authorization;
  expect([await token(), await token()]).toEqual(["Bearer t1", "Bearer t1"]);
  writeFileSync(path, "two");
  expect(await token()).toBe("Bearer t2");
  expect(asked.map(({ headers }) => headers.authorization)).toEqual([basic("me:one"), basic("me:two")]);
});

test.each([
  {
    why: "an answer that refuses",
    answer: ((_a, _c, res) => res.writeHead(403).end("no way")) as Answer,
    want: "oauth2: cannot fetch token: 403 Forbidden\nResponse: no way",
  },
  {
    why: "an answer that says why",
    answer: ((_a, _c, res) =>
      res.writeHead(400).end('{"error":"invalid_client","error_description":"who?","error_uri":"http://e"}')) as Answer,
    want: 'oauth2: "invalid_client" "who?" "http://e"',
  },
  { why: "an error with status 200", answer: json({ error: "odd" }), want: 'oauth2: "odd"' },
  { why: "an answer without a token", answer: json({ expires_in: 5 }), want: "oauth2: server response missing access_token" },
  { why: "a token that is no text", answer: json({ access_token: {} }), want: "oauth2: server response missing access_token" },
  {
    why: "an answer that is no JSON, which isn't shown",
    answer: ((_a, _c, res) => res.end("token=SECRET")) as Answer,
    want: "oauth2: cannot parse json: the answer is no JSON object",
  },
])("$why fails the request", async ({ answer, want }) => {
  const { url } = await tokenServer(answer);
  const target = await plainOrigin(() => {
    throw new Error("the target was asked without a token");
  });
  const error = (await ask(`oauth2: {client_id: me, client_secret: SECRET, token_url: '${url}'}`, { url: target }).catch(
    (reason: unknown) => reason,
  )) as Error;
  expect(error.message).toBe(`Get "${target}": ${want}`);
  expect(error).toMatchObject({ code: "network" });
});

test("a failure is not kept", async () => {
  let isBroken = true;
  const { url } = await tokenServer((one, count, res) =>
    isBroken ? res.writeHead(500).end() : json({ access_token: "t" })(one, count, res),
  );
  const target = await plainOrigin(echo);
  const client = clientOf(`oauth2: {client_id: me, token_url: '${url}'}`);
  await expect(askWith(client, { url: target })).rejects.toThrow("500 Internal Server Error");
  isBroken = false;
  expect((await askWith(client, { url: target })).status).toBe(200);
});

test("an endpoint that nobody serves is told with both addresses", async () => {
  const config = "oauth2: {client_id: me, token_url: 'http://127.0.0.1:1/t'}";
  await expect(ask(config, { url: "http://x/" })).rejects.toThrow(
    'Get "http://x/": Post "http://127.0.0.1:1/t": dial tcp 127.0.0.1:1: connect: connection refused',
  );
});

test("a request that gives up does not end the token for others", async () => {
  const { url } = await tokenServer((one, count, res) => setTimeout(() => json({ access_token: "t" })(one, count, res), 200));
  const target = await plainOrigin(echo);
  const client = clientOf(`oauth2: {client_id: me, token_url: '${url}'}`);
  const hasty = client.request({ url: target, signal: AbortSignal.timeout(20) });
  const patient = askWith(client, { url: target });
  await expect(hasty).rejects.toMatchObject({ code: "timeout" });
  expect((await patient).status).toBe(200);
});

test("a client that is closed doesn't wait for a token", async () => {
  const { url } = await tokenServer(() => undefined);
  const client = createHttpClient(clientConfig(`oauth2: {client_id: me, token_url: '${url}'}`), { userAgent: "t" });
  const outcome = client.request({ url: "http://x/", signal: AbortSignal.timeout(5000) }).catch((reason: unknown) => reason);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await client.close();
  expect(await outcome).toMatchObject({ message: expect.stringContaining("context canceled") });
});

test("the endpoint has its own certificates and its own proxy", async () => {
  const asked: Asked[] = [];
  const endpoint = await secureOrigin(listener(asked, undefined), await authority.issue(["127.0.0.1"]));
  const proxy = await proxyServer();
  const section = (tls: string): string =>
    `oauth2: {client_id: me, token_url: '${endpoint}', proxy_url: 'http://127.0.0.1:${proxy.port}', tls_config: ${tls}}`;
  expect(await authorizationWith(section(`{ca: ${JSON.stringify(authority.cert)}}`))).toBe("Bearer t1");
  expect(proxy.asked.map(({ line }) => line)).toEqual([`CONNECT ${new URL(endpoint).host}`]);
  await expect(authorizationWith(section("{}"))).rejects.toThrow("certificate signed by unknown authority");
});

test("no token follows to another host", async () => {
  const { url } = await tokenServer();
  const other = (await plainOrigin(echo, "localhost")).concat("/hop");
  const home = await plainOrigin((_req, res) => res.writeHead(302, { Location: other }).end());
  const { text } = await ask(`oauth2: {client_id: me, token_url: '${url}'}`, { url: home });
  expect((JSON.parse(text) as Echo).url).toBe("/hop");
  expect(Object.keys((JSON.parse(text) as Echo).headers)).not.toContain("authorization");
});

test("a parameter can't take the place of what is asked for, but for the grant type", async () => {
  const { url, asked } = await tokenServer();
  const section = (params: string): string => `oauth2: {client_id: me, token_url: '${url}', scopes: [a], endpoint_params: ${params}}`;
  await expect(authorizationWith(section("{scope: b}"))).rejects.toThrow('oauth2: cannot overwrite parameter "scope"');
  expect(await authorizationWith(section("{grant_type: other}"))).toBe("Bearer t1");
  expect(asked[0].form["grant_type"]).toBe("other");
});

const JWT = "grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer'";

test.each([
  { algorithm: "", digest: "RSA-SHA256", name: "RS256" },
  { algorithm: "RS384", digest: "RSA-SHA384", name: "RS384" },
  { algorithm: "RS512", digest: "RSA-SHA512", name: "RS512" },
])("an assertion is signed by $name", async ({ algorithm, digest, name }) => {
  const { url, asked } = await tokenServer();
  const key = file("key.pem", keyPem);
  const startedSeconds = Math.floor(Date.now() / 1000);
  const config = `oauth2: {${JWT}, client_id: me, token_url: '${url}', client_certificate_key_file: ${key}, client_certificate_key_id: k1, signature_algorithm: '${algorithm}', scopes: [a, b], claims: {extra: [1], sub: other}}`;
  expect(await authorizationWith(config)).toBe("Bearer t1");
  const { form, headers } = asked[0];
  expect(form).toMatchObject({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", scope: "a b" });
  expect(headers.authorization).toBeUndefined();
  const [head, claims, signature] = form["assertion"].split(".");
  const read = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  expect(read(head)).toEqual({ alg: name, kid: "k1", typ: "JWT" });
  const said = read(claims);
  expect(said).toMatchObject({ iss: "me", sub: "other", aud: url, scope: "a b", extra: [1], jti: expect.stringMatching(/^[\da-f-]{36}$/) });
  expect(said["iat"]).toBeGreaterThanOrEqual(startedSeconds);
  expect(said["exp"]).toBe((said["iat"] as number) + 600);
  expect(verify(digest, Buffer.from(`${head}.${claims}`), createPublicKey(publicPem), Buffer.from(signature, "base64url"))).toBe(true);
});

test.each([
  { key: "hello SECRET", want: "invalid key: Key must be a PEM encoded PKCS1 or PKCS8 private key" },
  { key: "", want: "invalid key: Key must be a PEM encoded PKCS1 or PKCS8 private key" },
])("a key that is none is told, but not shown ($key)", async ({ key, want }) => {
  const { url } = await tokenServer();
  const asked = authorizationWith(`oauth2: {${JWT}, client_id: me, token_url: '${url}', client_certificate_key: '${key}'}`);
  await expect(asked).rejects.toThrow(new RegExp(`^Get "[^"]+": ${want}$`));
});

test("a key of another kind is told", async () => {
  const { key } = await authority.issue(["x"]);
  const asked = authorizationWith(`oauth2: {${JWT}, client_id: me, token_url: 'http://t', client_certificate_key: ${JSON.stringify(key)}}`);
  await expect(asked).rejects.toThrow("key is not a valid RSA private key");
});

test("issuer and audience may be others than client and endpoint", async () => {
  const { url, asked } = await tokenServer();
  const config = `oauth2: {${JWT}, client_id: me, iss: i, audience: a, token_url: '${url}', client_certificate_key: ${JSON.stringify(keyPem)}}`;
  await authorizationWith(config);
  const claims = JSON.parse(Buffer.from(asked[0].form["assertion"].split(".")[1], "base64url").toString()) as unknown;
  expect(claims).toMatchObject({ iss: "i", sub: "me", aud: "a" });
});

test("a refused assertion is told as upstream does", async () => {
  const { url } = await tokenServer((_a, _c, res) => res.writeHead(400).end('{"error":"invalid_grant"}'));
  const config = `oauth2: {${JWT}, client_id: me, token_url: '${url}', client_certificate_key: ${JSON.stringify(keyPem)}}`;
  await expect(authorizationWith(config)).rejects.toThrow(
    'oauth2: cannot fetch token: 400 Bad Request\nResponse: {"error":"invalid_grant"}',
  );
});

test.each([
  { config: "basic_auth: {username_ref: a}", want: "unable to use username: cannot use secret ref without manager" },
  { config: "basic_auth: {password_ref: a}", want: "unable to use password: cannot use secret ref without manager" },
  { config: "authorization: {credentials_ref: a}", want: "unable to use credentials: cannot use secret ref without manager" },
  {
    config: "oauth2: {client_id: a, token_url: 'http://t', client_secret_ref: a}",
    want: "unable to use client secret: cannot use secret ref without manager",
  },
  {
    config: `oauth2: {${JWT}, client_id: a, token_url: 'http://t', client_certificate_key_ref: a}`,
    want: "unable to use client certificate: cannot use secret ref without manager",
  },
  { config: "tls_config: {ca_ref: a}", want: "unable to use CA cert: cannot use secret ref without manager" },
  { config: "tls_config: {cert_ref: a, key: b}", want: "unable to use client cert: cannot use secret ref without manager" },
])("$config: there is no store of secrets", ({ config, want }) => {
  expect(() => createHttpClient(clientConfig(config), { userAgent: "t" })).toThrow(want);
});
