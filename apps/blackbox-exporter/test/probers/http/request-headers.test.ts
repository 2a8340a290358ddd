import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { tempFolder } from "@ferula/test-kit";
import { parseUrl } from "@ferula/go-url";
import { readBlackboxConfig } from "../../../src/config/blackbox-config.ts";
import type { HttpModule } from "../../../src/config/http-module.ts";
import { moduleHeaders, moduleHost, wireHeaders } from "../../../src/probers/http/request-headers.ts";
import { firstStep, type Step } from "../../../src/probers/http/step.ts";

const folder = tempFolder();
const file = join(folder, "secret");
writeFileSync(file, " from a file\n");

function moduleOf(http: string): HttpModule {
  const module = readBlackboxConfig(`modules: {m: {prober: http, http: ${http}}}`, "b.yml").config.modules.get("m");
  if (module === undefined) throw new Error("no module m");
  return module.http;
}

function stepOf(http: HttpModule, { url = "http://a/", isHome = true, body = "" } = {}): Step {
  const bytes = body === "" ? undefined : Buffer.from(body);
  const step = firstStep({ url: parseUrl(url), method: "GET", host: "a", headers: moduleHeaders(http), body: bytes, isReplayable: true });
  return { ...step, isHome };
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

test.each([
  { why: "a user with a password", http: "{basic_auth: {username: u, password: p}}", want: basic("u:p") },
  {
    why: "both from files",
    http: `{basic_auth: {username_file: ${file}, password_file: ${file}}}`,
    want: basic("from a file:from a file"),
  },
  { why: "a token", http: "{bearer_token: t}", want: "Bearer t" },
  { why: "another scheme", http: `{authorization: {type: Own, credentials_file: ${file}}}`, want: "Own from a file" },
  { why: "a header of the module's first", http: "{headers: {Authorization: mine}, basic_auth: {username: u}}", want: "mine" },
  { why: "nothing", http: "{}", want: undefined },
])("credentials are $why", async ({ http, want }) => {
  const module = moduleOf(http);
  expect((await wireHeaders(stepOf(module), module, ""))["authorization"]).toBe(want);
});

test.each([
  { why: "at home", isHome: true, authorization: basic("u:p"), cookie: "q=r" },
  { why: "elsewhere", isHome: false, authorization: undefined, cookie: undefined },
])("what is for one host alone stays $why", async ({ isHome, authorization, cookie }) => {
  const module = moduleOf("{basic_auth: {username: u, password: p}, http_headers: {Cookie: {values: [q=r]}, X-H: {values: ['1', '2']}}}");
  const headers = await wireHeaders(stepOf(module, { isHome }), module, "");
  expect([headers["authorization"], headers["cookie"], headers["x-h"]]).toEqual([authorization, cookie, ["1", "2"]]);
});

test("the user of a URL is sent, before that of the module", async () => {
  const module = moduleOf("{basic_auth: {username: u, password: p}}");
  expect((await wireHeaders(stepOf(module, { url: "http://me:p%40@a/" }), module, ""))["authorization"]).toBe(basic("me:p@"));
});

test.each([
  { why: "an agent of its own", http: "{}", name: "user-agent", want: expect.stringMatching(/^Blackbox-Exporter\/\d/) },
  { why: "the module's agent", http: "{headers: {user-agent: me}}", name: "user-agent", want: "me" },
  { why: "no agent where the module wants none", http: "{headers: {User-Agent: ''}}", name: "user-agent", want: undefined },
  { why: "the step's host, not the module's", http: "{headers: {Host: b}}", name: "host", want: "a" },
  { why: "the true length", http: "{headers: {Content-Length: '7'}}", name: "content-length", want: "4" },
  { why: "cookies behind the module's", http: "{headers: {Cookie: a=b}}", name: "cookie", want: "a=b; c=d" },
  { why: "UTF-8", http: "{headers: {X-A: é}}", name: "x-a", want: "Ã©" },
])("a request has $why", async ({ http, name, want }) => {
  const module = moduleOf(http);
  expect((await wireHeaders(stepOf(module, { body: "four" }), module, "c=d"))[name]).toEqual(want);
});

test("a file that is missing is named", async () => {
  const module = moduleOf(`{bearer_token_file: ${folder}/none}`);
  await expect(wireHeaders(stepOf(module), module, "")).rejects.toThrow(`unable to read authorization credentials file ${folder}/none`);
});

test("the module's Host header is found in any spelling", () => {
  expect(moduleHost(moduleOf("{headers: {hOST: b}}"))).toBe("b");
  expect(moduleHost(moduleOf("{}"))).toBeUndefined();
});
