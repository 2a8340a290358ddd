import { goQuote } from "@ferula/durations";
import { labelsWith, type Labels } from "@ferula/model";
import type { Route } from "./route.ts";

/** The labels that an alert's group has under `route`: those named by `group_by` which the alert carries. */
export function groupLabelsOf(route: Route, labels: Labels): Labels {
  if (route.groupBy === "all") return labels;
  return labelsWith(labels, new Set(route.groupBy));
}

/** A group's labels as its key holds them: `{a="b", c="d"}`, values quoted as Go does it. */
export function formatGroupLabels(labels: Labels): string {
  const pairs: string[] = [];
  for (let i = 0; i < labels.length; i += 2) pairs.push(`${labels[i]}=${goQuote(labels[i + 1])}`);
  return `{${pairs.join(", ")}}`;
}

/** The key by which the notification log knows a group, e.g. `{}/{service="x"}:{alertname="A"}`. */
export function groupKeyOf(route: Route, groupLabels: Labels): string {
  return `${route.key}:${formatGroupLabels(groupLabels)}`;
}
