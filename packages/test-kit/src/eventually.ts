import { setTimeout as wait } from "node:timers/promises";

/** How long and how often a check is tried. */
export interface EventuallyOptions {
  /** Default 30 s: it ends what hangs, not what is slow. */
  readonly timeoutMs?: number;
  /** Pause between two tries. Default 10 ms. */
  readonly intervalMs?: number;
}

/**
 * Calls `check` until it neither throws (nor rejects) nor gives `false`, and returns what it gave. When time is up it throws an error
 * that carries the last failure. Expectations may stand inside the check.
 */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<Exclude<T, false>> {
  const { timeoutMs = 30_000, intervalMs = 10 } = options;
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    let failure: unknown;
    try {
      const value = await check();
      if (value !== false) return value as Exclude<T, false>;
      failure = new Error("the check gave false");
    } catch (error) {
      failure = error;
    }
    if (performance.now() >= deadlineMs) {
      throw new Error(`not true after ${timeoutMs} ms: ${(failure as Error).message ?? String(failure)}`, { cause: failure });
    }
    await wait(intervalMs);
  }
}
