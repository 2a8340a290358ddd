import { labelsKey, type Labels } from "@ferula/model";

export type AlertStateName = "inactive" | "pending" | "firing";

/** One alert of a rule: one label set. Times are milliseconds; 0 stands for never. */
export interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number;
  readonly state: AlertStateName;
  readonly activeAtMs: number;
  readonly firedAtMs: number;
  readonly resolvedAtMs: number;
  readonly lastSentAtMs: number;
  readonly keepFiringSinceMs: number;
}

export interface AlertTimes {
  readonly holdMs: number;
  readonly keepFiringMs: number;
}

/** What an evaluation found: the alerts that are active now. */
export interface FoundAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly value: number;
}

/** A resolved alert is repeated for so long, in case a message got lost (rules/alerting.go `resolvedRetention`). */
const RESOLVED_RETENTION_MS = 15 * 60_000;

/**
 * The alerts of a rule after an evaluation at `nowMs`, by `labelsKey`. What is found becomes pending, and fires when it has been active
 * for `holdMs`; what is no longer found is resolved when it fired (after `keepFiringMs`), forgotten when it did not.
 */
export function nextAlerts(
  known: ReadonlyMap<string, ActiveAlert>,
  found: readonly FoundAlert[],
  { holdMs, keepFiringMs }: AlertTimes,
  nowMs: number,
): ReadonlyMap<string, ActiveAlert> {
  const next = new Map<string, ActiveAlert>();
  for (const alert of found) {
    const key = labelsKey(alert.labels);
    const before = known.get(key);
    const isActive = before !== undefined && before.state !== "inactive";
    const active: ActiveAlert = isActive
      ? { ...before, value: alert.value, annotations: alert.annotations, keepFiringSinceMs: 0 }
      : { ...alert, state: "pending", activeAtMs: nowMs, firedAtMs: 0, resolvedAtMs: 0, lastSentAtMs: 0, keepFiringSinceMs: 0 };
    next.set(key, fireWhenDue(active, holdMs, nowMs));
  }
  for (const [key, before] of known) {
    if (next.has(key)) continue;
    const after = withoutSample(before, { holdMs, keepFiringMs }, nowMs);
    if (after !== undefined) next.set(key, after);
  }
  return next;
}

function fireWhenDue(alert: ActiveAlert, holdMs: number, nowMs: number): ActiveAlert {
  const isDue = nowMs - alert.activeAtMs >= holdMs;
  if (alert.state === "pending" && isDue) return { ...alert, state: "firing", firedAtMs: nowMs };
  // A reload may have made the time longer.
  if (alert.state === "firing" && !isDue) return { ...alert, state: "pending", firedAtMs: 0, lastSentAtMs: 0, keepFiringSinceMs: 0 };
  return alert;
}

function withoutSample(alert: ActiveAlert, { holdMs, keepFiringMs }: AlertTimes, nowMs: number): ActiveAlert | undefined {
  switch (alert.state) {
    case "pending":
      return undefined;
    case "inactive":
      return nowMs - alert.resolvedAtMs > RESOLVED_RETENTION_MS ? undefined : alert;
    case "firing": {
      const since = alert.keepFiringSinceMs === 0 ? nowMs : alert.keepFiringSinceMs;
      if (keepFiringMs > 0 && nowMs - since < keepFiringMs) return fireWhenDue({ ...alert, keepFiringSinceMs: since }, holdMs, nowMs);
      return { ...alert, state: "inactive", resolvedAtMs: nowMs, keepFiringSinceMs: 0 };
    }
  }
}

/** Whether an alert is to be sent now: never while it is pending, at once when it is resolved, else when the last time is long enough ago. */
export function needsSending({ state, resolvedAtMs, lastSentAtMs }: ActiveAlert, nowMs: number, resendDelayMs: number): boolean {
  if (state === "pending") return false;
  if (resolvedAtMs > lastSentAtMs) return true;
  return lastSentAtMs + resendDelayMs < nowMs;
}
