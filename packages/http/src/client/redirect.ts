import type { HeaderValues } from "./configured-headers.ts";

/** One request of a chain of redirects. */
export interface Step {
  readonly url: URL;
  readonly method: string;
  readonly body: string | Uint8Array | undefined;
  /** The caller's own headers, names in lower case. */
  readonly headers: HeaderValues;
  /** Whether the chain has stayed with the host that the credentials are for. Once it has left, it doesn't come back. */
  readonly isHome: boolean;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What a caller may have given that is meant for one host alone. */
const CREDENTIALS: ReadonlySet<string> = new Set(["authorization", "cookie", "cookie2", "www-authenticate", "proxy-authorization"]);

/**
 * The request that an answer asks for, or undefined when it asks for none. After 301, 302 and 303 it is a GET (a HEAD stays one) without a
 * body; credentials don't follow to another host, nor from https to http (net/http/client.go `redirectBehavior`). Throws a TypeError when
 * the address makes no sense.
 */
export function redirectStep({ url, method, body, headers, isHome }: Step, status: number, location: unknown): Step | undefined {
  if (!REDIRECTS.has(status) || typeof location !== "string" || location === "") return undefined;
  const next = new URL(location, url);
  const staysHome = isHome && next.hostname === url.hostname && !(url.protocol === "https:" && next.protocol === "http:");
  const becomesGet = status < 307 && method !== "GET" && method !== "HEAD";
  return {
    url: next,
    method: becomesGet ? "GET" : method,
    body: becomesGet ? undefined : body,
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name]) => (staysHome || !CREDENTIALS.has(name)) && !(becomesGet && name.startsWith("content-"))),
    ),
    isHome: staysHome,
  };
}
