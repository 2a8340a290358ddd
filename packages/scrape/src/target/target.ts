import { fnv1a64, hasLabel, labelPairs, LabelsBuilder, labelsKey, labelValue, type Labels } from "@ferula/model";
import type { TargetGroup } from "@ferula/discovery";
import { formatDuration, parseDuration } from "@ferula/durations";
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

/** The targets of a group: every entry with the labels of the job and of the group, relabelled and checked (scrape/target.go `PopulateLabels`). */
export function targetsOfGroup(group: TargetGroup, config: ScrapeConfig): TargetsOfGroup {
  const targets: Target[] = [];
  const dropped: DroppedTarget[] = [];
  const problems: string[] = [];
  for (const [i, entry] of group.targets.entries()) {
    const discoveredLabels = discovered(entry, group.labels, config);
    const labels = relabel(discoveredLabels, config.relabel_configs);
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
    ["__scrape_interval__", formatDuration(config.scrape_interval)],
    ["__scrape_timeout__", formatDuration(config.scrape_timeout)],
    ["__metrics_path__", config.metrics_path],
    ["__scheme__", config.scheme],
    ["__convert_classic_histograms_to_nhcb__", String(config.convert_classic_histograms_to_nhcb ?? false)],
    ["__always_scrape_classic_histograms__", String(config.always_scrape_classic_histograms ?? false)],
    ["__scrape_native_histograms__", String(config.scrape_native_histograms ?? false)],
    ...[...config.params].map(([name, values]): [string, string | undefined] => [`__param_${name}`, values[0]]),
  ];
  for (const [name, value = ""] of ofJob) if (labels.get(name) === "") labels.set(name, value);
  return labels.labels();
}

function toTarget(labels: Labels, discoveredLabels: Labels, config: ScrapeConfig): Target {
  const address = labelValue(labels, "__address__");
  if (address === "") throw new Error("no address");
  if (address.includes("/")) throw new Error(`"${address}" is not a valid hostname`);
  const intervalMs = positiveDuration(labels, "__scrape_interval__", "scrape interval");
  const timeoutMs = positiveDuration(labels, "__scrape_timeout__", "scrape timeout");
  if (timeoutMs > intervalMs)
    throw new Error(
      `scrape timeout cannot be greater than scrape interval ("${formatDuration(timeoutMs)}" > "${formatDuration(intervalMs)}")`,
    );
  const url = targetUrl(labels, address, config);
  const kept = new LabelsBuilder();
  for (const [name, value] of labelPairs(labels)) if (!name.startsWith("__")) kept.set(name, value);
  if (!hasLabel(labels, "instance")) kept.set("instance", address);
  const socketPath = labelValue(labels, "__unix_socket__");
  return {
    key: `${url}\n${intervalMs} ${timeoutMs} ${socketPath}\n${labelsKey(kept.labels())}`,
    labels: kept.labels(),
    discoveredLabels,
    url,
    intervalMs,
    timeoutMs,
    socketPath: socketPath === "" ? undefined : socketPath,
  };
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
  const search = new URLSearchParams();
  for (const name of [...all.keys()].toSorted()) for (const value of all.get(name) ?? []) search.append(name, value);
  const path = labelValue(labels, "__metrics_path__");
  const url = `${labelValue(labels, "__scheme__")}://${escapedHost(address)}${path.startsWith("/") ? "" : "/"}${escapedPath(path)}`;
  const query = search.toString();
  return query === "" ? url : `${url}?${query}`;
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
  return encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23");
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
