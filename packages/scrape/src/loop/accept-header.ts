import type { ScrapeConfig } from "../scrape-config.ts";
import { DEFAULT_SCRAPE_PROTOCOLS, MEDIA_TYPES, type ScrapeProtocol } from "../scrape-protocols.ts";

/** Names of any alphabet are known to these alone, which therefore are told how others are to be written. */
const ESCAPED: ReadonlySet<ScrapeProtocol> = new Set(["PrometheusText1.0.0", "OpenMetricsText1.0.0"]);

/** One more than there are formats. */
const FIRST_WEIGHT = Object.keys(MEDIA_TYPES).length + 1;

/** The Accept header of a job's scrapes: its formats by falling weight, then anything (scrape/scrape.go `acceptHeader`). */
export function acceptHeader(
  config: Pick<ScrapeConfig, "scrape_protocols" | "metric_name_escaping_scheme" | "metric_name_validation_scheme">,
): string {
  const protocols = config.scrape_protocols.length === 0 ? DEFAULT_SCRAPE_PROTOCOLS : config.scrape_protocols;
  const escaping =
    config.metric_name_escaping_scheme || (config.metric_name_validation_scheme === "legacy" ? "underscores" : "allow-utf-8");
  const entries = protocols.map((protocol, i) => {
    const parameter = ESCAPED.has(protocol) ? `;escaping=${escaping}` : "";
    return `${MEDIA_TYPES[protocol]}${parameter};q=0.${FIRST_WEIGHT - i}`;
  });
  return [...entries, `*/*;q=0.${FIRST_WEIGHT - protocols.length}`].join();
}

/** The Accept-Encoding header. Within the machine itself packing costs more than it saves. */
export function acceptEncoding(url: string, isCompressionEnabled: boolean): "gzip" | "identity" {
  return isCompressionEnabled && !isLoopback(url) ? "gzip" : "identity";
}

function isLoopback(url: string): boolean {
  // The WHATWG's parser refuses hosts such as `web.1`, none of which is this machine.
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}
