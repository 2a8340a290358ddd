import { expect, test } from "@jest/globals";
import { formatUrl, parseUrl } from "@ferula/go-url";
import { firstStep, redirectStep, type Step } from "../../../src/probers/http/step.ts";

const headers = new Map([
  ["authorization", ["T x"]],
  ["cookie", ["a=b; c=d"]],
  ["content-type", ["text/x"]],
  ["x-a", ["1"]],
]);

function start(url: string, { method = "POST", host = "name.example", isReplayable = true } = {}): Step {
  return firstStep({ url: parseUrl(url), method, host, headers, body: Buffer.from("hey"), isReplayable });
}

function follow(step: Step, status: number, location: string, cookieNames: readonly string[] = []): Step {
  const next = redirectStep(step, { status, location, cookieNames });
  if (next === undefined) throw new Error("not a redirect");
  return next;
}

test.each([
  { status: 301, method: "POST", want: "GET", body: undefined },
  { status: 302, method: "PUT", want: "GET", body: undefined },
  { status: 303, method: "HEAD", want: "HEAD", body: undefined },
  { status: 307, method: "POST", want: "POST", body: "hey" },
  { status: 308, method: "PUT", want: "PUT", body: "hey" },
])("after $status a $method goes on as $want with the body $body", ({ status, method, want, body }) => {
  const next = follow(start("http://10.0.0.1/", { method }), status, "/x");
  expect([next.method, next.body?.toString()]).toEqual([want, body]);
  expect(next.headers.has("content-type")).toBe(body !== undefined);
});

test("a body that was dropped once does not come back", () => {
  const next = follow(follow(start("http://a/"), 302, "/x"), 307, "/y");
  expect([next.method, next.body, next.headers.has("content-type")]).toEqual(["GET", undefined, false]);
});

test.each([
  { why: "another status", status: 300, location: "/x", isReplayable: true },
  { why: "no location", status: 302, location: "", isReplayable: true },
  { why: "a body that can't be sent again", status: 307, location: "/x", isReplayable: false },
])("$why asks for nothing", ({ status, location, isReplayable }) => {
  expect(redirectStep(start("http://a/", { isReplayable }), { status, location, cookieNames: [] })).toBeUndefined();
});

test.each([
  { why: "the same host", hops: ["/x"], kept: true },
  { why: "the same host on another port", hops: ["http://a.b:8080/"], kept: true },
  { why: "a host below", hops: ["http://c.a.b/"], kept: true },
  { why: "the same host in capitals", hops: ["http://A.B/"], kept: true },
  { why: "a host that ends alike", hops: ["http://ca.b/"], kept: false },
  { why: "a host above", hops: ["http://b/"], kept: false },
  { why: "the way back from another", hops: ["http://x/", "http://a.b/"], kept: false },
])("credentials go to $why: $kept", ({ hops, kept }) => {
  const last = hops.reduce((step, location) => follow(step, 302, location), start("http://a.b/"));
  expect([last.isHome, last.headers.has("authorization"), last.headers.has("cookie")]).toEqual([kept, kept, kept]);
  expect(last.headers.get("x-a")).toEqual(["1"]);
});

test.each([
  { why: "a relative location keeps the Host header", location: "/x", host: "name.example" },
  { why: "one without a scheme keeps it, too", location: "//b:1/x", host: "name.example" },
  { why: "a whole URL brings its own", location: "http://a/x", host: "a" },
])("$why", ({ location, host }) => {
  expect(follow(start("http://a/"), 302, location).host).toBe(host);
});

test.each([
  { from: "http://u:p@a/x?y", to: "/z", want: "http://a/x?y" },
  { from: "https://a/x", to: "http://a/z", want: undefined },
  { from: "http://a/x", to: "https://b/z", want: "http://a/x" },
])("from $from to $to the referer is $want", ({ from, to, want }) => {
  expect(follow(start(from), 302, to).headers.get("referer")?.[0]).toBe(want);
});

test("a referer of the module's stays", () => {
  const step = start("http://a/");
  const own = firstStep({ ...step.origin, headers: new Map([["referer", ["http://mine"]]]) });
  expect(follow(own, 302, "/x").headers.get("referer")).toEqual(["http://mine"]);
});

test("cookies that an answer sets take the place of the module's, for good", () => {
  const once = follow(start("http://a/"), 302, "/x", ["a"]);
  expect(once.headers.get("cookie")).toEqual(["c=d"]);
  expect(follow(once, 302, "/y", ["c"]).headers.has("cookie")).toBe(false);
});

test("a location that makes no sense is named", () => {
  expect(() => follow(start("http://a/"), 302, "http://b c/")).toThrow('failed to parse Location header "http://b c/"');
  expect(formatUrl(follow(start("http://a/"), 302, "ftp://b/").url)).toBe("ftp://b/");
});
