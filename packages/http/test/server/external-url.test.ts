import { hostname } from "node:os";
import { expect, test } from "@jest/globals";
import { readExternalUrl, readRoutePrefix } from "../../src/index.ts";

const here = `http://${hostname()}:9090`;

test.each([
  { text: "", want: here, why: "nothing is this host" },
  { text: "/prom/", want: `${here}/prom`, why: "a path alone is one on this host" },
  { text: "https://proxy.example/prom//", want: "https://proxy.example/prom", why: "slashes at the end are taken off" },
  { text: "http://proxy.example:8080", want: "http://proxy.example:8080", why: "a port stays" },
])("$why", ({ text, want }) => {
  expect(readExternalUrl(text, "0.0.0.0:9090")).toBe(want);
});

test("the port is that of the address, IPv6 included", () => {
  expect(readExternalUrl("", "[::1]:81")).toBe(`http://${hostname()}:81`);
});

test.each([
  { text: "proxy.example", reason: "it is not a URL" },
  { text: "http://", reason: "it is not a URL" },
  { text: "http://proxy.example/%2x", reason: "an escape in it is none" },
  { text: "ftp://proxy.example", reason: "it is neither http nor https" },
  { text: "'http://proxy.example'", reason: "URL must not begin or end with quotes" },
])("$text is refused: $reason", ({ text, reason }) => {
  expect(() => readExternalUrl(text, ":9090")).toThrow(`cannot use --web.external-url=${JSON.stringify(text)}: ${reason}`);
});

test.each([
  { text: "", externalUrl: "http://x/prom", want: "/prom", why: "the path of the URL is the prefix" },
  { text: "", externalUrl: "http://x", want: "", why: "no path is no prefix" },
  { text: "", externalUrl: "", want: "", why: "no URL is no prefix" },
  { text: "/", externalUrl: "http://x/prom", want: "", why: "a slash says that there is none, whatever the URL's path" },
  { text: "a/b/", externalUrl: "http://x/prom", want: "/a/b", why: "what is given counts" },
])("$why", ({ text, externalUrl, want }) => {
  expect(readRoutePrefix(text, externalUrl)).toBe(want);
});
