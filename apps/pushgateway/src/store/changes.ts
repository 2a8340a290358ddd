import type { MetricFamily } from "@ferula/exposition";
import type { Labels } from "@ferula/model";
import { groupedFamilies } from "./grouped-families.ts";
import { PUSH_FAILURE_TIME, PUSH_TIME, type Group, type StoredFamily } from "./group.ts";

/** A change of the store, as it stands in the journal: replayed in order on what was there before, it gives the same groups again. */
export type Change =
  /** A push that was taken. The families carry the group's labels already and are without times. */
  | {
      readonly kind: "push";
      readonly labels: Labels;
      /** PUT: nothing that was there before stays. Otherwise families of other names stay. */
      readonly isReplacing: boolean;
      readonly families: readonly MetricFamily[];
      readonly timeMs: number;
    }
  /** A push that was refused: only the time of the failure is kept. */
  | { readonly kind: "refusal"; readonly labels: Labels; readonly timeMs: number }
  | { readonly kind: "delete"; readonly labels: Labels }
  | { readonly kind: "wipe" };

/** A change of one group. */
export type GroupChange = Exclude<Change, { readonly kind: "wipe" }>;

/** The group after a change; undefined when there is none any more. */
export function changedGroup(group: Group | undefined, change: GroupChange): Group | undefined {
  switch (change.kind) {
    case "push":
      return pushedGroup(group, change.labels, change.isReplacing, change.families, change.timeMs);
    case "refusal":
      return refusedGroup(group, change.labels, change.timeMs);
    case "delete":
      return undefined;
  }
}

function pushedGroup(
  group: Group | undefined,
  labels: Labels,
  isReplacing: boolean,
  pushed: readonly MetricFamily[],
  timeMs: number,
): Group {
  const families = new Map(isReplacing ? [] : group?.families);
  // Of two families with one name, the last one counts.
  for (const family of pushed) families.set(family.name, { pushedMs: timeMs, family });
  families.set(PUSH_TIME, timeFamily(PUSH_TIME, labels, timeMs / 1000, timeMs));
  const failure = group?.families.get(PUSH_FAILURE_TIME);
  families.set(PUSH_FAILURE_TIME, failure ?? timeFamily(PUSH_FAILURE_TIME, labels, 0, timeMs));
  return { labels, families };
}

function refusedGroup(group: Group | undefined, labels: Labels, timeMs: number): Group {
  const families = new Map(group?.families);
  if (!families.has(PUSH_TIME)) families.set(PUSH_TIME, timeFamily(PUSH_TIME, labels, 0, timeMs));
  families.set(PUSH_FAILURE_TIME, timeFamily(PUSH_FAILURE_TIME, labels, timeMs / 1000, timeMs));
  return { labels, families };
}

const HELP = {
  [PUSH_TIME]: "Last Unix time when changing this group in the Pushgateway succeeded.",
  [PUSH_FAILURE_TIME]: "Last Unix time when changing this group in the Pushgateway failed.",
} as const;

function timeFamily(name: keyof typeof HELP, labels: Labels, seconds: number, timeMs: number): StoredFamily {
  const [family] = groupedFamilies([{ name, type: "gauge", help: HELP[name], metrics: [{ labels: [], value: seconds }] }], labels);
  return { pushedMs: timeMs, family };
}
