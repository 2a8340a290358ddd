import { isIPv6 } from "node:net";
import { stringField, type Field, type Report } from "@ferula/config";

/** The parts of a URL that the sections ask about, as net/url `Parse` finds them. */
export interface UrlParts {
  /** In lower case; "" in a relative reference. */
  readonly scheme: string;
  /** As it is written, with its port; "" where there is none. */
  readonly host: string;
}

/**
 * Reads a URL or a reference as net/url `Parse` does, which takes much that is not a web address: `unix:///run/docker.sock`,
 * `kubernetes:443`. Throws an Error in its words.
 */
export function parseGoUrl(text: string): UrlParts {
  const [address, ...fragment] = text.split("#");
  const found = readAddress(address);
  if (typeof found === "string") throw problem(address, found);
  const reason = badEscape(fragment.join("#"));
  if (reason !== undefined) throw problem(text, reason);
  return found;
}

function problem(text: string, reason: string): Error {
  return new Error(`parse ${JSON.stringify(redactUrl(text))}: ${reason}`);
}

/** The parts of a URL without its fragment, or what is wrong with it. */
function readAddress(text: string): UrlParts | string {
  // oxlint-disable-next-line no-control-regex -- the characters that Go refuses
  if (/[\x00-\x1f\x7f]/.test(text)) return "net/url: invalid control character in URL";
  if (text.startsWith(":")) return "missing protocol scheme";
  const [before = "", scheme = ""] = /^([a-z][a-z\d+.-]*):/i.exec(text) ?? [];
  const [rest] = text.slice(before.length).split("?", 1);
  const parts = { scheme: scheme.toLowerCase(), host: "" };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return parts;
    if (rest.split("/", 1)[0].includes(":")) return "first path segment in URL cannot contain colon";
  }
  const hasAuthority = rest.startsWith("//") && (scheme !== "" || !rest.startsWith("///"));
  if (!hasAuthority) return badEscape(rest) ?? parts;
  const [authority] = rest.slice(2).split("/", 1);
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  const reason = badHost(host, parts.scheme) ?? badUser(authority.slice(0, Math.max(at, 0))) ?? badEscape(rest.slice(2 + authority.length));
  return reason ?? { ...parts, host };
}

function badEscape(text: string): string | undefined {
  const [escape] = /%(?![\da-f]{2}).{0,2}/i.exec(text) ?? [];
  return escape === undefined ? undefined : `invalid URL escape ${JSON.stringify(escape)}`;
}

function badUser(user: string): string | undefined {
  return /^[\w\-.~:!$&'()*+,;=%@]*$/.test(user) ? badEscape(user) : "net/url: invalid userinfo";
}

/** An escape that is none or that Go refuses in a host, or a character that it refuses there. */
const BAD_HOST_TEXT = /%(?:[0-7][\da-f]|(?![\da-f]{2}).{0,2})|[^\w\-.~!$&'()*+,;=:[\]<>"%\u0080-\u{10ffff}]/iu;

function badHost(host: string, scheme: string): string | undefined {
  const bracket = host.lastIndexOf("[");
  if (bracket > 0) return "invalid IP-literal";
  if (bracket === 0) return badIpLiteral(host);
  const isWeb = scheme === "http" || scheme === "https";
  const colon = isWeb ? host.indexOf(":") : host.lastIndexOf(":");
  return (colon < 0 ? undefined : badPort(host.slice(colon))) ?? badHostText(host);
}

/** Only what is not ASCII may be escaped in a host. */
function badHostText(host: string): string | undefined {
  const [found] = BAD_HOST_TEXT.exec(host) ?? [];
  if (found === undefined) return undefined;
  return found.startsWith("%") ? `invalid URL escape ${JSON.stringify(found)}` : `invalid character ${JSON.stringify(found)} in host name`;
}

function badIpLiteral(host: string): string | undefined {
  const close = host.lastIndexOf("]");
  if (close < 0) return "missing ']' in host";
  const literal = host.slice(1, close);
  // Only the name of a zone may be escaped freely (RFC 6874).
  const [address] = literal.split("%25", 1);
  const reason = badPort(host.slice(close + 1)) ?? badHostText(address) ?? badEscape(literal);
  return reason ?? (isIPv6(address) ? undefined : `invalid host: ParseAddr(${JSON.stringify(address)}): unable to parse IP`);
}

function badPort(text: string): string | undefined {
  return /^(?::\d*)?$/.test(text) ? undefined : `invalid port ${JSON.stringify(text)} after host`;
}

/** The URL with its password masked as Go's `URL.Redacted` does. */
export function redactUrl(text: string): string {
  return text.replace(/^([A-Za-z][A-Za-z\d+.-]*:\/\/[^/?#@:]*):[^/?#]*@/, "$1:xxxxx@");
}

/** The parts of the URL under `key`, or a report of what is wrong with it; `prefix` stands before Go's words. */
export function readUrl(key: string, text: string, report: Report, prefix: string = ""): UrlParts | undefined {
  try {
    return parseGoUrl(text);
  } catch (error) {
    report(key, prefix + (error as Error).message);
    return undefined;
  }
}

/** A URL or reference as common/config `URL` takes it; "" is one too, and undefined is none. */
export function goUrlField(): Field<string | undefined> {
  const field = stringField();
  return {
    ...field,
    print: (url) => (url === undefined ? undefined : redactUrl(url)),
    read(at) {
      if (at.node === undefined) return undefined;
      const text = field.read(at);
      // A mistake of the text itself has been reported.
      if (typeof text === "string") readUrl("", text, (_key, reason) => at.source.report(at, reason));
      return text;
    },
  };
}

/** Refuses a `url` that is none of the web. */
export const webUrlCheck = {
  of: ["url"],
  check({ url }: { readonly url: string }, report: Report): void {
    if (url === "") return report("url", "URL is missing");
    const parts = readUrl("url", url, report);
    if (parts === undefined) return;
    if (parts.scheme !== "http" && parts.scheme !== "https") report("url", "URL scheme must be 'http' or 'https'");
    else if (parts.host === "") report("url", "host is missing in URL");
  },
} as const;
