import { isHttpClientError } from "@ferula/http";
import type { Logger } from "@ferula/logging";

/** Logs what fails again and again once, as long as it fails in the same way, and that it works again. */
export interface FailureLog {
  readonly onFailure: (error: unknown) => void;
  readonly onSuccess: () => void;
}

/** A log of the requests for one kind of objects. */
export function createFailureLog(logger: Logger): FailureLog {
  let last: string | undefined;
  return {
    onFailure(error) {
      // The URL is another one each time.
      const reason = isHttpClientError(error) ? error.reason : String((error as Error | undefined)?.message);
      if (reason === last) return;
      last = reason;
      logger.error("Failed to list or watch objects of Kubernetes", { err: error });
    },
    onSuccess() {
      if (last !== undefined) logger.info("Objects of Kubernetes can be watched again");
      last = undefined;
    },
  };
}
