import { labelsOf, type Labels } from "@ferula/model";

/** Labels on their way to a target: names may come twice, and the last one counts, as in upstream's maps. */
export type LabelPairs = readonly (readonly [name: string, value: string])[];

/** A target at `address`. */
export function targetOf(address: string, ...labels: readonly LabelPairs[]): Labels {
  return labelsOf(new Map([...labels.flat(), ["__address__", address]]));
}

/** A platform's own labels under a prefix. */
export function prefixed(prefix: string, labels: LabelPairs): LabelPairs {
  return labels.map(([name, value]) => [prefix + sanitizeLabelName(name), value] as const);
}

/** `host:port` as package net joins them: a host with a colon, which is an address of IPv6, stands in brackets. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A platform's name as the end of a label's: what label names may not hold becomes `_` (util/strutil `SanitizeLabelName`). */
export function sanitizeLabelName(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/gu, "_");
}

/** A list in one label, wrapped in its separator, so that regular expressions need not care what stands first or last. */
export function wrappedList(values: readonly string[], separator: string): string {
  return `${separator}${values.join(separator)}${separator}`;
}
