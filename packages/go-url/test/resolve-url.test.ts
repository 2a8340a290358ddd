import { expect, test } from "@jest/globals";
import { parseUrl } from "../src/parse-url.ts";
import { formatUrl, requestTarget, resolveUrl } from "../src/resolve-url.ts";

test.each([
  { reference: "/x", want: "http://u:***@h:1/x", why: "a path stays with the host and its user" },
  { reference: "x?y", want: "http://u:***@h:1/a/x?y", why: "a name takes the last one's place" },
  { reference: "?y", want: "http://u:***@h:1/a/b?y", why: "a query takes the query's place" },
  { reference: "?", want: "http://u:***@h:1/a/b?", why: "an empty query, too" },
  { reference: "#f", want: "http://u:***@h:1/a/b?q", why: "a fragment alone changes nothing" },
  { reference: "../../c/./d/..", want: "http://u:***@h:1/c/", why: "dots are resolved" },
  { reference: "//g/x", want: "http://g/x", why: "another host has no user" },
  { reference: "https://g", want: "https://g", why: "a whole URL is taken" },
  { reference: "ftp:x", want: "ftp:x", why: "any scheme will do" },
])("$reference: $why", ({ reference, want }) => {
  expect(formatUrl(resolveUrl(parseUrl("http://u:p@h:1/a/b?q"), parseUrl(reference)))).toBe(want);
});

test.each([
  { text: "unix:/x", want: "unix:/x", why: "a single slash stays one" },
  { text: "unix:///x", want: "unix:///x", why: "three stay three" },
  { text: "http:", want: "http:", why: "nothing is added" },
  { text: "x://", want: "x:", why: "slashes before nothing are left out, as Go does" },
  { text: "/a?b", want: "/a?b", why: "a path has no scheme" },
  { text: "//u@h/a", want: "//u@h/a", why: "nor has a host" },
  { text: "http://u!@h", want: "http://u%21@h", why: "a name is encoded" },
  { text: "http://me%40corp:p@h", want: "http://me@corp:***@h", why: "but not before a masked password" },
  { text: "http://[fe80::1%25eth0]:1/", want: "http://[fe80::1%25eth0]:1/", why: "a zone is encoded" },
])("$text is printed as $want: $why", ({ text, want }) => {
  expect(formatUrl(parseUrl(text))).toBe(want);
});

test.each([
  { text: "h:80", want: "80" },
  { text: "http:x?y", want: "x?y" },
  { text: "http://h?y", want: "/?y" },
])("a request for $text asks for $want", ({ text, want }) => {
  expect(requestTarget(parseUrl(text))).toBe(want);
});
