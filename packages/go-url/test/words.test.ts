import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseUrl, redactUrl } from "../src/index.ts";

test.each([
  { text: "", want: { scheme: "", host: "" } },
  { text: "HTTP://Example.com:80/a?b#c", want: { scheme: "http", host: "Example.com:80" } },
  { text: "http://", want: { scheme: "http", host: "" } },
  { text: "http://user:p%40ss@[::1%25eth0]:9090/", want: { scheme: "http", host: "[::1%eth0]:9090" } },
  { text: "unix:///var/run/docker.sock", want: { scheme: "unix", host: "" } },
  { text: "kubernetes:443", want: { scheme: "kubernetes", host: "" } },
  { text: "example.com/path:1", want: { scheme: "", host: "" } },
  { text: "//example.com", want: { scheme: "", host: "example.com" } },
  { text: "///path", want: { scheme: "", host: "" } },
])("$text has the parts that Go finds", ({ text, want }) => {
  expect(parseUrl(text)).toMatchObject(want);
});

test.each([
  { text: "://x", want: 'parse "://x": missing protocol scheme' },
  { text: "1a:b", want: 'parse "1a:b": first path segment in URL cannot contain colon' },
  { text: "http://a\n", want: 'parse "http://a\\n": net/url: invalid control character in URL' },
  { text: "http://a:b", want: 'parse "http://a:b": invalid port ":b" after host' },
  { text: "http://a:1:2", want: 'parse "http://a:1:2": invalid port ":1:2" after host' },
  { text: "http://a b", want: 'parse "http://a b": invalid character " " in host name' },
  { text: "http://a/%zz", want: 'parse "http://a/%zz": invalid URL escape "%zz"' },
  { text: "http://a b%", want: 'parse "http://a b%": invalid character " " in host name' },
  { text: "http://%a b", want: 'parse "http://%a b": invalid URL escape "%a "' },
  { text: "http://a/%4", want: 'parse "http://a/%4": invalid URL escape "%4"' },
  { text: "http://a/%é€", want: 'parse "http://a/%é€": invalid URL escape "%é"' },
  { text: "http://a b/#c", want: 'parse "http://a b/": invalid character " " in host name' },
  { text: "http://a/#%zz", want: 'parse "http://a/#%zz": invalid URL escape "%zz"' },
  { text: "http://u ser@a", want: 'parse "http://u ser@a": net/url: invalid userinfo' },
  { text: "http://[::1", want: `parse "http://[::1": missing ']' in host` },
  { text: "http://[::1]x", want: 'parse "http://[::1]x": invalid port "x" after host' },
  { text: "http://[::g]", want: 'parse "http://[::g]": invalid host: ParseAddr("::g"): unable to parse IP' },
  { text: "http://a[::1]", want: 'parse "http://a[::1]": invalid IP-literal' },
])("$text is refused in Go's words", ({ text, want }) => {
  expect(() => parseUrl(text)).toThrow(want);
});

test("a password is not told", () => {
  expect(() => parseUrl("http://user:hunter2@a b")).toThrow('parse "http://user:xxxxx@a b"');
});

test("an error has its reason without the text, which may be a secret", () => {
  expect(() => parseUrl("http://a b/token")).toThrow(expect.objectContaining({ reason: 'invalid character " " in host name' }));
});

test.each([
  { text: "https://user:hunter2@a/?q=x:y@z", want: "https://user:xxxxx@a/?q=x:y@z", why: "an @ of the query is none of the user's" },
  { text: "http://me@corp:hunter2@proxy:1", want: "http://me%40corp:xxxxx@proxy:1", why: "a name may hold an @, which is encoded then" },
  { text: "http://me%40corp:hunter2@proxy", want: "http://me%40corp:xxxxx@proxy", why: "one that is encoded stays so" },
  { text: "http://u:hunter2@2@proxy", want: "http://u:xxxxx@proxy", why: "so may a password" },
  { text: "http://u:hunter:2@proxy", want: "http://u:xxxxx@proxy", why: "a password may hold colons" },
  { text: "http://:hunter2@proxy", want: "http://:xxxxx@proxy", why: "a name may be empty" },
  { text: "//u:hunter2@h", want: "//u:xxxxx@h", why: "a scheme may be missing" },
  { text: " http://u:hunter2@h", want: " http://u:xxxxx@h", why: "what is no URL is masked, too" },
  { text: "http://%zz:hunter2@h", want: "http://%zz:xxxxx@h", why: "also where the name is broken" },
  { text: "http://h:1/@", want: "http://h:1/@", why: "a port is no password" },
  { text: "http://u@h", want: "http://u@h", why: "a name alone is shown" },
])("$text: $why", ({ text, want }) => {
  expect(redactUrl(text)).toBe(want);
});

test("any web address that a browser would read as it is written is read", () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ["http", "https"], withQueryParameters: true, withFragments: true }), (text) => {
      const { protocol, host } = new URL(text);
      const parts = parseUrl(text);
      expect({ scheme: `${parts.scheme}:`, host: parts.host.toLowerCase() }).toEqual({ scheme: protocol, host });
    }),
  );
});
