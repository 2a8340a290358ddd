import type { Clock } from "@ferula/durations";
import { createBackoff, sleep } from "@ferula/lifecycle";
import { DeliveryError } from "./delivery.ts";

/** First wait, growth and longest wait between two tries, as upstream has them; up to half of a wait is left to chance. */
const BACKOFF = { minMs: 500, factor: 1.5, maxMs: 60_000, jitter: 0.5 };

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Is told of each try that failed. */
  readonly onFailure: (error: DeliveryError, attempt: number) => void;
}

/** Tries until it works, until an error says that it never will, or until the signal aborts; then the last error is thrown. */
export async function withRetry(deliver: () => Promise<void>, { signal, clock, onFailure }: RetryOptions): Promise<void> {
  const backoff = createBackoff(BACKOFF);
  for (let attempt = 1; ; attempt++) {
    try {
      return await deliver();
    } catch (error) {
      const failure = toDeliveryError(error);
      onFailure(failure, attempt);
      if (!failure.retry) throw failure;
      if (!(await sleep(backoff.nextMs(), signal, clock))) throw givenUp(failure, attempt, signal);
    }
  }
}

function toDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError((error as Error).message, { retry: false, cause: error });
}

function givenUp(last: DeliveryError, attempts: number, { reason }: AbortSignal): DeliveryError {
  const isTimeout = (reason as { name?: unknown } | undefined)?.name === "TimeoutError";
  return new DeliveryError(`notify retry canceled after ${attempts} attempts: ${last.message}`, {
    retry: false,
    reason: isTimeout ? "contextDeadlineExceeded" : "contextCanceled",
    cause: last,
  });
}
