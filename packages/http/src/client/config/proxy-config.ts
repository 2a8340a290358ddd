import {
  booleanField,
  listField,
  mapField,
  mappedField,
  omitEmpty,
  requiredField,
  reveal,
  secret,
  secretField,
  stringField,
} from "@ferula/config";
import type { ConfigOf, Field, Report, Secret } from "@ferula/config";

/**
 * The URL of a proxy. It may hold a password, so it is a secret as a whole, and shows what Go's `URL.Redacted` shows. What Go's parser
 * refuses is refused; whether a proxy can be reached by it is told when it is used, as upstream does.
 */
const proxyUrlField: Field<Secret | undefined> = {
  ...mappedField(
    stringField(),
    (text, report) => {
      const mistake = proxyUrlMistake(text);
      if (mistake !== undefined) report("", `parse "${redactedUrl(text)}": ${mistake}`);
      return text === "" ? undefined : secret(text);
    },
    (url) => (url === undefined ? "" : reveal(url)),
  ),
  print: (url) => (url === undefined ? undefined : redactedUrl(reveal(url))),
};

/** What net/url `Parse` has against a text, of what can happen in the address of a proxy. */
function proxyUrlMistake(text: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) return "net/url: invalid control character in URL";
  if (text.startsWith(":")) return "missing protocol scheme";
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return text.split(/[/?#]/, 1)[0].includes(":") ? "first path segment in URL cannot contain colon" : undefined;
  const [, authority] = /^\/\/([^/?#]*)/.exec(rest) ?? [];
  if (authority === undefined) return undefined;
  const at = authority.lastIndexOf("@");
  const badEscape = /%(?![\da-f]{2})[^%]{0,2}/i.exec(authority);
  if (badEscape !== null) return `invalid URL escape "${badEscape[0]}"`;
  const [, host = "", port = ""] = /^(\[[^\]]*\]|[^:]*)(.*)$/s.exec(authority.slice(at + 1)) ?? [];
  if (!/^(?::\d*)?$/.test(port)) return `invalid port "${port}" after host`;
  const badCharacter = /[ "<>\\^`{|}]/.exec(host);
  return badCharacter === null ? undefined : `invalid character "${badCharacter[0]}" in host name`;
}

function redactedUrl(url: string): string {
  return url.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#@:]*):[^/?#]*@/, "$1:xxxxx@");
}

/** By which proxies requests go (common/config `ProxyConfig`). The fields stand among those of a client. */
export const proxyShape = {
  proxy_url: proxyUrlField,
  no_proxy: stringField(),
  proxy_from_environment: omitEmpty(booleanField(false)),
  proxy_connect_header: mapField(listField(requiredField(secretField()))),
} as const;

/** What is among the fields of `proxyShape`. */
export type ProxyConfig = ConfigOf<typeof proxyShape>;

/** What may not stand together, in upstream's words. */
export function checkProxyConfig(config: ProxyConfig, report: Report): void {
  const { proxy_url: url, no_proxy: noProxy, proxy_from_environment: fromEnvironment, proxy_connect_header: headers } = config;
  if (headers.size > 0 && !fromEnvironment && url === undefined)
    report("proxy_connect_header", "if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured");
  if (fromEnvironment && url !== undefined)
    report("proxy_from_environment", "if proxy_from_environment is configured, proxy_url must not be configured");
  if (fromEnvironment && noProxy !== "")
    report("proxy_from_environment", "if proxy_from_environment is configured, no_proxy must not be configured");
  else if (url === undefined && noProxy !== "") report("no_proxy", "if no_proxy is configured, proxy_url must also be configured");
}
