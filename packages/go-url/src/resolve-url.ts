import { escapedHost, escapedQuery, escapedUser } from "./escape.ts";
import type { GoUrl, UserInfo } from "./parse-url.ts";

/** The URL that a reference means where it stands in an answer from `base` (net/url `ResolveReference`). */
export function resolveUrl(base: GoUrl, reference: GoUrl): GoUrl {
  const scheme = reference.scheme === "" ? base.scheme : reference.scheme;
  if (reference.scheme !== "" || reference.host !== "" || reference.user !== undefined) {
    return { ...reference, scheme, path: withoutDots(reference.path) };
  }
  const query = reference.path === "" && reference.query === undefined ? base.query : reference.query;
  const path = reference.path.startsWith("/")
    ? reference.path
    : reference.path === ""
      ? base.path
      : base.path.slice(0, base.path.lastIndexOf("/") + 1) + reference.path;
  return { ...base, path: withoutDots(path), query };
}

/** Takes `.` and `..` out of a path, and puts a slash before it. */
function withoutDots(path: string): string {
  if (path === "") return "";
  const segments = path.replace(/^\//, "").split("/");
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === "." || last === "..") kept.push("");
  return `/${kept.join("/")}`;
}

/** What stands in the first line of a request. */
export function requestTarget({ scheme, opaque, path, query }: GoUrl): string {
  const place = opaque.startsWith("//") ? `${scheme}:${opaque}` : opaque || path || "/";
  return place + (query === undefined ? "" : `?${escapedQuery(query)}`);
}

/** The URL as text; a password is shown as `***`, and `withUser: false` leaves the whole user out. */
export function formatUrl(url: GoUrl, { withUser = true } = {}): string {
  const { scheme, opaque, user, path, query } = url;
  const search = query === undefined ? "" : `?${query}`;
  const before = scheme === "" ? "" : `${scheme}:`;
  if (opaque !== "") return `${before}${opaque}${search}`;
  return `${before}${authorityOf(url, withUser ? user : undefined)}${path}${search}`;
}

/** With the slashes before it, which stand before a path alone where they were written (net/url `URL.String`). */
function authorityOf({ scheme, host, path, omitsHost }: GoUrl, user: UserInfo | undefined): string {
  if (host === "" && user === undefined && (omitsHost || path === "" || scheme === "")) return "";
  return `//${user === undefined ? "" : userText(user)}${escapedHost(host)}`;
}

/** The name stands encoded but where a password is masked, as in the errors of net/http (`stripPassword`). */
function userText({ name, password }: UserInfo): string {
  return password === undefined ? `${escapedUser(name)}@` : `${name}:***@`;
}
