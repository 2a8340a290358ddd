import { expect, test } from "@jest/globals";
import { jsonSchema, mappingField, printField, readField, reveal } from "@ferula/config";
import { httpClientField, httpClientShape, tlsClientField } from "../../../src/index.ts";
import { clientConfig } from "../../support.ts";

const OAUTH = "client_id: a, token_url: 'http://t'";
const JWT = `${OAUTH}, grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer'`;

test.each([
  { text: "{bearer_token: a, bearer_token_file: b}", want: "at most one of bearer_token & bearer_token_file must be configured" },
  {
    text: "{basic_auth: {username: a}, bearer_token: b}",
    want: "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
  },
  {
    text: `{oauth2: {${OAUTH}}, bearer_token_file: b}`,
    want: "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
  },
  {
    text: "{basic_auth: {username: a, username_ref: b}}",
    want: "at most one of basic_auth username, username_file & username_ref must be configured",
  },
  {
    text: "{basic_auth: {password: a, password_file: b}}",
    want: "at most one of basic_auth password, password_file & password_ref must be configured",
  },
  {
    text: "{authorization: {credentials: a}, bearer_token: b}",
    want: "authorization is not compatible with bearer_token & bearer_token_file",
  },
  {
    text: "{authorization: {credentials_ref: a, credentials_file: b}}",
    want: "at most one of authorization credentials & credentials_file must be configured",
  },
  { text: "{authorization: {type: ' Basic '}}", want: 'authorization type cannot be set to "basic", use "basic_auth" instead' },
  {
    text: "{basic_auth: {username: a}, authorization: {credentials: b}}",
    want: "at most one of basic_auth, oauth2 & authorization must be configured",
  },
  { text: `{basic_auth: {username: a}, oauth2: {${OAUTH}}}`, want: "at most one of basic_auth, oauth2 & authorization must be configured" },
  { text: `{authorization: {}, oauth2: {${OAUTH}}}`, want: "at most one of basic_auth, oauth2 & authorization must be configured" },
  { text: "{oauth2: {token_url: 'http://t'}}", want: "oauth2: oauth2 client_id must be configured" },
  { text: "{oauth2: {client_id: a}}", want: "oauth2: oauth2 token_url must be configured" },
  {
    text: `{oauth2: {${OAUTH}, client_secret: a, client_secret_file: b}}`,
    want: "at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials",
  },
  {
    text: `{oauth2: {${JWT}, client_certificate_key: a, client_certificate_key_ref: b}}`,
    want: "at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured using grant-type=urn:ietf:params:oauth:grant-type:jwt-bearer",
  },
  { text: `{oauth2: {${JWT}, signature_algorithm: ES256}}`, want: "valid signature algorithms are RS256, RS384 and RS512" },
  { text: `{oauth2: {${OAUTH}, no_proxy: x}}`, want: "oauth2.no_proxy: if no_proxy is configured, proxy_url must also be configured" },
  { text: `{oauth2: {${OAUTH}, tls_config: {key: a}}}`, want: "exactly one of cert or cert_file must be configured" },
  {
    text: "{proxy_connect_header: {A: [b]}}",
    want: "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured",
  },
  {
    text: "{proxy_from_environment: true, proxy_url: 'http://p'}",
    want: "if proxy_from_environment is configured, proxy_url must not be configured",
  },
  { text: "{proxy_from_environment: true, no_proxy: a}", want: "if proxy_from_environment is configured, no_proxy must not be configured" },
  { text: "{no_proxy: a}", want: "if no_proxy is configured, proxy_url must also be configured" },
  { text: "{proxy_url: '10.0.0.1:3128'}", want: 'parse "10.0.0.1:3128": first path segment in URL cannot contain colon' },
  { text: "{proxy_url: 'http://joe:pass@p:port'}", want: 'proxy_url: parse "http://joe:xxxxx@p:port": invalid port ":port" after host' },
  { text: "{proxy_url: 'http://a b'}", want: 'invalid character " " in host name' },
  { text: "{proxy_url: 'http://%zz@p'}", want: 'invalid URL escape "%zz"' },
  { text: "{proxy_url: ':p'}", want: "missing protocol scheme" },
  { text: "{tls_config: {ca: a, ca_file: b}}", want: "at most one of ca, ca_file & ca_ref must be configured" },
  {
    text: "{tls_config: {cert_ref: a, cert_file: b, key: c}}",
    want: "at most one of cert, cert_file & cert_ref must be configured",
  },
  { text: "{tls_config: {key: a, key_file: b, cert: c}}", want: "at most one of key and key_file must be configured" },
  {
    text: "{tls_config: {cert_file: a}}",
    want: "exactly one of key or key_file must be configured when a client certificate is configured",
  },
  {
    text: "{tls_config: {key_ref: a}}",
    want: "exactly one of cert or cert_file must be configured when a client key is configured",
  },
  { text: "{tls_config: {min_version: TLS14}}", want: "tls_config.min_version: unknown TLS version: TLS14" },
  { text: "{http_headers: {authorization: {values: [a]}}}", want: 'setting header "Authorization" is not allowed' },
  { text: "{http_headers: {x-amz-date: {values: [a]}}}", want: 'setting header "X-Amz-Date" is not allowed' },
  { text: "{proxy_urls: a}", want: "field proxy_urls not found" },
])("$want is told of $text", ({ text, want }) => {
  expect(() => clientConfig(text)).toThrow(want);
});

