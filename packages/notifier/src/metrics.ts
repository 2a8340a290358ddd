import { Counter, Gauge, Histogram, Summary, type Registry } from "@ferula/client";

/** What sending counts, under upstream's names (notifier/metric.go). */
export interface NotifierMetrics {
  readonly sent: Counter<"alertmanager">;
  readonly errors: Counter<"alertmanager">;
  readonly dropped: Counter<"alertmanager">;
  readonly latencySeconds: Summary<"alertmanager">;
  readonly latencySecondsHistogram: Histogram<"alertmanager">;
  readonly queueLength: Gauge<"alertmanager">;
  readonly queueCapacity: Gauge;
  readonly discovered: Gauge;
}

/** Registers the metrics. */
export function createNotifierMetrics(registry: Registry): NotifierMetrics {
  const labelNames = ["alertmanager"] as const;
  const registers = [registry];
  return {
    sent: new Counter({ name: "prometheus_notifications_sent_total", help: "Total number of alerts sent.", labelNames, registers }),
    errors: new Counter({
      name: "prometheus_notifications_errors_total",
      help: "Total number of sent alerts affected by errors.",
      labelNames,
      registers,
    }),
    dropped: new Counter({
      name: "prometheus_notifications_dropped_total",
      help: "Total number of alerts dropped due to errors when sending to Alertmanager.",
      labelNames,
      registers,
    }),
    latencySeconds: new Summary({
      name: "prometheus_notifications_latency_seconds",
      help: "Latency quantiles for sending alert notifications.",
      labelNames,
      percentiles: [0.5, 0.9, 0.99],
      registers,
    }),
    latencySecondsHistogram: new Histogram({
      name: "prometheus_notifications_latency_histogram_seconds",
      help: "Latency histogram for sending alert notifications.",
      labelNames,
      buckets: [0.01, 0.1, 1, 10],
      native: true,
      registers,
    }),
    queueLength: new Gauge({
      name: "prometheus_notifications_queue_length",
      help: "The number of alert notifications in the queue.",
      labelNames,
      registers,
    }),
    queueCapacity: new Gauge({
      name: "prometheus_notifications_queue_capacity",
      help: "The capacity of the alert notifications queue.",
      registers,
    }),
    discovered: new Gauge({
      name: "prometheus_notifications_alertmanagers_discovered",
      help: "The number of alertmanagers discovered and active.",
      registers,
    }),
  };
}

/** Ends the series of an Alertmanager that went. */
export function forgetAlertmanager(metrics: NotifierMetrics, url: string): void {
  const { sent, errors, dropped, latencySeconds, latencySecondsHistogram, queueLength } = metrics;
  for (const metric of [sent, errors, dropped, latencySeconds, latencySecondsHistogram, queueLength]) metric.remove({ alertmanager: url });
}
