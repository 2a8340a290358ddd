import { formatMoment } from "@ferula/alerting";
import type { HttpClient } from "@ferula/http";
import { labelPairs, type Labels } from "@ferula/model";
import { DeliveryError, type Receiver } from "../pipeline/delivery.ts";
import type { NotificationData } from "../templates/data.ts";
import type { Templates } from "../templates/templates.ts";
import { failureOf, goJson } from "./http-delivery.ts";

/** A `webhook_configs` entry with its secrets read. */
export interface WebhookOptions {
  /** A template, as tokens in it may depend on the alerts. */
  readonly url: () => Promise<string>;
  /** How many alerts one message may hold; 0 is no limit. */
  readonly maxAlerts: number;
  /** For one try; 0 leaves it to the round. */
  readonly timeoutMs: number;
}

/** Sends a group as JSON, version 4 of upstream's format (notify/webhook). A body in the answer of a failure is shown in the error. */
export function createWebhook(
  base: Pick<Receiver, "integration" | "sendResolved">,
  options: WebhookOptions,
  { client, templates }: { readonly client: HttpClient; readonly templates: Templates },
): Receiver {
  return {
    ...base,
    async send(data, { groupKey, signal }) {
      const url = templates.text(await options.url(), data);
      if (url === "") throw new DeliveryError("webhook URL is empty after templating", { retry: false });
      const timeout = options.timeoutMs > 0 ? AbortSignal.timeout(options.timeoutMs) : undefined;
      const response = await client
        .request({
          url,
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: `${goJson(webhookMessage(data, groupKey, options.maxAlerts))}\n`,
          signal: timeout === undefined ? signal : AbortSignal.any([signal, timeout]),
        })
        .catch((error: unknown) => {
          throw new DeliveryError(`cannot post the webhook: ${(error as Error).message}`, { retry: true, cause: error });
        });
      const failure = failureOf(response);
      if (failure !== undefined) throw failure;
    },
  };
}

/** The message; its keys stand in upstream's order. */
export function webhookMessage(data: NotificationData, groupKey: string, maxAlerts: number): unknown {
  const kept = maxAlerts > 0 ? data.alerts.slice(0, maxAlerts) : data.alerts;
  return {
    receiver: data.receiver,
    status: data.status,
    alerts: kept.map((alert) => ({
      status: alert.status,
      labels: record(alert.labels),
      annotations: record(alert.annotations),
      startsAt: formatMoment(alert.startsAt),
      endsAt: alert.endsAt === undefined ? "0001-01-01T00:00:00Z" : formatMoment(alert.endsAt),
      generatorURL: alert.generatorUrl,
      fingerprint: alert.fingerprint,
    })),
    notification_reason: data.reason,
    groupLabels: record(data.groupLabels),
    commonLabels: record(data.commonLabels),
    commonAnnotations: record(data.commonAnnotations),
    routeLabels: {},
    externalURL: data.externalUrl,
    version: "4",
    groupKey,
    truncatedAlerts: data.alerts.length - kept.length,
  };
}

/** An object without a prototype: a label may be called `__proto__`. */
function record(labels: Labels): Readonly<Record<string, string>> {
  const result = Object.create(null) as Record<string, string>;
  for (const [name, value] of labelPairs(labels)) result[name] = value;
  return result;
}
