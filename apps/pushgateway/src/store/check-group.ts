import { gatherFamilies, type MetricFamily } from "@ferula/exposition";
import type { Labels } from "@ferula/model";
import type { Group } from "./group.ts";
import { withAgreedHelps } from "./helps.ts";

/** What a changed group is held against. */
export interface Surroundings {
  /** The gateway's own families and those of all other groups, without metrics. */
  readonly heads: readonly MetricFamily[];
  /** The other groups. */
  readonly others: Iterable<Group>;
}

/**
 * What would be wrong with a scrape if `group` were in the store: a family with another type than elsewhere, series that are there
 * already, labels that may not be. Empty when all is well. Families are compared with all others, series only with those of groups
 * whose labels don't contradict this one's: no others can be the same.
 */
export function groupProblems(group: Group, { heads, others }: Surroundings): readonly string[] {
  const families: MetricFamily[] = [...heads];
  for (const other of others)
    if (!contradict(group.labels, other.labels)) for (const { family } of other.families.values()) families.push(family);
  for (const { family } of group.families.values()) families.push(family);
  return gatherFamilies([withAgreedHelps(families)]).errors;
}

/** Whether two label sets, both sorted by name, hold different values under one name. */
function contradict(a: Labels, b: Labels): boolean {
  for (let i = 0; i < a.length; i += 2) {
    for (let k = 0; k < b.length; k += 2) if (a[i] === b[k] && a[i + 1] !== b[k + 1]) return true;
  }
  return false;
}
