import { describe, expect, test } from "@jest/globals";
import { hostnameOf, parseUrl, portOf } from "../src/parse-url.ts";
import { requestTarget } from "../src/resolve-url.ts";

describe("a URL is read as Go reads it", () => {
  test.each([
    { text: "http://a", host: "a", port: "", target: "/", why: "a path is added to the request only" },
    { text: "HTTP://A:80/B", host: "A", port: "80", target: "/B", why: "a host keeps its case" },
    { text: "http://0x7f000001/", host: "0x7f000001", port: "", target: "/", why: "a number is no address" },
    { text: "http://127.1:8080?a=b", host: "127.1", port: "8080", target: "/?a=b", why: "a short address is none" },
    { text: "http://[::1]:9/x", host: "::1", port: "9", target: "/x", why: "brackets are not part of a name" },
    { text: "http://[fe80::1%25eth0]/", host: "fe80::1%eth0", port: "", target: "/", why: "a zone is decoded" },
    { text: "http://u:p%40@a@b:1/", host: "b", port: "1", target: "/", why: "the last @ ends the user" },
    { text: "http://a/b c/%7e?d e#f", host: "a", port: "", target: "/b%20c/~?d%20e", why: "a path that can't stand is encoded anew" },
    { text: "http://a/%7e/;(x)?", host: "a", port: "", target: "/%7e/;(x)?", why: "a path that can stand stays" },
    { text: "http://a/é", host: "a", port: "", target: "/%C3%A9", why: "other alphabets go as UTF-8" },
    { text: "http://a%25b/", host: "a%b", port: "", target: "/", why: "of ASCII, the percent sign alone may be escaped" },
    { text: "http://b%C3%BCro/", host: "büro", port: "", target: "/", why: "names of other alphabets may be escaped" },
  ])("$text: $why", ({ text, host, port, target }) => {
    const url = parseUrl(text);
    expect([hostnameOf(url), portOf(url), requestTarget(url)]).toEqual([host, port, target]);
  });

  test("with its user", () => {
    expect(parseUrl("http://u:p%3Aq:r@a/").user).toEqual({ name: "u", password: "p:q:r" });
    expect(parseUrl("http://u@a/").user).toEqual({ name: "u", password: undefined });
  });
});

test.each([
  { text: "http://a\nb/", message: "net/url: invalid control character in URL" },
  { text: "http://a/\x7f", message: "net/url: invalid control character in URL" },
  { text: "http://a b/", message: 'invalid character " " in host name' },
  { text: "http://a^b/", message: 'invalid character "^" in host name' },
  { text: "http://%41/", message: 'invalid URL escape "%41"' },
  { text: "http://a/%zz", message: 'invalid URL escape "%zz"' },
  { text: "http://a/%4", message: 'invalid URL escape "%4"' },
  { text: "http://a:b/", message: 'invalid port ":b" after host' },
  { text: "http://a:1:2/", message: 'invalid port ":1:2" after host' },
  { text: "http://[::1/", message: "missing ']' in host" },
  { text: "http://[::1]x/", message: 'invalid port "x" after host' },
  { text: "http://[127.0.0.1]/", message: "invalid host" },
  { text: "http://a[::1]/", message: "invalid IP-literal" },
  { text: "http://u^@a/", message: "net/url: invalid userinfo" },
  { text: "://a", message: "missing protocol scheme" },
  { text: "a:b/c", message: undefined },
  { text: "1a:b/c", message: "first path segment in URL cannot contain colon" },
])("$text is refused: $message", ({ text, message }) => {
  if (message === undefined) expect(parseUrl(text).opaque).toBe("b/c");
  else expect(() => parseUrl(text)).toThrow(`parse ${JSON.stringify(text)}: ${message}`);
});
