import { formatGatherErrors, gatherFamilies, type MetricFamily } from "@ferula/exposition";
import type { Group } from "../store/group.ts";
import { withAgreedHelps } from "../store/helps.ts";

/**
 * All that a scrape shows: the gateway's own families and those of the groups, which agree on helps, the gateway's first. Throws when
 * they contradict each other: a scrape is all or nothing.
 */
export function exposedFamilies(own: readonly MetricFamily[], groups: Iterable<Group>): readonly MetricFamily[] {
  const pushed: MetricFamily[] = [];
  for (const group of groups) for (const { family } of group.families.values()) pushed.push(family);
  const { families, errors } = gatherFamilies([withAgreedHelps([...own, ...pushed])]);
  if (errors.length > 0) throw new Error(formatGatherErrors(errors));
  return families;
}
