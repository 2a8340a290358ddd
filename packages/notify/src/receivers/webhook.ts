import { formatMoment } from "@ferula/alerting";
import { systemClock } from "@ferula/durations";
import { isHttpClientError, type HttpClient, type HttpResponse } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import { labelsToJson } from "@ferula/model";
import { DeliveryError, type Receiver } from "../pipeline/delivery.ts";
import { withAlerts, type NotificationData } from "../templates/data.ts";
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
    async send(all, { groupKey, signal }) {
      const data =
        options.maxAlerts > 0 && all.alerts.length > options.maxAlerts ? withAlerts(all, all.alerts.slice(0, options.maxAlerts)) : all;
      const url = templates.text(await options.url(), data);
      if (url === "") throw new DeliveryError("webhook URL is empty after templating", { retry: false });
      const body = `${goJson(webhookMessage(data, groupKey, all.alerts.length - data.alerts.length))}\n`;
      const post = (until: AbortSignal): Promise<HttpResponse> =>
        client.request({ url, method: "POST", headers: { "Content-Type": "application/json" }, body, signal: until });
      const posted = options.timeoutMs > 0 ? withDeadline(options.timeoutMs, signal, systemClock, post) : post(signal);
      const response = await posted.catch((error: unknown) => {
        throw new DeliveryError(`cannot post the webhook: ${redactedMessage(error)}`, { retry: true });
      });
      const failure = failureOf(response);
      if (failure !== undefined) throw failure;
    },
  };
}

/** The address is a secret, and errors are logged: it is never part of the message, in whatever spelling (notify/util.go `RedactURL`). */
function redactedMessage(error: unknown): string {
  if (!isHttpClientError(error)) return (error as Error).message;
  return error.operation === undefined ? error.reason : `${error.operation} "<redacted>": ${error.reason}`;
}

/** The message; its keys stand in upstream's order. `truncatedAlerts` says how many alerts were left out of it. */
export function webhookMessage(data: NotificationData, groupKey: string, truncatedAlerts: number): unknown {
  return {
    receiver: data.receiver,
    status: data.status,
    alerts: data.alerts.map((alert) => ({
      status: alert.status,
      labels: labelsToJson(alert.labels),
      annotations: labelsToJson(alert.annotations),
      startsAt: formatMoment(alert.startsAt),
      endsAt: alert.endsAt === undefined ? "0001-01-01T00:00:00Z" : formatMoment(alert.endsAt),
      generatorURL: alert.generatorUrl,
      fingerprint: alert.fingerprint,
    })),
    notification_reason: data.reason,
    groupLabels: labelsToJson(data.groupLabels),
    commonLabels: labelsToJson(data.commonLabels),
    commonAnnotations: labelsToJson(data.commonAnnotations),
    routeLabels: {},
    externalURL: data.externalUrl,
    version: "4",
    groupKey,
    truncatedAlerts,
  };
}
