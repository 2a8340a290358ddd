import { createBackoff, sleep } from "@ferula/lifecycle";
import { DeliveryError } from "./delivery.ts";

/** First wait, growth and longest wait between two tries: those of upstream's exponential back-off. */
const BACKOFF = { minMs: 500, factor: 1.5, maxMs: 60_000, jitter: 0.5 };

export interface RetryOptions {
  readonly signal: AbortSignal;
  /** Is told of each try that failed. */
  readonly onFailure: (error: DeliveryError, attempt: number) => void;
}

/** Tries until it works, until an error says that it never will, or until the signal aborts; then the last error is thrown. */
export async function withRetry(deliver: () => Promise<void>, { signal, onFailure }: RetryOptions): Promise<void> {
  const backoff = createBackoff(BACKOFF);
  for (let attempt = 1; ; attempt++) {
    try {
      return await deliver();
    } catch (error) {
      const failure = error instanceof DeliveryError ? error : new DeliveryError(String(error), { retry: false, cause: error });
      onFailure(failure, attempt);
      if (!failure.retry || signal.aborted) throw failure;
      if (await sleep(backoff.nextMs(), signal)) continue;
      throw new DeliveryError(`notify retry canceled after ${attempt} attempts: ${failure.message}`, {
        retry: false,
        reason: "contextDeadlineExceeded",
        cause: failure,
      });
    }
  }
}
