import { described, listField, requiredField, withCheck, wordField, type Field } from "@ferula/config";

/** The names of exposition formats in a configuration. */
const SCRAPE_PROTOCOLS = [
  "OpenMetricsText0.0.1",
  "OpenMetricsText1.0.0",
  "PrometheusProto",
  "PrometheusText0.0.4",
  "PrometheusText1.0.0",
] as const;

/** A format that a target may be asked for. */
export type ScrapeProtocol = (typeof SCRAPE_PROTOCOLS)[number];

/** What stands for each in an Accept header (config/config.go `ScrapeProtocolsHeaders`). */
export const MEDIA_TYPES: Readonly<Record<ScrapeProtocol, string>> = {
  "OpenMetricsText0.0.1": "application/openmetrics-text;version=0.0.1",
  "OpenMetricsText1.0.0": "application/openmetrics-text;version=1.0.0",
  PrometheusProto: "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
  "PrometheusText0.0.4": "text/plain;version=0.0.4",
  "PrometheusText1.0.0": "text/plain;version=1.0.0",
};

/** What is asked for where nothing is configured, the most wanted first (config/config.go `DefaultScrapeProtocols`). */
export const DEFAULT_SCRAPE_PROTOCOLS: readonly ScrapeProtocol[] = [
  "OpenMetricsText1.0.0",
  "OpenMetricsText0.0.1",
  "PrometheusText1.0.0",
  "PrometheusText0.0.4",
];

/** The same behind the protobuf format, with which alone native histograms and start times come. */
export const PROTOBUF_FIRST_PROTOCOLS: readonly ScrapeProtocol[] = ["PrometheusProto", ...DEFAULT_SCRAPE_PROTOCOLS];

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
  writtenField,
  "The formats that targets are asked for, the most wanted first.",
);

/** The format that a body without a usable Content-Type is read as; "" is none. */
export const fallbackProtocolField: Field<"" | ScrapeProtocol> = described(
  wordField(["", ...SCRAPE_PROTOCOLS], "", (text) => `invalid fallback_scrape_protocol: ${unknownProtocol(text)}`),
  "The format of a body that does not say its own; without it such a scrape fails.",
);
