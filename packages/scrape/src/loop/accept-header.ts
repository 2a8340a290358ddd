import type { ScrapeConfig } from "../scrape-config.ts";

/** The formats that can be read; the others of a job's list are not asked for. */
const MEDIA_TYPES: Readonly<Partial<Record<string, string>>> = {
  "PrometheusText0.0.4": "text/plain;version=0.0.4",
  "PrometheusText1.0.0": "text/plain;version=1.0.0",
};

/** For jobs that say nothing, and for those that list none that can be read. */
const DEFAULT_PROTOCOLS: readonly string[] = ["PrometheusText1.0.0", "PrometheusText0.0.4"];

const FIRST_WEIGHT = 6;

/** The Accept header of a job's scrapes: its formats by falling weight, then anything (scrape/scrape.go `acceptHeader`). */
export function acceptHeader(
  config: Pick<ScrapeConfig, "scrape_protocols" | "metric_name_escaping_scheme" | "metric_name_validation_scheme">,
): string {
  const readable = config.scrape_protocols.filter((protocol) => MEDIA_TYPES[protocol] !== undefined);
  const protocols = readable.length === 0 ? DEFAULT_PROTOCOLS : readable;
  const escaping =
    config.metric_name_escaping_scheme || (config.metric_name_validation_scheme === "legacy" ? "underscores" : "allow-utf-8");
  const entries = protocols.map((protocol, i) => {
    // Only the newer version knows names of any alphabet.
    const parameter = protocol === "PrometheusText1.0.0" ? `;escaping=${escaping}` : "";
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
