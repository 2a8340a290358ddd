import { afterEach, expect, test } from "@jest/globals";
import { cleanPaths, createApp } from "../../src/index.ts";
import { cleanUp, serve, talk } from "../support.ts";

afterEach(cleanUp);

async function ask(address: string, routePrefix = ""): Promise<{ readonly status: string; readonly location: string | undefined }> {
  const app = createApp({ routePrefix });
  app.use(cleanPaths, (_req, res) => void res.end());
  const { urls } = await serve(app);
  const answer = await talk(urls[0], `POST ${address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  return { status: answer.slice(9, 12), location: /\r\nLocation: (.*)\r\n/.exec(answer)?.[1] };
}

test.each([
  { address: "//api/v1/query?query=a//b", location: "/api/v1/query?query=a//b", why: "a base address with a slash at its end" },
  { address: "/a/../b/./c/", location: "/b/c/", why: "dots, and a slash at the end" },
  { address: "/a/..", location: "/", why: "nothing is left" },
  { address: "/../../etc/passwd", location: "/etc/passwd", why: "there is nothing above the root" },
  { address: "//evil.example/x", location: "/evil.example/x", why: "no other host, by two slashes" },
  { address: "/.//evil.example", location: "/evil.example", why: "nor behind a dot" },
  { address: "/x/../\\evil.example", location: "/%5Cevil.example", why: "nor by a backslash, which browsers take for a slash" },
  { address: "http://evil.example//x", location: "/x", why: "nor as the request has one" },
  { address: "//%2e%2e%2f%0d%0aX:y", location: "/%2e%2e%2f%0d%0aX:y", why: "what is encoded stays so" },
])("$address is $location: $why", async ({ address, location }) => {
  expect(await ask(address)).toEqual({ status: "307", location });
});

test.each([
  { address: "/prom//metrics?a=//", location: "/prom/metrics?a=//", why: "it stays below it" },
  { address: "/prom/a/../../../x", location: "/prom/x", why: "and does not lead above it" },
  { address: "/prom//evil.example", location: "/prom/evil.example", why: "nor to another host" },
])("with a prefix of the routes, $address is $location: $why", async ({ address, location }) => {
  expect(await ask(address, "/prom")).toEqual({ status: "307", location });
});

test.each(["/", "/a/b/", "/a%2f%2fb/..%2f", "/.well-known/x", "/a.../b", "/x?y=//../"])("%s is what it says", async (address) => {
  expect(await ask(address)).toEqual({ status: "200", location: undefined });
});
