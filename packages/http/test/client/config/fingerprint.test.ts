import { expect, test } from "@jest/globals";
import { httpClientFingerprint } from "../../../src/index.ts";
import { clientConfig } from "../../support.ts";

const BASE =
  "{proxy_url: 'http://u:p@h', http_headers: {A: {secrets: [s]}}, oauth2: {client_id: i, client_secret: s, token_url: 'http://u:q@t'}}";

test("the same section has the same fingerprint, which tells nothing", () => {
  expect(httpClientFingerprint(clientConfig(BASE))).toBe(httpClientFingerprint(clientConfig(BASE)));
  expect(httpClientFingerprint(clientConfig(BASE))).toMatch(/^[\da-f]{64}$/);
});

test.each([
  { from: "http://u:p@h", to: "http://u:other@h", why: "a proxy's password" },
  { from: "[s]", to: "[other]", why: "a secret header" },
  { from: "client_secret: s", to: "client_secret: other", why: "a client's secret" },
  { from: "http://u:q@t", to: "http://u:other@t", why: "a password in the URL of tokens" },
  { from: "client_id: i", to: "client_id: other", why: "what is no secret" },
  { from: "{proxy_url", to: "{enable_http2: false, proxy_url", why: "a switch" },
])("$why makes a difference", ({ from, to }) => {
  expect(BASE).toContain(from);
  expect(httpClientFingerprint(clientConfig(BASE.replace(from, to)))).not.toBe(httpClientFingerprint(clientConfig(BASE)));
});
