import { compareUtf8, hasLabel, labelValue, type Labels } from "@ferula/model";
import type { Alert } from "./alert.ts";

/** Alerts of the same job and instance stand together. */
const FIRST_LABELS: readonly string[] = ["job", "instance"];

/**
 * The order of label sets in listings: those of fewer labels first. Among others the first name, or value, that differs decides; a set
 * without the name stands first (prometheus/common `LabelSet.Before`).
 */
export function compareLabelSets(a: Labels, b: Labels): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let i = 0; i < a.length; i += 2) {
    // The smaller name is missing on the other side.
    const order = compareUtf8(b[i], a[i]) || compareUtf8(a[i + 1], b[i + 1]);
    if (order !== 0) return order;
  }
  return 0;
}

/** The order of the alerts of a group: by job, instance and labels. What has no job, or no instance, stands last (alert/alert.go `AlertSlice`). */
export function compareAlerts({ labels: a }: Pick<Alert, "labels">, { labels: b }: Pick<Alert, "labels">): number {
  for (const name of FIRST_LABELS) {
    const order = Number(hasLabel(b, name)) - Number(hasLabel(a, name)) || compareUtf8(labelValue(a, name), labelValue(b, name));
    if (order !== 0) return order;
  }
  return compareLabelSets(a, b);
}
