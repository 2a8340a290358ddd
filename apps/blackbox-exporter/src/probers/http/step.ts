import { type GoUrl, formatUrl, hostnameOf, parseUrl, resolveUrl } from "@ferula/go-url";

/** Headers by their name in lower case. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>;

/** The request that a probe begins with. */
export interface Origin {
  readonly url: GoUrl;
  readonly method: string;
  /** The Host header. */
  readonly host: string;
  /** What the module's `headers` say. */
  readonly headers: HeaderMap;
  readonly body: Buffer | undefined;
  /** Whether the body may be sent a second time. Go can't do that with a file's, and does not follow 307 and 308 then. */
  readonly isReplayable: boolean;
}

/** One request of a probe. */
export interface Step extends Omit<Origin, "isReplayable"> {
  readonly origin: Origin;
  /** Whether the chain of redirects has stayed with the host that credentials are for. Once it has left, it doesn't come back. */
  readonly isHome: boolean;
  /** Whether every redirect so far has kept the body, and the headers that tell of it. */
  readonly keepsBody: boolean;
}

/** What of an answer matters to a redirect. */
export interface RedirectAnswer {
  readonly status: number;
  /** The header Location; "" when there is none. */
  readonly location: string;
  /** The names of the cookies that the answer sets. */
  readonly cookieNames: readonly string[];
}

const CREDENTIALS: ReadonlySet<string> = new Set([
  "authorization",
  "www-authenticate",
  "cookie",
  "cookie2",
  "proxy-authorization",
  "proxy-authenticate",
]);
const OF_THE_BODY: ReadonlySet<string> = new Set(["content-encoding", "content-language", "content-location", "content-type"]);

/** The first step. */
export function firstStep(origin: Origin): Step {
  const { isReplayable: _, ...request } = origin;
  return { ...request, origin, isHome: true, keepsBody: true };
}

/**
 * The request that an answer asks for, or undefined when it asks for none (net/http/client.go `Client.do`). After 301, 302 and 303 it is a
 * GET (a HEAD stays one) without the body, and no later one brings it back. Credentials go to the first host and what is below it
 * only. Throws when the address makes no sense.
 */
export function redirectStep(step: Step, { status, location, cookieNames }: RedirectAnswer): Step | undefined {
  const { origin } = step;
  const keepsMethod = status === 307 || status === 308;
  if (!keepsMethod && status !== 301 && status !== 302 && status !== 303) return undefined;
  if (location === "" || (keepsMethod && origin.body !== undefined && !origin.isReplayable)) return undefined;
  const reference = parseLocation(location);
  const url = resolveUrl(step.url, reference);
  const isHome = step.isHome && isSameOrBelow(hostnameOf(url), hostnameOf(origin.url));
  const keepsBody = step.keepsBody && keepsMethod;
  const headers = withoutCookies(origin.headers, cookieNames);
  return {
    url,
    method: keepsMethod || step.method === "HEAD" ? step.method : "GET",
    // A Host header of the module's is for the server that was asked, wherever there the answer points to.
    host: reference.scheme === "" && step.host !== step.url.host ? step.host : url.host,
    headers: withReferer(step.url, url, followingHeaders(headers, isHome, keepsBody)),
    body: keepsBody ? origin.body : undefined,
    isHome,
    keepsBody,
    origin: { ...origin, headers },
  };
}

function parseLocation(location: string): GoUrl {
  try {
    return parseUrl(location);
  } catch (error) {
    throw new Error(`failed to parse Location header ${JSON.stringify(location)}: ${(error as Error).message}`, { cause: error });
  }
}

function isSameOrBelow(name: string, parent: string): boolean {
  const [sub, top] = [name.toLowerCase(), parent.toLowerCase()];
  return sub === top || (!/[:%]/.test(sub) && sub.endsWith(`.${top}`));
}

function followingHeaders(headers: HeaderMap, isHome: boolean, hasBody: boolean): HeaderMap {
  return new Map([...headers].filter(([name]) => (isHome || !CREDENTIALS.has(name)) && (hasBody || !OF_THE_BODY.has(name))));
}

/** Nothing tells a plain server what was asked of a secure one. */
function withReferer(from: GoUrl, to: GoUrl, headers: HeaderMap): HeaderMap {
  if (headers.has("referer") || (from.scheme === "https" && to.scheme === "http")) return headers;
  return new Map([...headers, ["referer", [formatUrl(from, { withUser: false })]]]);
}

/** A cookie of the module's gives way to one of the same name that a server sets. */
function withoutCookies(headers: HeaderMap, names: readonly string[]): HeaderMap {
  const given = headers.get("cookie")?.flatMap((line) => line.split(/;\s*/)) ?? [];
  const kept = given.filter((pair) => !names.includes(pair.split("=", 1)[0].trim()));
  if (kept.length === given.length) return headers;
  const others = [...headers].filter(([name]) => name !== "cookie");
  return new Map(kept.length === 0 ? others : [...others, ["cookie", [kept.toSorted().join("; ")]]]);
}
