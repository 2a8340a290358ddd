import {
  booleanField,
  described,
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
import { parseUrl, redactUrl } from "@ferula/go-url";

/**
 * The URL of a proxy. It may hold a password, so it is a secret as a whole, and shows what Go's `URL.Redacted` shows. What Go's parser
 * refuses is refused; whether a proxy can be reached by it is told when it is used, as upstream does.
 */
const proxyUrlField: Field<Secret | undefined> = {
  ...mappedField(
    stringField(),
    (text, report) => {
      try {
        parseUrl(text);
      } catch (error) {
        report("", (error as Error).message);
      }
      return text === "" ? undefined : secret(text);
    },
    (url) => (url === undefined ? "" : reveal(url)),
  ),
  print: (url) => (url === undefined ? undefined : redactUrl(reveal(url))),
};

/** By which proxies requests go (common/config `ProxyConfig`). The fields stand among those of a client. */
export const proxyShape = {
  proxy_url: described(proxyUrlField, "The proxy that requests go through."),
  no_proxy: described(stringField(), "Hosts, domains and networks that are asked directly, with commas between."),
  proxy_from_environment: described(omitEmpty(booleanField(false)), "Whether HTTP_PROXY, HTTPS_PROXY and NO_PROXY tell the proxy."),
  proxy_connect_header: described(mapField(listField(requiredField(secretField()))), "Headers for the proxy when a tunnel is opened."),
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
