import { reveal } from "@ferula/config";
import { hostnameOf, parseUrl, portOf, type GoUrl } from "@ferula/go-url";
import type { ProxyConfig } from "../config/proxy-config.ts";
import { hostPort, type Endpoint } from "../endpoint.ts";
import { HttpClientError } from "../http-client-error.ts";
import { readNoProxy, type GoesDirect } from "./no-proxy.ts";

/** A proxy. */
export interface Proxy {
  /** `http`, `https`, `socks5` or `socks5h`; any other is taken for `http`, as Go does. */
  readonly scheme: string;
  /** Without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** `scheme://host:port`. */
  readonly origin: string;
  readonly user: { readonly name: string; readonly password: string } | undefined;
}

/** The proxy for a request, undefined where it goes directly. Throws HttpClientError where there is one that can't be used. */
export type ChooseProxy = (target: Pick<Endpoint, "isSecure" | "hostname" | "port">) => Proxy | undefined;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443, socks5: 1080, socks5h: 1080 };

/**
 * How the proxies of a section are chosen, or undefined where there are none (common/config `ProxyConfig.Proxy`). Those of the environment
 * are read once, as upstream does; the names in small letters come first.
 */
export function chooseProxy(config: ProxyConfig, environment: NodeJS.ProcessEnv = process.env): ChooseProxy | undefined {
  if (config.proxy_from_environment) return fromEnvironment(environment);
  if (config.proxy_url === undefined) return undefined;
  const url = reveal(config.proxy_url);
  if (config.no_proxy !== "") return unless(readNoProxy(config.no_proxy), mendedProxy(url));
  const proxy = readProxy(url);
  return () => proxy ?? unusable();
}

function fromEnvironment(environment: NodeJS.ProcessEnv): ChooseProxy | undefined {
  const read = (name: string): string => environment[name] || environment[name.toUpperCase()] || "";
  const http = mendedProxy(read("http_proxy"));
  const https = mendedProxy(read("https_proxy"));
  if (http === undefined && https === undefined) return undefined;
  const goesDirect = readNoProxy(read("no_proxy"));
  const forHttp = unless(goesDirect, http);
  const forHttps = unless(goesDirect, https);
  const isCgi = (environment["REQUEST_METHOD"] ?? "") !== "";
  return (target) => {
    if (target.isSecure) return forHttps(target);
    // A CGI server hands on a header `Proxy` as HTTP_PROXY: whoever sent the request would choose the proxy.
    if (http !== undefined && isCgi)
      throw new HttpClientError("request", "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy");
    return forHttp(target);
  };
}

function unless(goesDirect: GoesDirect, proxy: Proxy | undefined): ChooseProxy {
  return ({ hostname, port }) => (proxy === undefined || goesDirect(hostname, String(port)) ? undefined : proxy);
}

/** `host:3128` stands for `http://host:3128`; what makes no sense is no proxy (httpproxy `parseProxy`). */
function mendedProxy(text: string): Proxy | undefined {
  if (text === "") return undefined;
  return readProxy(text) ?? (text.includes("://") ? undefined : readProxy(`http://${text}`));
}

function readProxy(text: string): Proxy | undefined {
  const url = parsedUrl(text);
  if (url === undefined || hostnameOf(url) === "") return undefined;
  const { scheme, user } = url;
  const hostname = hostnameOf(url);
  const written = portOf(url);
  const port = written === "" ? (DEFAULT_PORTS[scheme] ?? 0) : Number(written);
  return {
    scheme,
    hostname,
    port,
    origin: `${scheme === "https" ? "https" : "http"}://${hostPort(hostname, port)}`,
    user: user === undefined ? undefined : { name: user.name, password: user.password ?? "" },
  };
}

function parsedUrl(text: string): GoUrl | undefined {
  try {
    return parseUrl(text);
  } catch {
    return undefined;
  }
}

function unusable(): never {
  throw new HttpClientError("request", "proxyconnect tcp: proxy_url names no host");
}
