/** Lets a number of callers in at once; the others wait in the order in which they came. */
export interface Gate {
  /**
   * Resolves to a function that leaves again, to be called once; or, when the wait ended otherwise, to why: "canceled" by the signal or
   * "timeout" after `timeoutMs`.
   */
  readonly enter: (signal: AbortSignal | undefined, timeoutMs: number) => Promise<(() => void) | "canceled" | "timeout">;
}

/** A gate that lets `limit` callers be inside at once. */
export function createGate(limit: number): Gate {
  let inside = 0;
  const waiting = new Set<() => void>();

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) {
      inside--;
      return;
    }
    waiting.delete(next);
    next();
  }

  return {
    enter: (signal, timeoutMs) => {
      if (signal?.aborted === true) return Promise.resolve("canceled");
      if (inside < limit) {
        inside++;
        return Promise.resolve(leave);
      }
      return new Promise((resolve) => {
        const admit = (): void => {
          settle();
          resolve(leave);
        };
        const cancel = (): void => {
          settle();
          waiting.delete(admit);
          resolve("canceled");
        };
        const timer = setTimeout(() => {
          settle();
          waiting.delete(admit);
          resolve("timeout");
        }, timeoutMs);
        const settle = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", cancel);
        };
        signal?.addEventListener("abort", cancel, { once: true });
        waiting.add(admit);
      });
    },
  };
}
