import { expect, test } from "@jest/globals";
import { parseUrl } from "../src/parse-url.ts";
import { formatUrl, resolveUrl } from "../src/resolve-url.ts";

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
