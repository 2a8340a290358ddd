import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { tempFolder } from "@ferula/test-kit";
import { printBlackboxConfig, readBlackboxConfig, type Module } from "../../src/config/blackbox-config.ts";
import { isConfigError, loadConfig } from "../../src/config/load-config.ts";
import { unservedIn } from "../../src/config/unserved.ts";

const folder = tempFolder();

test.each([
  { why: "is not there", text: undefined, message: "error reading config file: ENOENT" },
  { why: "names no prober", text: "modules:\n  m: {}\n", message: "prober '' is not valid" },
  { why: "has a mistake", text: "modules:\n  m:\n    prober: http\n    htp: {}\n", message: "m.yml:4:5: modules.m.htp" },
  {
    why: "wants HTTP/3 by its version alone",
    text: "modules: {m: {prober: http, http: {valid_http_versions: [HTTP/3.0]}}}",
    message: "HTTP/3 cannot be used as a valid HTTP version when enable_http3 is false",
  },
  {
    why: "unpacks what it does not ask for",
    text: "modules: {m: {prober: http, http: {compression: gzip, headers: {accept-encoding: br}}}}",
    message: 'invalid configuration "accept-encoding: br", "compression: gzip"',
  },
])("a file that $why is refused", ({ text, message }) => {
  const file = join(folder, "m.yml");
  if (text !== undefined) writeFileSync(file, text);
  let refusal: unknown;
  try {
    loadConfig(text === undefined ? join(folder, "none") : file);
  } catch (error) {
    refusal = error;
  }
  expect(isConfigError(refusal)).toBe(true);
  expect((refusal as Error).message).toContain(message);
});

test.each<[module: string, message: string]>([
  ["{ prober: pigeon }", "modules.m.prober: prober 'pigeon' is not valid"],
  ["{ prober: http, http: { body: a, body_file: b } }", "setting body and body_file both are not allowed"],
  [
    "{ prober: http, http: { bearer_token: a, bearer_token_file: b } }",
    "at most one of bearer_token & bearer_token_file must be configured",
  ],
  ["{ prober: http, http: { fail_if_body_matches_regexp: [ ':[' ] } }", '"Could not compile regular expression" regexp=":["'],
  ["{ prober: http, http: { fail_if_body_json_matches_cel: '' } }", '"Could not compile CEL program" expression=""'],
  ["{ prober: http, http: { fail_if_header_matches: [ { header: a, regexp: '' } ] } }", "regexp must be set for HTTP header matchers"],
  ["{ prober: http, http: { fail_if_header_matches: [ { regexp: a } ] } }", "header name must be set for HTTP header matchers"],
  ["{ prober: http, http: { enable_http3: true } }", "when enable_http3 is true, enable_http2 must be set to false"],
  [
    "{ prober: http, http: { enable_http3: true, enable_http2: false, valid_http_versions: [ HTTP/1.1 ] } }",
    "HTTP/3 and HTTP/2.0/1.1 cannot be used together - only HTTP/3.0 is allowed when enable_http3 is true",
  ],
  ["{ prober: dns, dns: {} }", "query name must be set for DNS module"],
  ["{ prober: dns, dns: { query_name: a, query_class: X } }", "query class 'X' is not valid"],
  ["{ prober: dns, dns: { query_name: a, query_type: X } }", "query type 'X' is not valid"],
  ["{ prober: icmp, icmp: { ttl: -1 } }", '"ttl" cannot be negative'],
  ["{ prober: icmp, icmp: { ttl: 256 } }", '"ttl" cannot exceed 255'],
  ["{ prober: tcp, tcp: { query_response: [ { expect: a, expect_bytes: b } ] } }", "expect and expect_bytes are mutually exclusive"],
  ["{ prober: unix, unix: { query_response: [ { expect: ':[' } ] } }", '"Could not compile regular expression" regexp=":["'],
  [
    "{ prober: websocket, websocket: { http_config: { basic_auth: {}, bearer_token: a } } }",
    "at most one of basic_auth, oauth2, bearer_token",
  ],
  ["{ prober: websocket, websocket: { headers: { a: { value: b } } } }", "field value not found"],
  ["{ prober: grpc, grpc: { metadata: { a: b } } }", "modules.m.grpc.metadata.a: cannot unmarshal"],
])("the module %s has a mistake", (module, message) => {
  expect(() => readBlackboxConfig(`modules: { m: ${module} }`, "/etc/b.yml")).toThrow(`error parsing config file: /etc/b.yml:1:`);
  expect(() => readBlackboxConfig(`modules: { m: ${module} }`, "/etc/b.yml")).toThrow(message);
});

