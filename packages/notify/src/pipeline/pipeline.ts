import { isResolvedAt, type Alert, type Flush, type Inhibitor, type NotificationLog, type Notify, type Silences } from "@ferula/alerting";
import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import { stableHash } from "@ferula/model";
import { notificationData } from "../templates/data.ts";
import { reasonToNotify, type RoundHashes } from "./dedup.ts";
import type { DeliveryError, Receiver } from "./delivery.ts";
import type { NotificationMetrics } from "./metrics.ts";
import { withRetry } from "./retry.ts";

export interface PipelineDeps {
  /** The integrations of each receiver, by its name. */
  readonly receivers: ReadonlyMap<string, readonly Receiver[]>;
  readonly inhibitor: Inhibitor;
  readonly silences: Silences;
  readonly log: NotificationLog;
  readonly metrics: NotificationMetrics;
  /** Times the waits between tries. */
  readonly clock: Clock;
  readonly logger: Logger;
  readonly externalUrl: string;
}

/**
 * The way of a round: what is inhibited or silenced is left out, and the rest goes to every integration of the route's receiver at
 * once, each of which sends only what is new to it, tries until it works, and writes down what it sent.
 */
export function createPipeline(deps: PipelineDeps): Notify {
  return async (flush) => {
    const audible = flush.alerts.filter((alert) => !isMuted(alert, deps));
    if (audible.length === 0) return;
    const receivers = deps.receivers.get(flush.route.receiver);
    if (receivers === undefined)
      throw new Error(`BUG: the route ${flush.route.id} names the receiver ${flush.route.receiver}, which is not there`);
    const outcomes = await Promise.allSettled(receivers.map((receiver) => deliver(flush, audible, receiver, deps)));
    const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as Error] : []));
    // One receiver that fails keeps none of the others from sending.
    if (failures.length > 0) throw new AggregateError(failures, failures.map(({ message }) => message).join("; "));
  };
}

function isMuted({ labels }: Alert, { inhibitor, silences, metrics }: PipelineDeps): boolean {
  if (inhibitor.inhibitedBy(labels) !== undefined) {
    metrics.suppressed.inc({ reason: "inhibition" });
    return true;
  }
  if (silences.silencedBy(labels).length === 0) return false;
  metrics.suppressed.inc({ reason: "silence" });
  return true;
}

async function deliver(flush: Flush, alerts: readonly Alert[], receiver: Receiver, deps: PipelineDeps): Promise<void> {
  const { integration, sendResolved } = receiver;
  const { route, groupKey, nowMs, signal } = flush;
  const hashes = hashesOf(alerts, nowMs);
  const last = deps.log.find(groupKey, integration);
  const reason = reasonToNotify(last, hashes, { sendResolved, repeatIntervalMs: route.repeatIntervalMs, nowMs });
  if (reason === undefined) return;
  const sent = sendResolved ? alerts : alerts.filter((alert) => !isResolvedAt(alert, nowMs));
  if (sent.length > 0) {
    const data = notificationData(flush, sent, integration.receiver, reason, deps.externalUrl);
    await attempt(() => receiver.send(data, { groupKey, signal }), receiver, flush, deps);
  }
  await deps.log.record({ groupKey, integration, timestampMs: nowMs, ...hashes }, 2 * route.repeatIntervalMs);
}

async function attempt(
  send: () => Promise<void>,
  { integration }: Receiver,
  { groupKey, signal }: Flush,
  { metrics, clock, logger }: PipelineDeps,
): Promise<void> {
  const labels = { integration: integration.kind };
  metrics.notifications.inc(labels);
  const measured = async (): Promise<void> => {
    const startedMs = performance.now();
    metrics.requests.inc(labels);
    try {
      await send();
    } finally {
      metrics.latencySeconds.observe(labels, (performance.now() - startedMs) / 1000);
    }
  };
  const onFailure = (error: DeliveryError, tries: number): void => {
    metrics.failedRequests.inc(labels);
    logger.warn("Notify attempt failed", {
      receiver: integration.receiver,
      integration: `${integration.kind}[${integration.index}]`,
      group: groupKey,
      attempts: tries,
      err: error,
    });
  };
  try {
    await withRetry(measured, { signal, clock, onFailure });
  } catch (error) {
    metrics.failedNotifications.inc({ ...labels, reason: (error as DeliveryError).reason });
    const message = `${integration.receiver}/${integration.kind}[${integration.index}]: notify failed: ${(error as Error).message}`;
    throw new Error(message, { cause: error });
  }
}

function hashesOf(alerts: readonly Alert[], nowMs: number): RoundHashes {
  const firing = new Set<string>();
  const resolved = new Set<string>();
  for (const alert of alerts) (isResolvedAt(alert, nowMs) ? resolved : firing).add(String(stableHash(alert.labels)));
  return { firing, resolved };
}
