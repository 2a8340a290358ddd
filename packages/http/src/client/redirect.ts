import { formatUrl, hostnameOf, parseUrl, resolveUrl, type GoUrl } from "@ferula/go-url";
import type { HeaderValues } from "./configured-headers.ts";

/** One request of a chain of redirects. */
export interface Step {
  readonly url: GoUrl;
  readonly method: string;
  /** The method of the first request: errors of the whole chain name it. */
  readonly firstMethod: string;
  /** The host of the first request, which the credentials are for, without its port. */
  readonly homeHost: string;
  readonly body: string | Uint8Array | undefined;
  /** The caller's own headers, names in lower case. */
  readonly headers: HeaderValues;
  /** The address that led here, unless it is not to be told. */
  readonly referer: string | undefined;
  /** Whether the chain has stayed with the host that the credentials are for. Once it has left, it doesn't come back. */
  readonly isHome: boolean;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What is meant for one host alone. */
export const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "cookie2",
  "www-authenticate",
  "proxy-authorization",
  "proxy-authenticate",
]);

/** What tells of a body; its length is the transport's own matter. */
const BODY_HEADERS: ReadonlySet<string> = new Set(["content-encoding", "content-language", "content-location", "content-type"]);

/**
 * The request that an answer asks for, or undefined when it asks for none. After 301, 302 and 303 there is no body, and what was neither
 * GET nor HEAD is a GET; credentials follow to the same host and those below it, on any port (net/http/client.go `redirectBehavior`,
 * `shouldCopyHeaderOnRedirect`). Throws a UrlError when the address makes no sense.
 */
export function redirectStep(step: Step, status: number, location: string | undefined): Step | undefined {
  if (!REDIRECTS.has(status) || location === undefined || location === "") return undefined;
  // A header holds a character for each byte.
  const url = resolveUrl(step.url, parseUrl(Buffer.from(location, "latin1").toString("utf8")));
  const isHome = step.isHome && isSameOrBelow(hostnameOf(url).toLowerCase(), step.homeHost.toLowerCase());
  const keepsBody = status >= 307 && step.body !== undefined;
  const keepsMethod = status >= 307 || step.method === "HEAD";
  return {
    ...step,
    url,
    method: keepsMethod ? step.method : "GET",
    body: keepsBody ? step.body : undefined,
    headers: Object.fromEntries(
      Object.entries(step.headers).filter(
        ([name]) => (isHome || !CREDENTIAL_HEADERS.has(name)) && (status >= 307 || !BODY_HEADERS.has(name)),
      ),
    ),
    referer: refererOf(step.url, url),
    isHome,
  };
}

/** What was fetched in secret is not told in the clear. */
function refererOf(from: GoUrl, to: GoUrl): string | undefined {
  if (from.scheme === "https" && to.scheme === "http") return undefined;
  return Buffer.from(formatUrl(from, { withUser: false }), "utf8").toString("latin1");
}

/** An address has no hosts below it, though its text may look so. */
function isSameOrBelow(host: string, home: string): boolean {
  if (host === home) return true;
  return !/[:%]/.test(host) && host.endsWith(`.${home}`);
}