function moduleOf(yaml: string): Module | undefined {
  return readBlackboxConfig(`modules: { m: ${yaml} }`, "/etc/b.yml").config.modules.get("m");
}

test.each<[module: string, reasons: readonly string[]]>([
  ["{ prober: http, http: { proxy_url: http://x } }", ["http.proxy_url: a proxy is not supported yet"]],
  ["{ prober: http, http: { proxy_from_environment: true } }", ["http.proxy_from_environment: a proxy is not supported yet"]],
  ["{ prober: http, http: { oauth2: { client_id: a, token_url: http://x } } }", ["http.oauth2: OAuth 2 is not supported yet"]],
  ["{ prober: http, http: { enable_http3: true, enable_http2: false } }", ["http.enable_http3: HTTP/3 is not supported yet"]],
  [
    "{ prober: http, http: { fail_if_body_json_not_matches_cel: body.a } }",
    ["http.fail_if_body_json_not_matches_cel: a CEL expression is not supported yet"],
  ],
  [
    "{ prober: http, http: { basic_auth: { password_ref: a } } }",
    ["http.basic_auth: a reference to a store of secrets is not supported yet"],
  ],
  ["{ prober: tcp, tcp: { tls_config: { ca_ref: a } } }", ["tcp.tls_config: a reference to a store of secrets is not supported yet"]],
  ["{ prober: tcp, http: { proxy_url: http://x } }", []],
  ["{ prober: http, http: { basic_auth: { username: a }, http_headers: { a: { values: [ b ] } } } }", []],
])("%s can't be probed by for %j", (yaml, reasons) => {
  const module = moduleOf(yaml);
  expect(module === undefined ? undefined : unservedIn(module)).toEqual(reasons);
});

test("the old key for redirects is read with a warning, and not shown", () => {
  const { config, warnings } = readBlackboxConfig("modules: { m: { prober: http, http: { no_follow_redirects: true } } }", "/etc/b.yml");
  expect(config.modules.get("m")?.http.follow_redirects).toBe(false);
  expect(warnings).toMatchObject([{ file: "/etc/b.yml", path: "modules.m.http.no_follow_redirects" }]);
  expect(printBlackboxConfig(config)).not.toContain("no_follow_redirects");
});

test("files are seen from the working folder, as upstream's exporter does", () => {
  const module = moduleOf("{ prober: http, http: { body_file: a/b, tls_config: { ca_file: ca.pem } } }");
  expect(module?.http).toMatchObject({ body_file: "a/b", tls_config: { ca_file: "ca.pem" } });
});

test("a module is shown with the defaults of all sections that have some, and nothing else", () => {
  const { config } = readBlackboxConfig("modules: { m: { prober: grpc, grpc: {} } }", "/etc/b.yml");
  expect(printBlackboxConfig(config)).toBe(`modules:
  m:
    prober: grpc
    http:
      ip_protocol_fallback: true
      follow_redirects: true
      enable_http2: true
    tcp:
      ip_protocol_fallback: true
    icmp:
      ip_protocol_fallback: true
      ttl: 64
    dns:
      ip_protocol_fallback: true
      recursion_desired: true
    grpc:
      ip_protocol_fallback: true
    websocket:
      ip_protocol_fallback: true
`);
});

test("a file without mistakes is read", () => {
  const file = join(folder, "good.yml");
  writeFileSync(file, "modules: {m: {prober: http, http: {compression: GZIP}}}");
  expect(loadConfig(file).config.modules.get("m")?.prober).toBe("http");
});
