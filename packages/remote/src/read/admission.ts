/** Lets a number of callers in at once; the others wait in the order in which they came. */
export interface Admission {
  /** Resolves to a function that leaves again, to be called once; to undefined when the signal was first. */
  readonly enter: (signal: AbortSignal) => Promise<(() => void) | undefined>;
}

/** Lets `limit` callers in at once; 0 is no limit. */
export function createAdmission(limit: number): Admission {
  const most = limit > 0 ? limit : Infinity;
  const waiting = new Set<() => void>();
  let inside = 0;

  function leave(): void {
    const [next] = waiting;
    inside--;
    next?.();
  }

  return {
    enter(signal) {
      if (signal.aborted) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        const admit = (): void => {
          waiting.delete(admit);
          signal.removeEventListener("abort", giveUp);
          inside++;
          resolve(leave);
        };
        const giveUp = (): void => {
          waiting.delete(admit);
          resolve(undefined);
        };
        if (inside < most) return admit();
        waiting.add(admit);
        signal.addEventListener("abort", giveUp, { once: true });
      });
    },
  };
}
