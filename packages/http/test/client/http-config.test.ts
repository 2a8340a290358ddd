import { expect, test } from "@jest/globals";
import { printField } from "@ferula/config";
import { httpClientField } from "../../src/index.ts";
import { clientConfig } from "../support.ts";

test.each([
  {
    text: "{basic_auth: {username: a}, authorization: {credentials: b}}",
    want: "at most one of basic_auth, oauth2 & authorization must be configured",
  },
  {
    text: "{basic_auth: {username: a}, bearer_token: b}",
    want: "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
  },
  { text: "{basic_auth: {password: a, password_file: b}}", want: "at most one of basic_auth password & password_file must be configured" },
  { text: "{authorization: {type: Basic}}", want: 'authorization type cannot be set to "basic", use "basic_auth" instead' },
  {
    text: "{authorization: {credentials: a, credentials_file: b}}",
    want: "at most one of authorization credentials & credentials_file must be configured",
  },
  {
    text: "{tls_config: {cert_file: a}}",
    want: "exactly one of key or key_file must be configured when a client certificate is configured",
  },
  { text: "{tls_config: {ca: a, ca_file: b}}", want: "at most one of ca and ca_file must be configured" },
  { text: "{tls_config: {min_version: TLS14}}", want: 'unknown value "TLS14"; there are TLS10, TLS11, TLS12, TLS13' },
  { text: "{http_headers: {authorization: {values: [a]}}}", want: 'setting header "authorization" is not allowed' },
  { text: "{oauth2: {client_id: a}}", want: "oauth2: is not supported yet" },
  { text: "{proxy_url: http://x}", want: "proxy_url: is not supported yet" },
  { text: "{proxy_from_environment: true}", want: "proxy_from_environment: is not supported yet" },
])("$want", ({ text, want }) => {
  expect(() => clientConfig(text)).toThrow(want);
});

test("file names are seen from the configuration's folder", () => {
  expect(clientConfig("{tls_config: {ca_file: ca.pem}, basic_auth: {username: a, password_file: p}}", "/etc/x/c.yml")).toMatchObject({
    tls_config: { ca_file: "/etc/x/ca.pem" },
    basic_auth: { password_file: "/etc/x/p" },
  });
});

test("it prints as upstream's, secrets masked", () => {
  expect(printField(httpClientField, clientConfig("{}"))).toBe("follow_redirects: true\nenable_http2: true\n");
  const config = clientConfig("{authorization: {credentials: abc}, tls_config: {server_name: x}, follow_redirects: no}");
  expect(printField(httpClientField, config)).toBe(
    "authorization:\n  type: Bearer\n  credentials: <secret>\ntls_config:\n  server_name: x\n  insecure_skip_verify: false\nfollow_redirects: false\nenable_http2: true\n",
  );
});
