import { expect, test } from "@jest/globals";
import { parseUrl } from "@ferula/go-url";
import { endpointOf } from "../../../src/client/endpoint.ts";
import { chooseProxy } from "../../../src/client/proxy/choose-proxy.ts";
import { clientConfig } from "../../support.ts";

function chosen(config: string, url: string, environment: NodeJS.ProcessEnv = {}): string | undefined {
  const proxy = chooseProxy(clientConfig(config), environment)?.(endpointOf(parseUrl(url)));
  return proxy === undefined ? undefined : `${proxy.scheme}://${proxy.hostname}:${proxy.port}`;
}

test.each([
  { config: "proxy_url: http://p", url: "http://x/", want: "http://p:80", why: "a proxy has the port of its scheme" },
  { config: "proxy_url: https://p", url: "http://x/", want: "https://p:443", why: "also by TLS" },
  { config: "proxy_url: socks5://p", url: "http://x/", want: "socks5://p:1080", why: "also by SOCKS" },
  { config: "proxy_url: 'http://[::1]:3128'", url: "http://x/", want: "http://::1:3128", why: "an address of IPv6 loses its brackets" },
  { config: "proxy_url: http://p", url: "http://localhost/", want: "http://p:80", why: "without no_proxy even this machine goes by it" },
  { config: "{proxy_url: http://p, no_proxy: y}", url: "http://localhost/", want: undefined, why: "with no_proxy it doesn't" },
  { config: "{proxy_url: http://p, no_proxy: y}", url: "http://a.y:81/", want: undefined, why: "nor does what is listed" },
  { config: "{proxy_url: http://p, no_proxy: 'y:443'}", url: "https://y/", want: undefined, why: "the port of the scheme counts" },
  { config: "{proxy_url: 'p:3128', no_proxy: y}", url: "http://x/", want: "http://p:3128", why: "with no_proxy a scheme may be missing" },
  { config: "{}", url: "http://x/", want: undefined, why: "without a proxy there is none" },
  { config: "proxy_url: http://p.1", url: "http://x/", want: "http://p.1:80", why: "a name that ends in a number is no address" },
  { config: "{proxy_url: http://p, no_proxy: web.1}", url: "http://web.1:9090/", want: undefined, why: "nor is that of a target" },
])("$why", ({ config, url, want }) => {
  expect(chosen(config, url)).toBe(want);
});

test.each([
  { env: { HTTP_PROXY: "http://h" }, url: "http://x/", want: "http://h:80", why: "HTTP_PROXY is for http" },
  { env: { HTTP_PROXY: "http://h" }, url: "https://x/", want: undefined, why: "and not for https" },
  { env: { HTTPS_PROXY: "http://s" }, url: "https://x/", want: "http://s:80", why: "HTTPS_PROXY is for https" },
  {
    env: { http_proxy: "http://small", HTTP_PROXY: "http://h" },
    url: "http://x/",
    want: "http://small:80",
    why: "small letters come first",
  },
  { env: { http_proxy: "", HTTP_PROXY: "http://h" }, url: "http://x/", want: "http://h:80", why: "an empty one is none" },
  { env: { HTTP_PROXY: "h:3128" }, url: "http://x/", want: "http://h:3128", why: "a scheme may be missing" },
  { env: { HTTP_PROXY: "http://h", NO_PROXY: "x" }, url: "http://x/", want: undefined, why: "NO_PROXY is heeded" },
  { env: { HTTP_PROXY: "http://h" }, url: "http://127.0.0.1/", want: undefined, why: "this machine goes directly" },
  { env: { HTTP_PROXY: "http://%zz" }, url: "http://x/", want: undefined, why: "what is no URL is no proxy" },
  { env: { ALL_PROXY: "http://a" }, url: "http://x/", want: undefined, why: "other names don't count" },
  { env: { HTTPS_PROXY: "http://s", REQUEST_METHOD: "GET" }, url: "https://x/", want: "http://s:80", why: "CGI concerns HTTP_PROXY alone" },
])("$why", ({ env, url, want }) => {
  expect(chosen("proxy_from_environment: true", url, env)).toBe(want);
});

test("under CGI, HTTP_PROXY may come from a stranger", () => {
  expect(() => chosen("proxy_from_environment: true", "http://x/", { HTTP_PROXY: "http://h", REQUEST_METHOD: "GET" })).toThrow(
    "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy",
  );
});

test("a proxy without a host is told when it is used", () => {
  expect(() => chosen("proxy_url: localhost:3128", "http://x/")).toThrow("proxyconnect tcp: proxy_url names no host");
});
