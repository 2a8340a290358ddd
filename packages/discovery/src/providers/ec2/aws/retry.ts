import type { Clock } from "@ferula/durations";
import { isHttpClientError } from "@ferula/http";
import { sleep } from "@ferula/lifecycle";
import { isAwsError } from "./aws-error.ts";

const MOST_ATTEMPTS = 3;
const FIRST_WAIT_MS = 1000;

/** By which services say that they are asked too often, whatever the status (aws-sdk-go-v2 `DefaultThrottleErrorCodes`). */
const THROTTLE_CODES: ReadonlySet<string> = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottledException",
  "TooManyRequestsException",
  "RequestThrottled",
  "RequestLimitExceeded",
  "BandwidthLimitExceeded",
  "LimitExceededException",
  "SlowDown",
  "EC2ThrottledException",
]);

/** Statuses of a service, or of what stands before it, that may be others the next time. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Does `task` up to three times, as Amazon's own clients do, as long as its error may be gone the next time. */
export async function withRetries<T>(clock: Clock, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await task();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isTransient(error)) throw error;
      // At random, so that those who were refused together don't come back together.
      if (!(await sleep(Math.random() * FIRST_WAIT_MS * 2 ** (attempt - 1), signal, clock))) throw error;
    }
  }
}

function isTransient(error: unknown): boolean {
  if (isAwsError(error)) return TRANSIENT_STATUSES.has(error.status) || THROTTLE_CODES.has(error.code);
  return isHttpClientError(error) && (error.code === "network" || error.code === "timeout");
}
