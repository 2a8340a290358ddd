import { expect, test } from "@jest/globals";
import { hostnameOf, parseUrl } from "@ferula/go-url";
import { redirectStep, type Step } from "../../src/client/redirect.ts";

function stepAt(url: string, more: Partial<Step> = {}): Step {
  return {
    url: parseUrl(url),
    method: "GET",
    firstMethod: "GET",
    homeHost: hostnameOf(parseUrl(url)),
    body: undefined,
    headers: { authorization: "a", cookie: "b", "proxy-authenticate": "c", "x-own": "d" },
    referer: undefined,
    isHome: true,
    ...more,
  };
}

test.each([
  { from: "http://a.example/", to: "http://a.example:81/", isHome: true, why: "another port is the same host" },
  { from: "http://a.example/", to: "https://A.example/", isHome: true, why: "so is another case" },
  { from: "https://a.example/", to: "http://a.example/", isHome: true, why: "and another scheme, as Go has it" },
  { from: "http://a.example/", to: "http://b.a.example/", isHome: true, why: "a host below is as the host" },
  { from: "http://b.a.example/", to: "http://a.example/", isHome: false, why: "one above is not" },
  { from: "http://a.example/", to: "http://ba.example/", isHome: false, why: "nor one that ends alike" },
  { from: "http://127.0.0.1/", to: "http://localhost/", isHome: false, why: "names of one machine are two hosts" },
  { from: "http://web.1/", to: "http://a.web.1/", isHome: true, why: "a name that ends in a number is no address" },
  { from: "http://[::1]/", to: "http://[::2]/", isHome: false, why: "addresses have no hosts below them" },
])("$why: $from to $to", ({ from, to, isHome }) => {
  const next = redirectStep(stepAt(from), 302, to);
  expect(next?.isHome).toBe(isHome);
  expect(Object.keys(next?.headers ?? {})).toEqual(isHome ? ["authorization", "cookie", "proxy-authenticate", "x-own"] : ["x-own"]);
});

test("the host of the first request is home, however far the chain went below it", () => {
  const below = redirectStep(stepAt("http://a.example/"), 302, "http://b.a.example/") as Step;
  expect(redirectStep(below, 302, "http://a.example/")?.isHome).toBe(true);
  const away = redirectStep(below, 302, "http://c.example/") as Step;
  expect(redirectStep(away, 302, "http://a.example/")?.isHome).toBe(false);
});

test.each([
  { status: 302, method: "GET", want: "GET", keepsBody: false, why: "after 302 a GET has no body, either" },
  { status: 301, method: "HEAD", want: "HEAD", keepsBody: false, why: "a HEAD stays one" },
  { status: 303, method: "DELETE", want: "GET", keepsBody: false, why: "after 303 all else is a GET" },
  { status: 307, method: "DELETE", want: "DELETE", keepsBody: true, why: "after 307 nothing changes" },
])("$why", ({ status, method, want, keepsBody }) => {
  const headers = { "content-type": "t", "content-language": "l", "content-disposition": "d" };
  const next = redirectStep(stepAt("http://a/", { method, body: "x", headers }), status, "/b");
  expect(next).toMatchObject({ method: want, body: keepsBody ? "x" : undefined });
  expect(Object.keys(next?.headers ?? {})).toEqual(keepsBody ? Object.keys(headers) : ["content-disposition"]);
});

test.each([
  { from: "http://a/x?y=z", to: "https://b/", want: "http://a/x?y=z", why: "a redirect tells where it comes from" },
  { from: "https://a/", to: "http://b/", want: undefined, why: "but not what was fetched in secret" },
  { from: "http://joe:pass@a/", to: "/b", want: "http://a/", why: "nor a password" },
])("$why", ({ from, to, want }) => {
  expect(redirectStep(stepAt(from), 302, to)?.referer).toBe(want);
});
