import { described, listField, requiredField, unservedWhere, withCheck, wordField, type Field } from "@ferula/config";

/** The names of exposition formats in a configuration. We ask for the text formats of those that are listed. */
const SCRAPE_PROTOCOLS = [
  "OpenMetricsText0.0.1",
  "OpenMetricsText1.0.0",
  "PrometheusProto",
  "PrometheusText0.0.4",
  "PrometheusText1.0.0",
] as const;

/** A format that a target may be asked for. */
type ScrapeProtocol = (typeof SCRAPE_PROTOCOLS)[number];

/** What is asked for where nothing is configured, the most wanted first (config/config.go `DefaultScrapeProtocols`). */
export const DEFAULT_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = [
  "OpenMetricsText1.0.0",
  "OpenMetricsText0.0.1",
  "PrometheusText1.0.0",
  "PrometheusText0.0.4",
];

function unknownProtocol(text: string): string {
  return `unknown scrape protocol ${text}, supported: [${SCRAPE_PROTOCOLS.join(" ")}]`;
}

const listedField: Field<readonly ScrapeProtocol[]> = withCheck(
  listField(requiredField(wordField(SCRAPE_PROTOCOLS, "PrometheusText0.0.4", unknownProtocol), unknownProtocol(""))),
  (protocols, report) => {
    if (new Set(protocols).size < protocols.length) report("", `duplicated protocol in scrape_protocols, got [${protocols.join(" ")}]`);
  },
);

const writtenField: Field<readonly ScrapeProtocol[]> = {
  ...listedField,
  read(at) {
    const before = at.source.mistakeCount();
    const protocols = listedField.read(at);
    const isEmpty = at.source.mistakeCount() === before && protocols.length === 0;
    if (isEmpty && at.node !== undefined) at.source.report(at, "scrape_protocols cannot be empty");
    return protocols;
  },
};

/** The formats that a target is asked for. Absent, the list is empty and stands for others; an empty list may not be written. */
export const scrapeProtocolsField: Field<readonly ScrapeProtocol[]> = described(
  unservedWhere(
    writtenField,
    (protocols) => protocols.length > 0 && !protocols.some(isPrometheusText),
    "scraping without a text format of Prometheus",
  ),
  "The formats that targets are asked for, the most wanted first.",
);

function isPrometheusText(protocol: string): boolean {
  return protocol.startsWith("PrometheusText");
}

/** The format that a body without a usable Content-Type is read as; "" is none. */
export const fallbackProtocolField: Field<"" | ScrapeProtocol> = described(
  unservedWhere(
    wordField(["", ...SCRAPE_PROTOCOLS], "", (text) => `invalid fallback_scrape_protocol: ${unknownProtocol(text)}`),
    (protocol) => protocol !== "" && !isPrometheusText(protocol),
    "a fallback protocol that is not a text format of Prometheus",
  ),
  "The format of a body that does not say its own; without it such a scrape fails.",
);
