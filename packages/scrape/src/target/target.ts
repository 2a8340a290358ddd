import { compareUtf8, fnv1a64, hasLabel, labelPairs, LabelsBuilder, labelsKey, labelValue, type Labels } from "@ferula/model";
import type { TargetGroup } from "@ferula/discovery";
import { formatDuration, goQuote, parseDuration } from "@ferula/durations";
import { relabel } from "@ferula/relabel";
import type { ScrapeConfig } from "../scrape-config.ts";

/** Something to scrape, after relabelling. */
export interface Target {
  /** Distinguishes it within its job: what is scraped alike, under the same labels, is the same target. */
  readonly key: string;
  /** The labels of its series. */
  readonly labels: Labels;
  readonly discoveredLabels: Labels;
  readonly url: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** A unix socket to dial instead of the address. */
  readonly socketPath: string | undefined;
  readonly histograms: HistogramWishes;
}

/** What of histograms is taken from a target. */
export interface HistogramWishes {
  /** Native ones. */
  readonly native: boolean;
  /** The classic ones that come along with native ones. */
  readonly classicToo: boolean;
  /** Classic ones as native ones with the same buckets. */
  readonly converted: boolean;
}

/** A target that relabelling dropped, for the page. */
export interface DroppedTarget {
  readonly discoveredLabels: Labels;
}

/** What became of the entries of a group. */
export interface TargetsOfGroup {
  readonly targets: readonly Target[];
  readonly dropped: readonly DroppedTarget[];
  /** What is wrong with entries that make no target. */
  readonly problems: readonly string[];
}

const INTERVAL = "__scrape_interval__";
const TIMEOUT = "__scrape_timeout__";
const CONVERT = "__convert_classic_histograms_to_nhcb__";
const ALWAYS_CLASSIC = "__always_scrape_classic_histograms__";
const NATIVE = "__scrape_native_histograms__";

/** What Go's strconv.ParseBool takes. */
const GO_BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

/** The targets of a group: every entry with the labels of the job and of the group, relabelled and checked (scrape/target.go `PopulateLabels`). */
export function targetsOfGroup(group: TargetGroup, config: ScrapeConfig): TargetsOfGroup {
  const targets: Target[] = [];
  const dropped: DroppedTarget[] = [];
  const problems: string[] = [];
  for (const [i, entry] of group.targets.entries()) {
    const discoveredLabels = discovered(entry, group.labels, config);
    const labels = relabel(discoveredLabels, config.relabel_configs, config.metric_name_validation_scheme || "utf8");
    if (labels === undefined || labels.length === 0) {
      dropped.push({ discoveredLabels });
      continue;
    }
    try {
      targets.push(toTarget(labels, discoveredLabels, config));
    } catch (error) {
      problems.push(`instance ${i} in group ${group.source}: ${(error as Error).message}`);
    }
  }
  return { targets, dropped, problems };
}

/** An entry's labels over its group's over those of the job; one without a value pushes the group's aside, but not the job's. */
function discovered(entry: Labels, groupLabels: Labels, config: ScrapeConfig): Labels {
  const labels = new LabelsBuilder(groupLabels);
  for (const [name, value] of labelPairs(entry)) labels.set(name, value);
  const ofJob: [name: string, value: string | undefined][] = [
    ["job", config.job_name],
    [INTERVAL, formatDuration(config.scrape_interval)],
    [TIMEOUT, formatDuration(config.scrape_timeout)],
    ["__metrics_path__", config.metrics_path],
    ["__scheme__", config.scheme],
    [CONVERT, String(config.convert_classic_histograms_to_nhcb ?? false)],
    [ALWAYS_CLASSIC, String(config.always_scrape_classic_histograms ?? false)],
    [NATIVE, String(config.scrape_native_histograms ?? false)],
    ...[...config.params].map(([name, values]): [string, string | undefined] => [`__param_${name}`, values[0]]),
  ];
  for (const [name, value = ""] of ofJob) if (labels.get(name) === "") labels.set(name, value);
  return labels.labels();
}

