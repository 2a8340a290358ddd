import { isIPv6 } from "node:net";
import { checkEscapes, escapedPath, escapeError, unescapeText } from "./escape.ts";
import { redactUrl } from "./redact-url.ts";

/**
 * A URL in the parts that Go tells apart, and no more is made of them: a host stays as it was written, where the WHATWG's parser would turn
 * `0x7f000001` into 127.0.0.1 and drop line breaks.
 */
export interface GoUrl {
  /** In lower case; "" in a relative reference. */
  readonly scheme: string;
  /** What stands behind the scheme of a URL without a slash there, such as `mailto:a@b`; "" for others. */
  readonly opaque: string;
  readonly user: UserInfo | undefined;
  /** With its port where one was written; an IPv6 address in brackets. */
  readonly host: string;
  /** Whether a single slash came after the scheme: `unix:/x` is not `unix:///x`, though both name no host. */
  readonly omitsHost: boolean;
  /** As it goes over the wire. */
  readonly path: string;
  /** Undefined where no `?` was written. */
  readonly query: string | undefined;
}

/** The part before the `@`, decoded. */
export interface UserInfo {
  readonly name: string;
  /** Undefined where no colon was written. */
  readonly password: string | undefined;
}

/** What Go doesn't let stand in a host: broken escapes, those of ASCII but for `%25`, and these characters. */
const BAD_IN_HOST = /%(?![\da-f]{2})|%(?!25)[0-7][\da-f]|[ #/?@\\^`{|}]/i;
const USER_INFO = /^[\w\-.~:!$&'()*+,;=%@]*$/;

/** A text that is no URL. The message is Go's, with the text but without a password in it. */
export class UrlError extends Error {
  override name = "UrlError";
  /** What is wrong, without the text, which may be a secret as a whole. */
  readonly reason: string;
  constructor(text: string, reason: string, options?: ErrorOptions) {
    super(`parse ${JSON.stringify(redactUrl(text))}: ${reason}`, options);
    this.reason = reason;
  }
}

/**
 * Reads a URL or a reference as net/url `Parse` does, which takes much that is not a web address: `unix:///run/docker.sock`,
 * `kubernetes:443`. Throws a UrlError.
 */
export function parseUrl(text: string): GoUrl {
  const [withoutFragment, fragment] = cut(text, "#");
  const url = named(withoutFragment, () => parse(withoutFragment));
  named(text, () => checkEscapes(fragment ?? ""));
  return url;
}

/** What `work` makes; its error says of which text it tells, which is that without the fragment unless that is what is wrong. */
function named<T>(text: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UrlError(text, (error as Error).message, { cause: error });
  }
}

function parse(withoutFragment: string): GoUrl {
  // oxlint-disable-next-line no-control-regex -- the characters that Go refuses
  if (/[\x00-\x1f\x7f]/.test(withoutFragment)) throw new Error("net/url: invalid control character in URL");
  if (withoutFragment.startsWith(":")) throw new Error("missing protocol scheme");
  const written = /^([a-z][a-z\d+.-]*):/i.exec(withoutFragment);
  const scheme = written === null ? "" : written[1].toLowerCase();
  const [rest, query] = cut(withoutFragment.slice(written?.[0].length ?? 0), "?");
  const plain = { scheme, opaque: "", user: undefined, host: "", omitsHost: false, query };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...plain, opaque: rest, path: "" };
    if (rest.split("/", 1)[0].includes(":")) throw new Error("first path segment in URL cannot contain colon");
  }
  if (!rest.startsWith("//") || (scheme === "" && rest.startsWith("///")))
    return { ...plain, omitsHost: scheme !== "", path: escapedPath(rest) };
  const [authority] = rest.slice(2).split("/", 1);
  return { ...plain, ...parseAuthority(authority, scheme), path: escapedPath(rest.slice(2 + authority.length)) };
}

function cut(text: string, separator: string): readonly [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function parseAuthority(authority: string, scheme: string): Pick<GoUrl, "user" | "host"> {
  const at = authority.lastIndexOf("@");
  const host = parseHost(authority.slice(at + 1), scheme);
  if (at < 0) return { user: undefined, host };
  const userInfo = authority.slice(0, at);
  if (!USER_INFO.test(userInfo)) throw new Error("net/url: invalid userinfo");
  const [name, password] = cut(userInfo, ":");
  return { user: { name: unescapeText(name), password: password === undefined ? undefined : unescapeText(password) }, host };
}

function parseHost(host: string, scheme: string): string {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) throw new Error("invalid IP-literal");
  if (bracket === 0) return parseIpLiteral(host);
  const isWeb = scheme === "http" || scheme === "https";
  const colon = isWeb ? host.indexOf(":") : host.lastIndexOf(":");
  if (colon >= 0) checkPort(host.slice(colon));
  return hostText(host);
}

function parseIpLiteral(host: string): string {
  const close = host.lastIndexOf("]");
  if (close < 0) throw new Error("missing ']' in host");
  checkPort(host.slice(close + 1));
  const written = host.slice(1, close);
  // Only the name of a zone may be escaped freely (RFC 6874).
  const zone = written.indexOf("%25");
  const address = zone < 0 ? hostText(written) : hostText(written.slice(0, zone)) + unescapeText(written.slice(zone));
  if (!isIPv6(address)) throw new Error(`invalid host: ParseAddr(${JSON.stringify(address)}): unable to parse IP`);
  return `[${address}]${host.slice(close + 1)}`;
}

function checkPort(text: string): void {
  if (!/^(?::\d*)?$/.test(text)) throw new Error(`invalid port ${JSON.stringify(text)} after host`);
}

function hostText(host: string): string {
  const bad = BAD_IN_HOST.exec(host);
  if (bad === null) return unescapeText(host);
  const [found] = bad;
  throw found.startsWith("%") ? escapeError(host, bad.index) : new Error(`invalid character ${JSON.stringify(found)} in host name`);
}

/** A host without its port and brackets. */
export function hostnameOf({ host }: GoUrl): string {
  const withoutPort = host.replace(/:\d*$/, "");
  return withoutPort.startsWith("[") ? withoutPort.slice(1, -1) : withoutPort;
}

/** The port as it was written; "" where there is none. */
export function portOf({ host }: GoUrl): string {
  return /:(\d*)$/.exec(host)?.[1] ?? "";
}
