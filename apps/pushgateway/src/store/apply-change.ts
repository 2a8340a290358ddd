import { changedGroup, type Change } from "./changes.ts";
import type { FamilyIndex } from "./family-index.ts";
import { groupKey, type Group } from "./group.ts";

/** Makes a change to `groups`, and to the index over them. */
export function applyChange(groups: Map<string, Group>, change: Change, index?: FamilyIndex): void {
  if (change.kind === "wipe") {
    groups.clear();
    index?.clear();
    return;
  }
  const key = groupKey(change.labels);
  const before = groups.get(key);
  const after = changedGroup(before, change);
  if (before !== undefined) index?.add(before, -1);
  if (after === undefined) groups.delete(key);
  else {
    index?.add(after, 1);
    groups.set(key, after);
  }
}