function toTarget(labels: Labels, discoveredLabels: Labels, config: ScrapeConfig): Target {
  const address = labelValue(labels, "__address__");
  if (address === "") throw new Error("no address");
  if (address.includes("/")) throw new Error(`"${address}" is not a valid hostname`);
  const intervalMs = positiveDuration(labels, INTERVAL, "scrape interval");
  const timeoutMs = positiveDuration(labels, TIMEOUT, "scrape timeout");
  if (timeoutMs > intervalMs) {
    const [timeout, interval] = [TIMEOUT, INTERVAL].map((name) => goQuote(labelValue(labels, name)));
    throw new Error(`scrape timeout cannot be greater than scrape interval (${timeout} > ${interval})`);
  }
  const histograms = histogramWishes(labels, config);
  const url = targetUrl(labels, address, config);
  /** All that relabelling left but for what discovery told, whether it shows in the series or not. */
  const identity = new LabelsBuilder();
  const kept = new LabelsBuilder();
  for (const [name, value] of labelPairs(labels)) {
    if (!name.startsWith("__meta_")) identity.set(name, value);
    if (!name.startsWith("__")) kept.set(name, value);
  }
  if (!hasLabel(labels, "instance")) kept.set("instance", address);
  const socketPath = labelValue(labels, "__unix_socket__");
  return {
    key: `${url}\n${labelsKey(identity.labels())}`,
    labels: kept.labels(),
    discoveredLabels,
    url,
    intervalMs,
    timeoutMs,
    socketPath: socketPath === "" ? undefined : socketPath,
    histograms,
  };
}

/** What relabelling says of histograms, or else the job. */
function histogramWishes(labels: Labels, config: ScrapeConfig): HistogramWishes {
  const {
    convert_classic_histograms_to_nhcb: convert,
    always_scrape_classic_histograms: always,
    scrape_native_histograms: native,
  } = config;
  return {
    converted: booleanLabel(labels, CONVERT, "convert classic histograms to nhcb") ?? convert ?? false,
    classicToo: booleanLabel(labels, ALWAYS_CLASSIC, "always scrape classic histograms") ?? always ?? false,
    native: booleanLabel(labels, NATIVE, "scrape native histograms") ?? native ?? false,
  };
}

/** Undefined where there is no such label. */
function booleanLabel(labels: Labels, name: string, what: string): boolean | undefined {
  const text = labelValue(labels, name);
  if (text === "") return undefined;
  const value = GO_BOOLEANS.get(text);
  if (value === undefined) throw new Error(`error parsing ${what}: strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
  return value;
}

function positiveDuration(labels: Labels, name: string, what: string): number {
  const text = labelValue(labels, name);
  let ms: number;
  try {
    ms = parseDuration(text);
  } catch (error) {
    throw new Error(`error parsing ${what}: ${(error as Error).message}`, { cause: error });
  }
  if (ms <= 0) throw new Error(`${what} cannot be 0`);
  return ms;
}

/** Parameters that relabelling set stand for the first value of the configured ones. */
function targetUrl(labels: Labels, address: string, { params }: ScrapeConfig): string {
  const all = new Map([...params].map(([name, values]) => [name, [...values]]));
  for (const [label, value] of labelPairs(labels)) {
    if (!label.startsWith("__param_")) continue;
    const name = label.slice("__param_".length);
    all.set(name, [value, ...(all.get(name) ?? []).slice(1)]);
  }
  const parameters: string[] = [];
  for (const name of [...all.keys()].toSorted(compareUtf8)) {
    for (const value of all.get(name) ?? []) parameters.push(`${escapedParameter(name)}=${escapedParameter(value)}`);
  }
  const path = labelValue(labels, "__metrics_path__");
  const slash = path === "" || path.startsWith("/") ? "" : "/";
  const url = `${labelValue(labels, "__scheme__")}://${escapedHost(address)}${slash}${escapedPath(path)}`;
  return parameters.length === 0 ? url : `${url}?${parameters.join("&")}`;
}

/** What Go escapes in paths and parameters where JavaScript does not. */
const ESCAPED_BY_GO = /[!'()*?#]/g;

function escapedAsInGo(text: string): string {
  return text.replaceAll(ESCAPED_BY_GO, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** As in Go's `url.Values.Encode`: the URL is shown to people, who compare it with what they have seen. */
function escapedParameter(text: string): string {
  return escapedAsInGo(encodeURIComponent(text)).replaceAll("%20", "+");
}

/**
 * A host of whatever characters: none of them begins a user's name or a query. Whether it can be asked is told by the scrape, as upstream
 * does (net/url `URL.String`).
 */
function escapedHost(address: string): string {
  return address.replace(/[^\w\-.~!$&'()*+,;=:[\]<>"]+/g, encodeURIComponent);
}

/** The path is a path and no more: parameters have a section of their own. */
function escapedPath(path: string): string {
  return escapedAsInGo(encodeURI(path));
}

const encoder = new TextEncoder();

/**
 * When in its interval a target is scraped: spread by a hash of what it is, and by `seed`, which differs between servers, so that a
 * target isn't asked by all of them at once.
 */
export function offsetMs(target: Target, seed: bigint): number {
  const hash = fnv1a64(encoder.encode(target.key));
  return Number((hash ^ seed) % BigInt(Math.max(1, Math.floor(target.intervalMs))));
}
