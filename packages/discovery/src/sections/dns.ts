import { described, keepEmpty, listField, mappingField, stringField, type ConfigOf, type Report } from "@ferula/config";
import { filled, keptText, portField, refreshField } from "./fields.ts";

/** Records that name no port of their own. */
const PORTLESS: ReadonlySet<string> = new Set(["A", "AAAA", "MX", "NS"]);

const dnsShape = {
  names: described(keepEmpty(listField(stringField()), []), "The names that are asked for."),
  refresh_interval: refreshField(30_000),
  type: described(keptText("SRV"), "The type of record: `SRV`, `A`, `AAAA`, `MX` or `NS`."),
  port: portField(0),
} as const;

/** What a section says. */
export type DnsSdConfig = ConfigOf<typeof dnsShape>;

/** A section of `dns_sd_configs`: targets from DNS records (discovery/dns `SDConfig`). */
export const dnsField = mappingField(dnsShape, {
  checks: [
    filled("names", "DNS-SD config must contain at least one SRV record name"),
    { of: ["type", "port"], check: ({ type, port }, report) => checkRecords(type, port, report) },
  ],
});

function checkRecords(type: string, port: number, report: Report): void {
  const upper = type.toUpperCase();
  if (PORTLESS.has(upper)) {
    if (port === 0) report("port", "a port is required in DNS-SD configs for all record types except SRV");
  } else if (upper !== "SRV") {
    report("type", `invalid DNS-SD records type ${type}`);
  }
}
