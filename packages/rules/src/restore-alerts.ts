import { createMatcher, labelPairs, LabelsBuilder, labelsKey, METRIC_NAME, type Labels } from "@ferula/model";
import type { ActiveAlert } from "./alert-state.ts";
import type { StoredState } from "./ports.ts";

/** The series that tell since when an alert is active, in whole seconds. */
export const FOR_STATE_METRIC = "ALERTS_FOR_STATE";

/** What was stored last of an alert. */
export interface StoredAlert {
  /** When it was stored: the process lived until then. */
  readonly storedAtMs: number;
  readonly activeAtMs: number;
}

/**
 * The alerts of a rule that were active when the process before ended, by `labelsKey`: those whose series ends with a stale marker had
 * ended before. `ruleLabels` are those that all of them carry; one that is a template may be anything. Fails with PromError when the storage
 * can't be read.
 */
export async function readStoredAlerts(
  { newest, outageToleranceMs }: StoredState,
  ruleLabels: Labels,
  nowMs: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, StoredAlert>> {
  const fixed = labelPairs(ruleLabels).filter(([, value]) => !value.includes("{{"));
  const matchers = [[METRIC_NAME, FOR_STATE_METRIC] as const, ...fixed].map(([name, value]) => createMatcher("=", name, value));
  const found = new Map<string, StoredAlert>();
  for (const { labels, timestampMs, value } of await newest({ matchers, minTimeMs: nowMs - outageToleranceMs, maxTimeMs: nowMs, signal })) {
    const key = labelsKey(new LabelsBuilder(labels).delete(METRIC_NAME).labels());
    found.set(key, { storedAtMs: timestampMs, activeAtMs: value * 1000 });
  }
  return found;
}

/**
 * Alerts with the time that they were active before (rules/group.go `RestoreForState`). One that fired before fires again with the next
 * evaluation; any other waits for what was left of its time, and no less than the grace period: the outage does not count.
 */
export function restoredAlerts(
  alerts: ReadonlyMap<string, ActiveAlert>,
  stored: ReadonlyMap<string, StoredAlert>,
  { holdMs, gracePeriodMs, nowMs }: { readonly holdMs: number; readonly gracePeriodMs: number; readonly nowMs: number },
): ReadonlyMap<string, ActiveAlert> {
  const activeSinceMs = ({ storedAtMs, activeAtMs }: StoredAlert): number => {
    // Upstream counts in whole seconds, which is what is stored.
    const downAtMs = Math.floor(storedAtMs / 1000) * 1000;
    const leftMs = holdMs - (downAtMs - activeAtMs);
    if (leftMs <= 0) return activeAtMs;
    return leftMs < gracePeriodMs ? nowMs + gracePeriodMs - holdMs : activeAtMs + (nowMs - downAtMs);
  };
  const restored = new Map(alerts);
  for (const [key, alert] of alerts) {
    const known = stored.get(key);
    if (known !== undefined && alert.state !== "inactive") restored.set(key, { ...alert, activeAtMs: activeSinceMs(known) });
  }
  return restored;
}
