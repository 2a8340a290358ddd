/** One request of a probe. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** Whether the module's body is sent. */
  readonly hasBody: boolean;
  /** The Host header, where it is not the URL's own. */
  readonly hostname: string;
  /** Whether the chain has stayed with the host that credentials are for. Once it has left, it doesn't come back. */
  readonly isHome: boolean;
  /** "" for none. */
  readonly referer: string;
}

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What a module may set that is meant for the target alone (net/http/client.go `shouldCopyHeaderOnRedirect`). */
export const CREDENTIALS: ReadonlySet<string> = new Set([
  "authorization",
  "www-authenticate",
  "cookie",
  "cookie2",
  "proxy-authorization",
  "proxy-authenticate",
]);

/** Whether an answer asks for another request. */
export function isRedirect(status: number | undefined, location: string | undefined): location is string {
  return status !== undefined && STATUSES.has(status) && location !== undefined;
}

/**
 * The request that a redirect asks for. After 301, 302 and 303 it is a GET (a HEAD stays one) without a body; a given host name holds for
 * relative locations only; credentials don't follow to another host, nor from https to http. Throws where the location can't be read
 * or is not HTTP.
 */
export function nextHop({ url, method, hasBody, hostname, isHome }: Hop, status: number, location: string): Hop {
  if (!URL.canParse(location, url.href)) throw new Error(`failed to parse Location header ${JSON.stringify(location)}`);
  const next = new URL(location, url);
  if (next.protocol !== "http:" && next.protocol !== "https:") {
    throw new Error(`unsupported protocol scheme ${JSON.stringify(next.protocol.slice(0, -1))}`);
  }
  const keepsRequest = status === 307 || status === 308;
  const isDowngrade = url.protocol === "https:" && next.protocol === "http:";
  return {
    url: next,
    method: keepsRequest || method === "HEAD" ? method : "GET",
    hasBody: hasBody && keepsRequest,
    hostname: URL.canParse(location) || location.startsWith("//") ? "" : hostname,
    isHome: isHome && isWithin(next.hostname, url.hostname) && !isDowngrade,
    referer: isDowngrade ? "" : withoutUser(url),
  };
}

function isWithin(hostname: string, parent: string): boolean {
  return hostname === parent || hostname.endsWith(`.${parent}`);
}

function withoutUser(url: URL): string {
  const plain = new URL(url);
  plain.username = "";
  plain.password = "";
  plain.hash = "";
  return plain.href;
}
