import { compareUtf8, type Labels } from "@ferula/model";
import type { Group, Groups } from "../store/group.ts";

/** The groups in an order that stays the same: by job, then label by label. */
export function sortedGroups(groups: Groups): readonly Group[] {
  return [...groups.values()].sort((a, b) => compareGroupLabels(a.labels, b.labels));
}

function compareGroupLabels(a: Labels, b: Labels): number {
  const byJob = compareUtf8(jobOf(a), jobOf(b));
  if (byJob !== 0) return byJob;
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return compareUtf8(a[i], b[i]);
  return a.length - b.length;
}

/** The job of a grouping key, which each of them has. */
export function jobOf(labels: Labels): string {
  return labels[labels.findIndex((name, i) => i % 2 === 0 && name === "job") + 1];
}
