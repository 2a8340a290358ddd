import { Counter, Gauge, type Registry } from "@ferula/client";
import type { NotificationListener, NotificationsPort, NotificationView } from "@ferula/query-api";

/** What the server tells its users (util/notifications). */
export const NOTIFICATION = {
  startingUp: "Prometheus is starting and replaying the write-ahead log (WAL).",
  shuttingDown: "Prometheus is shutting down and gracefully stopping all operations.",
  configurationUnsuccessful: "Configuration reload has failed.",
} as const;

/** One of the texts of `NOTIFICATION`. */
export type NotificationText = (typeof NOTIFICATION)[keyof typeof NOTIFICATION];

/** The notifications that are active, and who listens. */
export interface Notifications extends NotificationsPort {
  /** Adds one, or gives the one that is there a new time. */
  readonly add: (text: NotificationText) => void;
  /** Tells that one is over, if it is active. */
  readonly remove: (text: NotificationText) => void;
  /** Sends all listeners away. */
  readonly end: () => void;
}

/** What notifications work with. */
export interface NotificationsOptions {
  readonly maxSubscribers: number;
  readonly nowMs: () => number;
  readonly registry: Registry;
}

/** No notifications yet. */
export function createNotifications({ maxSubscribers, nowMs, registry }: NotificationsOptions): Notifications {
  const metrics = notificationMetrics(registry);
  const active = new Map<NotificationText, NotificationView>();
  const listeners = new Set<NotificationListener>();

  function tell(notification: NotificationView): void {
    for (const { take } of listeners) {
      metrics.sent.inc();
      if (!take(notification)) metrics.dropped.inc();
    }
  }

  function leave(listener: NotificationListener): void {
    listeners.delete(listener);
    metrics.subscribers.set(listeners.size);
  }

  return {
    add(text) {
      const notification = { text, dateMs: nowMs(), isActive: true };
      active.set(text, notification);
      tell(notification);
    },
    remove(text) {
      const notification = active.get(text);
      if (notification === undefined) return;
      active.delete(text);
      tell({ ...notification, isActive: false });
    },
    list: () => [...active.values()],
    subscribe(listener) {
      if (listeners.size >= maxSubscribers) return undefined;
      listeners.add(listener);
      metrics.subscribers.set(listeners.size);
      for (const notification of active.values()) listener.take(notification);
      return () => leave(listener);
    },
    end() {
      for (const listener of [...listeners]) {
        leave(listener);
        listener.end();
      }
    },
  };
}

function notificationMetrics(registry: Registry): { readonly subscribers: Gauge; readonly sent: Counter; readonly dropped: Counter } {
  const registers = [registry];
  return {
    subscribers: new Gauge({
      name: "prometheus_api_notification_active_subscribers",
      help: "The current number of active notification subscribers.",
      registers,
    }),
    sent: new Counter({
      name: "prometheus_api_notification_updates_sent_total",
      help: "Total number of notification updates sent.",
      registers,
    }),
    dropped: new Counter({
      name: "prometheus_api_notification_updates_dropped_total",
      help: "Total number of notification updates dropped.",
      registers,
    }),
  };
}
