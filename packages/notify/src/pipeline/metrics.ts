import { FAILURE_REASONS } from "./delivery.ts";
import { Counter, Histogram, type Registry } from "@ferula/client";

/** What the pipeline counts, under upstream's names (notify/notify.go `NewMetrics`). */
export interface NotificationMetrics {
  readonly notifications: Counter<"integration">;
  readonly failedNotifications: Counter<"integration" | "reason">;
  readonly requests: Counter<"integration">;
  readonly failedRequests: Counter<"integration">;
  readonly latencySeconds: Histogram<"integration">;
  readonly suppressed: Counter<"reason">;
}

/** Registers the metrics in `registry`, with a series for each of `integrations` from the start. */
export function createNotificationMetrics(registry: Registry, integrations: readonly string[]): NotificationMetrics {
  const registers = [registry];
  const labelNames = ["integration"] as const;
  const metrics: NotificationMetrics = {
    notifications: new Counter({
      name: "alertmanager_notifications_total",
      help: "The total number of attempted notifications.",
      labelNames,
      registers,
    }),
    failedNotifications: new Counter({
      name: "alertmanager_notifications_failed_total",
      help: "The total number of failed notifications.",
      labelNames: ["integration", "reason"] as const,
      registers,
    }),
    requests: new Counter({
      name: "alertmanager_notification_requests_total",
      help: "The total number of attempted notification requests.",
      labelNames,
      registers,
    }),
    failedRequests: new Counter({
      name: "alertmanager_notification_requests_failed_total",
      help: "The total number of failed notification requests.",
      labelNames,
      registers,
    }),
    latencySeconds: new Histogram({
      name: "alertmanager_notification_latency_seconds",
      help: "The latency of notifications in seconds.",
      labelNames,
      buckets: [1, 5, 10, 15, 20],
      registers,
    }),
    suppressed: new Counter({
      name: "alertmanager_notifications_suppressed_total",
      help: "The total number of notifications suppressed for being silenced, inhibited, outside of active time intervals or within muted time intervals.",
      labelNames: ["reason"] as const,
      registers,
    }),
  };
  for (const integration of integrations) {
    metrics.notifications.inc({ integration }, 0);
    metrics.requests.inc({ integration }, 0);
    metrics.failedRequests.inc({ integration }, 0);
    metrics.latencySeconds.labels({ integration });
    for (const reason of FAILURE_REASONS) metrics.failedNotifications.inc({ integration, reason }, 0);
  }
  for (const reason of ["inhibition", "silence"]) metrics.suppressed.inc({ reason }, 0);
  return metrics;
}
