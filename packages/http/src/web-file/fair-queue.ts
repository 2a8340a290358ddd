/** Jobs that are done one after the other. */
export interface FairQueue {
  /** Resolves with the job's result, or with undefined when too many are waiting already. `owner` is who asks for it. */
  readonly run: <T>(owner: string, job: () => Promise<T>) => Promise<T | undefined>;
}

/** How many may wait, of one owner and of all. */
export interface FairQueueLimits {
  readonly perOwner: number;
  readonly total: number;
}

/**
 * A queue in which the owners take turns: one who floods it waits behind himself, and everybody else behind one job of his at most.
 * Owners are forgotten as soon as they have nothing to wait for.
 */
export function createFairQueue({ perOwner, total }: FairQueueLimits): FairQueue {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  let waitingCount = 0;
  let isRunning = false;

  async function work(): Promise<void> {
    isRunning = true;
    for (let next = takeNext(); next !== undefined; next = takeNext()) await next();
    isRunning = false;
  }

  /** The first owner's first job. Whoever has more goes to the end: a Map keeps the order in which its keys came. */
  function takeNext(): (() => Promise<void>) | undefined {
    for (const [owner, jobs] of waiting) {
      const job = jobs.shift();
      waiting.delete(owner);
      if (jobs.length > 0) waiting.set(owner, jobs);
      waitingCount--;
      return job;
    }
    return undefined;
  }

  return {
    run(owner, job) {
      const jobs = waiting.get(owner) ?? [];
      if (jobs.length >= perOwner || waitingCount >= total) return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        jobs.push(() => job().then(resolve, reject));
        waiting.set(owner, jobs);
        waitingCount++;
        if (!isRunning) void work();
      });
    },
  };
}
