import { STATUS_CODES } from "node:http";
import { systemClock } from "@ferula/durations";
import type { HttpClient } from "@ferula/http";
import { withDeadline } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { TracerInForce } from "@ferula/tracing";
import { alertsJson, type Alert } from "./alert.ts";
import type { NotifierMetrics } from "./metrics.ts";
import { RefusedError, traceSend } from "./send-span.ts";

/** Sends alerts to one Alertmanager, in batches, one after another; a slow one holds up nobody else. */
export interface SendQueue {
  readonly url: string;
  /** Never waits: when the queue is full the oldest alerts are dropped and counted. */
  readonly push: (alerts: readonly Alert[]) => void;
  /** Sends what is left when `drain` is set; otherwise drops it, and breaks off what is being sent. */
  readonly stop: (drain: boolean) => Promise<void>;
}

export interface SendQueueOptions {
  readonly url: string;
  readonly client: HttpClient;
  readonly timeoutMs: number;
  readonly capacity: number;
  readonly batchSize: number;
  readonly metrics: NotifierMetrics;
  readonly logger: Logger;
  /** Absent: nothing is traced. */
  readonly tracer?: TracerInForce | undefined;
}

export function createSendQueue({ url, client, timeoutMs, capacity, batchSize, metrics, logger, tracer }: SendQueueOptions): SendQueue {
  const labels = { alertmanager: url };
  let waiting: Alert[] = [];
  let isStopped = false;
  let sending: Promise<void> | undefined;
  const giveUp = new AbortController();
  for (const counter of [metrics.sent, metrics.errors, metrics.dropped]) counter.inc(labels, 0);
  metrics.queueLength.inc(labels, 0);

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      waiting = waiting.slice(batchSize);
      metrics.queueLength.set(labels, waiting.length);
      await send(batch);
    }
    sending = undefined;
  }

  async function send(batch: readonly Alert[]): Promise<void> {
    const startedMs = performance.now();
    try {
      await traceSend(tracer, url, batch.length, (headers) => post(batch, headers));
      const seconds = (performance.now() - startedMs) / 1000;
      metrics.latencySeconds.observe(labels, seconds);
      metrics.latencySecondsHistogram.observe(labels, seconds);
      metrics.sent.inc(labels, batch.length);
    } catch (error) {
      // They are sent again with the next round of their rule: a queue that repeats old news would only delay it.
      metrics.errors.inc(labels, batch.length);
      metrics.dropped.inc(labels, batch.length);
      logger.error("Error sending alerts", { alertmanager: url, count: batch.length, err: error });
    }
  }

  /** Fails with what the Alertmanager says where it does not take them. Returns the status of its answer. */
  async function post(batch: readonly Alert[], traced: Readonly<Record<string, string>>): Promise<number> {
    const headers = { "Content-Type": "application/json", ...traced };
    const { status, body } = await withDeadline(timeoutMs, giveUp.signal, systemClock, (signal) =>
      client.request({ url, method: "POST", headers, body: alertsJson(batch), signal }),
    );
    if (status < 200 || status > 299) throw new RefusedError(status, refusalText(status, body));
    return status;
  }

  return {
    url,
    push(alerts) {
      if (isStopped) return;
      // Not by spreading: a flood of alerts would be too many arguments.
      waiting = waiting.concat(alerts);
      const surplus = waiting.length - capacity;
      if (surplus > 0) {
        waiting = waiting.slice(surplus);
        metrics.dropped.inc(labels, surplus);
        logger.warn("Alert notification queue full, dropping alerts", { alertmanager: url, count: surplus });
      }
      metrics.queueLength.set(labels, waiting.length);
      if (waiting.length > 0) sending ??= sendAll();
    },
    async stop(drain) {
      isStopped = true;
      if (!drain) {
        if (waiting.length > 0) {
          const told = { alertmanager: url, count: waiting.length };
          logger.warn("Alert notification queue not drained on shutdown, dropping alerts", told);
        }
        metrics.dropped.inc(labels, waiting.length);
        waiting = [];
        giveUp.abort(new Error("the notifier is stopped"));
      }
      await sending;
    },
  };
}

/** How much of an answer is told of one who refuses alerts. */
const TOLD_BYTES = 256;

function refusalText(status: number, body: Uint8Array): string {
  const told = new TextDecoder().decode(body.subarray(0, TOLD_BYTES)).trim();
  return `bad response status ${[status, STATUS_CODES[status]].join(" ").trim()}${told === "" ? "" : `: ${told}`}`;
}