test.each([
  "{oauth2: {client_id: a, token_url: 'http://t', grant_type: other, client_secret_ref: x}}",
  "{proxy_url: 'socks5://p:1080', no_proxy: '*'}",
  "{proxy_url: 'localhost:3128'}",
  "{proxy_url: ''}",
  "{proxy_from_environment: true, proxy_connect_header: {A: [b, c]}}",
  "{tls_config: {min_version: TLS12, max_version: TLS10}}",
  "{basic_auth: {username_ref: a, password_ref: b}}",
])("%s is taken, as upstream does", (text) => {
  expect(() => clientConfig(text)).not.toThrow();
});

test("mistakes of several sections are told together", () => {
  expect(() => clientConfig("{basic_auth: {password: a, password_file: b}, oauth2: {}, no_proxy: x}")).toThrow(
    /at most one of basic_auth, oauth2 &[\s\S]*basic_auth password[\s\S]*client_id[\s\S]*token_url[\s\S]*no_proxy is configured/,
  );
});

test("file names are seen from the configuration's folder", () => {
  const text = `{tls_config: {ca_file: ca.pem}, oauth2: {${JWT}, client_secret_file: s, client_certificate_key_file: k}}`;
  expect(clientConfig(text, "/etc/x/c.yml")).toMatchObject({
    tls_config: { ca_file: "/etc/x/ca.pem" },
    // As upstream has it: this one is opened from the working directory.
    oauth2: { client_secret_file: "/etc/x/s", client_certificate_key_file: "k" },
  });
});

test("the old way to give a token becomes an authorization", () => {
  const config = clientConfig("bearer_token: abc");
  expect(config).toMatchObject({ authorization: { type: "Bearer" }, bearer_token: undefined });
  expect(printField(httpClientField, config)).toBe(
    "authorization:\n  type: Bearer\n  credentials: <secret>\nfollow_redirects: true\nenable_http2: true\n",
  );
  expect(clientConfig("bearer_token_file: t", "/etc/x/c.yml").authorization?.credentials_file).toBe("/etc/x/t");
});

test("an authorization without a type is one by a bearer", () => {
  expect(clientConfig("authorization: {type: '  '}").authorization?.type).toBe("Bearer");
});

test("a password in the URL of tokens is not printed, which upstream does", () => {
  const config = clientConfig("{oauth2: {client_id: i, client_secret: s, token_url: 'http://me@corp:hunter2@t/x'}}");
  expect(printField(httpClientField, config)).toContain("  token_url: http://me%40corp:xxxxx@t/x\n");
});

test("it prints as upstream's, secrets masked", () => {
  expect(printField(httpClientField, clientConfig("{}"))).toBe("follow_redirects: true\nenable_http2: true\n");
  const config = clientConfig(`
oauth2: {${JWT}, client_certificate_key: SECRET, claims: {b: 0, a: [x]}, scopes: [s], endpoint_params: {p: v}, proxy_url: "http://u:SECRET@p"}
tls_config: {max_version: TLS13, key: SECRET, cert: c}
http_headers: {X-A: {secrets: [SECRET], values: [v]}}
proxy_url: http://joe:SECRET@proxy:3128
no_proxy: a,b
proxy_connect_header: {X-B: [SECRET]}
follow_redirects: no`);
  expect(printField(httpClientField, config)).toBe(`oauth2:
  client_id: a
  client_certificate_key: <secret>
  grant_type: urn:ietf:params:oauth:grant-type:jwt-bearer
  claims:
    a:
    - x
    b: 0
  scopes:
  - s
  token_url: http://t
  endpoint_params:
    p: v
  proxy_url: http://u:xxxxx@p
tls_config:
  cert: c
  key: <secret>
  insecure_skip_verify: false
  max_version: TLS13
follow_redirects: false
enable_http2: true
proxy_url: http://joe:xxxxx@proxy:3128
no_proxy: a,b
proxy_connect_header:
  X-B:
  - <secret>
http_headers:
  X-A:
    values:
    - v
    secrets:
    - <secret>
`);
  expect(JSON.stringify(config)).not.toContain("SECRET");
  expect(config.proxy_url === undefined ? "" : reveal(config.proxy_url)).toBe("http://joe:SECRET@proxy:3128");
});

test("a tls_config of its own is checked, too", () => {
  const result = readField(mappingField({ tls_config: tlsClientField }), "tls_config: {cert: a}", "c.yml");
  expect(result.ok ? [] : result.errors.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
    "tls_config: exactly one of key or key_file must be configured when a client certificate is configured",
  ]);
});

test("an editor learns the names of versions", () => {
  expect(JSON.stringify(jsonSchema(httpClientShape, "t"))).toContain('"enum":["TLS10","TLS11","TLS12","TLS13","",null]');
});
