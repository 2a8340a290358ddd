import type { MetricFamily } from "@ferula/exposition";
import type { Labels } from "@ferula/model";

/** A family as it was last pushed; its metrics carry the labels of their group. */
export interface StoredFamily {
  /** When it was pushed, in milliseconds since the epoch. */
  readonly pushedMs: number;
  readonly family: MetricFamily;
}

/** What was pushed under one grouping key. Never changed in place. */
export interface Group {
  /** The grouping key: sorted, with the job; values may be empty. */
  readonly labels: Labels;
  /** By name, the two that tell of the pushes themselves included. */
  readonly families: ReadonlyMap<string, StoredFamily>;
}

/** Groups by `groupKey` of their labels. */
export type Groups = ReadonlyMap<string, Group>;

/** The family of the time of a group's last push that was taken, in seconds since the epoch; 0 when none was. */
export const PUSH_TIME = "push_time_seconds";
/** The family of the time of a group's last push that was refused, in seconds since the epoch; 0 when none was. */
export const PUSH_FAILURE_TIME = "push_failure_time_seconds";

/** Names a group in a map. Labels with empty values count, unlike those of a series. */
export function groupKey(labels: Labels): string {
  return JSON.stringify(labels);
}

/** The value of a family that the gateway itself keeps for each group; undefined when it is missing. */
export function timeOf({ families }: Group, name: typeof PUSH_TIME | typeof PUSH_FAILURE_TIME): number | undefined {
  const metric = families.get(name)?.family.metrics[0];
  return metric !== undefined && "value" in metric ? metric.value : undefined;
}

/** Whether the group's last push was taken. A group that knows only one of the two times counts as well. */
export function isLastPushSuccessful(group: Group): boolean {
  const succeeded = timeOf(group, PUSH_TIME);
  const failed = timeOf(group, PUSH_FAILURE_TIME);
  return succeeded === undefined || failed === undefined || failed <= succeeded;
}
