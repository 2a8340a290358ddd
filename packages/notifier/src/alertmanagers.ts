import type { TargetGroup } from "@ferula/discovery";
import { formatUrl } from "@ferula/go-url";
import { hasLabel, labelPairs, labelsOf, labelValue, type Labels } from "@ferula/model";
import { relabel } from "@ferula/relabel";
import { posix } from "node:path";
import type { AlertmanagerConfig } from "./notifier-config.ts";

/** The addresses to post to, each once, and those of targets that were dropped. */
export interface FoundAlertmanagers {
  readonly active: ReadonlySet<string>;
  readonly dropped: readonly string[];
}

/**
 * The Alertmanagers of what was discovered (notifier/alertmanager.go `AlertmanagerFromGroup`). A group with an address that is none is left
 * out as a whole, and `onBadAddress` is told of it; whether an address can be asked is told when alerts are sent.
 */
export function findAlertmanagers(
  groups: readonly TargetGroup[],
  config: AlertmanagerConfig,
  onBadAddress: (message: string) => void,
): FoundAlertmanagers {
  const active = new Set<string>();
  const dropped: string[] = [];
  for (const group of groups) {
    const targets = group.targets.map((target) => relabelTarget(target, group.labels, config));
    const bad = targets.find(({ labels }) => labels !== undefined && labelValue(labels, "__address__").includes("/"));
    if (bad?.labels !== undefined) {
      onBadAddress(`${JSON.stringify(labelValue(bad.labels, "__address__"))} is not a valid hostname`);
      continue;
    }
    for (const { discovered, labels } of targets) {
      if (labels === undefined) dropped.push(urlOf(discovered));
      else active.add(urlOf(labels));
    }
  }
  return { active, dropped };
}

/** A group's scheme and path count over those of the section, and those over a target's. What a target has otherwise counts over its group. */
function relabelTarget(target: Labels, ofGroup: Labels, config: AlertmanagerConfig) {
  const discovered = labelsOf(
    new Map([
      ...labelPairs(target),
      ["__scheme__", config.scheme],
      ["__alerts_path__", posix.join("/", config.path_prefix, "/api/v2/alerts")],
      ...labelPairs(ofGroup).filter(([name]) => !hasLabel(target, name)),
    ]),
  );
  return { discovered, labels: relabel(discovered, config.relabel_configs) };
}

function urlOf(labels: Labels): string {
  const host = labelValue(labels, "__address__");
  const path = labelValue(labels, "__alerts_path__");
  const isRooted = path === "" || path.startsWith("/") || host === "";
  return formatUrl({
    scheme: labelValue(labels, "__scheme__"),
    opaque: "",
    user: undefined,
    host,
    omitsHost: false,
    path: (isRooted ? "" : "/") + path.replace(ESCAPED_IN_PATH, percentEncoded),
    query: undefined,
  });
}

/** What net/url does not let stand in a path as it is. */
const ESCAPED_IN_PATH = /[^\w\-.~$&+,/:;=@]/gu;

function percentEncoded(char: string): string {
  return [...Buffer.from(char, "utf8")].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}
