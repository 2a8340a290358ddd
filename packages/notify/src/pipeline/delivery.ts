import type { Integration } from "@ferula/alerting";
import type { NotificationData } from "../templates/data.ts";

/** One integration that can send: a webhook, a mail address. */
export interface Receiver {
  readonly integration: Integration;
  /** Whether resolved alerts are sent too. */
  readonly sendResolved: boolean;
  /** Sends once. Fails with DeliveryError, which says whether it is worth another try. */
  readonly send: (data: NotificationData, context: SendContext) => Promise<void>;
}

export interface SendContext {
  readonly groupKey: string;
  readonly signal: AbortSignal;
}

/** Why a delivery failed; the label `reason` of the metrics (notify/util.go `Reason`). */
export type FailureReason = (typeof FAILURE_REASONS)[number];

export const FAILURE_REASONS = [
  "other",
  "clientError",
  "serverError",
  "authError",
  "rateLimited",
  "contextCanceled",
  "contextDeadlineExceeded",
] as const;

/** A notification that could not be delivered. */
export class DeliveryError extends Error {
  override name = "DeliveryError";
  readonly retry: boolean;
  readonly reason: FailureReason;
  constructor(message: string, { retry, reason = "other", cause }: { retry: boolean; reason?: FailureReason; cause?: unknown }) {
    super(message, { cause });
    this.retry = retry;
    this.reason = reason;
  }
}
