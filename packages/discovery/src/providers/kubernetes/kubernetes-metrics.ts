import { Counter, Gauge, Summary, type Registry } from "@ferula/client";

/** What the discovery from Kubernetes counts, under upstream's names (discovery/kubernetes/metrics.go, discovery/metrics_k8s_client.go). */
export interface KubernetesMetrics {
  readonly events: Counter<"role" | "event">;
  readonly failures: Counter;
  readonly requests: Counter<"status_code">;
  readonly requestSeconds: Summary<"endpoint">;
  readonly queue: QueueMetrics;
}

/** Objects whose groups are to be told anew. `queue_name` is the role. */
export interface QueueMetrics {
  readonly depth: Gauge<"queue_name">;
  readonly items: Counter<"queue_name">;
  readonly waitSeconds: Summary<"queue_name">;
  readonly workSeconds: Summary<"queue_name">;
  /** Stays 0: a group is made in one go. */
  readonly unfinishedSeconds: Gauge<"queue_name">;
  /** Stays 0, too. */
  readonly longestSeconds: Gauge<"queue_name">;
}

const ROLES = ["endpointslice", "endpoints", "node", "pod", "service", "ingress"];
const EVENTS = ["add", "delete", "update"];

/** The metrics of the discovery from Kubernetes; what can be counted is shown from the start. */
export function kubernetesMetrics(registry: Registry): KubernetesMetrics {
  const registers = [registry];
  const metrics: KubernetesMetrics = {
    events: new Counter({
      name: "prometheus_sd_kubernetes_events_total",
      help: "The number of Kubernetes events handled.",
      labelNames: ["role", "event"] as const,
      registers,
    }),
    failures: new Counter({
      name: "prometheus_sd_kubernetes_failures_total",
      help: "The number of failed WATCH/LIST requests.",
      registers,
    }),
    requests: new Counter({
      name: "prometheus_sd_kubernetes_http_request_total",
      help: "Total number of HTTP requests to the Kubernetes API by status code.",
      labelNames: ["status_code"] as const,
      registers,
    }),
    requestSeconds: new Summary({
      name: "prometheus_sd_kubernetes_http_request_duration_seconds",
      help: "Summary of latencies for HTTP requests to the Kubernetes API by endpoint.",
      labelNames: ["endpoint"] as const,
      registers,
    }),
    queue: queueMetrics(registry),
  };
  for (const role of ROLES) for (const event of EVENTS) metrics.events.inc({ role, event }, 0);
  return metrics;
}

function queueMetrics(registry: Registry): QueueMetrics {
  const ofQueue = { labelNames: ["queue_name"] as const, registers: [registry] };
  return {
    depth: new Gauge({ name: "prometheus_sd_kubernetes_workqueue_depth", help: "Current depth of the work queue.", ...ofQueue }),
    items: new Counter({
      name: "prometheus_sd_kubernetes_workqueue_items_total",
      help: "Total number of items added to the work queue.",
      ...ofQueue,
    }),
    waitSeconds: new Summary({
      name: "prometheus_sd_kubernetes_workqueue_latency_seconds",
      help: "How long an item stays in the work queue.",
      ...ofQueue,
    }),
    workSeconds: new Summary({
      name: "prometheus_sd_kubernetes_workqueue_work_duration_seconds",
      help: "How long processing an item from the work queue takes.",
      ...ofQueue,
    }),
    unfinishedSeconds: new Gauge({
      name: "prometheus_sd_kubernetes_workqueue_unfinished_work_seconds",
      help: "How long an item has remained unfinished in the work queue.",
      ...ofQueue,
    }),
    longestSeconds: new Gauge({
      name: "prometheus_sd_kubernetes_workqueue_longest_running_processor_seconds",
      help: "Duration of the longest running processor in the work queue.",
      ...ofQueue,
    }),
  };
}
