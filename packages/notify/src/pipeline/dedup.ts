import type { NotificationEntry } from "@ferula/alerting";

/** Hashes of the alerts of a round. */
export interface RoundHashes {
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

/** Why a notification is sent; templates see it as `.NotificationReason`. */
export type NotificationReason =
  | "first notification"
  | "new alerts added"
  | "all alerts resolved"
  | "some alerts resolved"
  | "repeat interval elapsed";

export interface DedupRule {
  readonly sendResolved: boolean;
  readonly repeatIntervalMs: number;
  readonly nowMs: number;
}

/**
 * Whether a round tells the receiver anything new, given what was sent last (notify/dedup_stage.go `needsUpdate`): a reason to send,
 * or undefined when all of this is known there.
 */
export function reasonToNotify(
  last: NotificationEntry | undefined,
  { firing, resolved }: RoundHashes,
  rule: DedupRule,
): NotificationReason | undefined {
  // A group that was never sent and has already ended is nobody's concern.
  if (last === undefined) return firing.size > 0 ? "first notification" : undefined;
  if (!isSubset(firing, last.firing)) return last.firing.size === 0 ? "first notification" : "new alerts added";
  // The end of it all is recorded even for those who don't want to hear of it: the next alert is then a first one.
  if (firing.size === 0) return last.firing.size > 0 ? "all alerts resolved" : undefined;
  if (rule.sendResolved && !isSubset(resolved, last.resolved)) return "some alerts resolved";
  return last.timestampMs < rule.nowMs - rule.repeatIntervalMs ? "repeat interval elapsed" : undefined;
}

function isSubset(inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean {
  for (const element of inner) if (!outer.has(element)) return false;
  return true;
}
