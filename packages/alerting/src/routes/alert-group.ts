import type { Clock } from "@ferula/durations";
import { withDeadline } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { Labels } from "@ferula/model";
import { isResolvedAt, type Alert } from "../alert.ts";
import { compareAlerts } from "../compare.ts";
import { groupKeyOf } from "./group-labels.ts";
import type { Route } from "./route.ts";

/** One round of a group: what it holds at this moment, for the notification pipeline. */
export interface Flush {
  readonly route: Route;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** In the order of `compareAlerts`. What had not ended when the round began has no end, so that it can't resolve on the way. */
  readonly alerts: readonly Alert[];
  readonly nowMs: number;
  /** Aborts with a `TimeoutError` when the round's time is over, with an `AbortError` when the group is stopped. */
  readonly signal: AbortSignal;
}

/** Sends one round; the promise fails when the alerts could not be delivered and must be tried again in the next round. */
export type Notify = (flush: Flush) => Promise<void>;

/** Alerts of one route that have the same group labels, and the timer that sends them together. */
export interface AlertGroup {
  readonly route: Route;
  readonly labels: Labels;
  readonly key: string;
  readonly insert: (alert: Alert) => void;
  readonly alerts: () => readonly Alert[];
  /** Whether nothing is left in it and no round runs. */
  readonly isEmpty: () => boolean;
  /** Ends the timer and aborts a round that runs; resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

/** A round may last as long as the group's interval, but no less than this. */
const MIN_ROUND_MS = 10_000;

export interface AlertGroupDeps {
  readonly clock: Clock;
  readonly notify: Notify;
  readonly logger: Logger;
  /** No group sends for the first time before this; 0 is at once. After a start, other servers need time to tell of their alerts. */
  readonly notBeforeMs: number;
}

/** Makes the group of `first`. It sends for the first time after the route's group wait, or at once when the alert is older than that. */
export function createAlertGroup(route: Route, labels: Labels, { clock, notify, logger, notBeforeMs }: AlertGroupDeps): AlertGroup {
  const key = groupKeyOf(route, labels);
  const held = new Map<string, Alert>();
  const stopping = new AbortController();
  let cancelTimer: (() => void) | undefined;
  let hasFlushed = false;
  let running: Promise<void> | undefined;
  let isOverdue = false;

  function arm(afterMs: number): void {
    cancelTimer?.();
    cancelTimer = clock.setTimeout(fire, Math.max(afterMs, notBeforeMs - clock.nowMs()));
  }

  function fire(): void {
    hasFlushed = true;
    // Rounds don't overlap: of all that fall due while one runs a single one is made up for, when it has ended.
    if (running !== undefined) {
      isOverdue = true;
      return;
    }
    // Armed before the round, so that a slow receiver does not shift the rounds that follow.
    arm(route.groupIntervalMs);
    running = round().finally(() => {
      running = undefined;
      if (isOverdue && !stopping.signal.aborted) fire();
    });
  }

  async function round(): Promise<void> {
    isOverdue = false;
    if (held.size === 0) return;
    const nowMs = clock.nowMs();
    const alerts = snapshot(held.values(), nowMs);
    try {
      await withDeadline(Math.max(route.groupIntervalMs, MIN_ROUND_MS), stopping.signal, clock, (signal) =>
        notify({ route, groupKey: key, groupLabels: labels, alerts, nowMs, signal }),
      );
      forgetResolved(alerts, nowMs);
    } catch (error) {
      if (!stopping.signal.aborted) logger.error("Notify for alerts failed", { group: key, num_alerts: alerts.length, err: error });
    }
  }

  /** What was sent as resolved and has no news since need not be sent again. */
  function forgetResolved(sent: readonly Alert[], nowMs: number): void {
    for (const { fingerprint, updatedAtMs } of sent) {
      const now = held.get(fingerprint);
      if (now !== undefined && isResolvedAt(now, nowMs) && now.updatedAtMs === updatedAtMs) held.delete(fingerprint);
    }
  }

  return {
    route,
    labels,
    key,
    insert(alert) {
      held.set(alert.fingerprint, alert);
      if (cancelTimer === undefined) arm(alert.startsAt.ms + route.groupWaitMs < clock.nowMs() ? 0 : route.groupWaitMs);
      // An alert that came from before the group's wait must not wait again.
      else if (!hasFlushed && alert.startsAt.ms + route.groupWaitMs < clock.nowMs()) arm(0);
    },
    alerts: () => [...held.values()],
    isEmpty: () => held.size === 0 && running === undefined,
    async stop() {
      stopping.abort(new DOMException("the group is stopped", "AbortError"));
      cancelTimer?.();
      await running;
    },
  };
}

function snapshot(held: Iterable<Alert>, nowMs: number): Alert[] {
  const alerts = [...held].map((alert) => (isResolvedAt(alert, nowMs) ? alert : { ...alert, endsAt: undefined }));
  return alerts.toSorted(compareAlerts);
}
