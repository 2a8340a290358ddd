import type { Clock } from "@ferula/durations";
import { createTimeSlice } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { QueueMetrics } from "./kubernetes-metrics.ts";

/** Keys whose groups are to be told anew: each once, however often it was added meanwhile. */
export interface WorkQueue {
  readonly add: (key: string) => void;
  /** Something that is ready now may not have been before. */
  readonly wake: () => void;
  readonly stop: () => void;
}

/** What a queue works with. */
export interface WorkQueueOptions {
  /** As in metrics: the role. */
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: QueueMetrics;
  /** Keys that aren't ready wait until they are, without being asked for again before the next `wake`. */
  readonly isReady: (key: string) => boolean;
  readonly work: (key: string) => void;
  /** After work, and after every `wake`, when there is nothing ready left. */
  readonly onIdle: () => void;
}

/** What comes in bursts, such as the pods of a rollout, is worked on once for all that happens within this time. */
const SETTLE_MS = 50;

/** The longest that one turn of the event loop works. */
const SLICE_MS = 10;

/** A queue that is empty. */
export function createWorkQueue({ name, clock, logger, metrics, isReady, work, onIdle }: WorkQueueOptions): WorkQueue {
  const labels = { queue_name: name };
  const addedMs = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let isWorking = false;
  let isStopped = false;
  for (const gauge of [metrics.depth, metrics.unfinishedSeconds, metrics.longestSeconds]) gauge.inc(labels, 0);
  metrics.items.inc(labels, 0);
  for (const summary of [metrics.waitSeconds, metrics.workSeconds]) summary.labels(labels);

  function schedule(delayMs: number): void {
    if (isStopped || isWorking || cancel !== undefined) return;
    cancel = clock.setTimeout(() => {
      cancel = undefined;
      isWorking = true;
      run()
        .catch((error: unknown) => logger.error("Cannot make target groups", { err: error }))
        .finally(() => {
          isWorking = false;
          if ([...addedMs.keys()].some(isReady)) schedule(SETTLE_MS);
        });
    }, delayMs);
  }

  async function run(): Promise<void> {
    const slice = createTimeSlice(SLICE_MS);
    for (const key of [...addedMs.keys()]) {
      if (isStopped) return;
      if (isReady(key)) workOn(key);
      if (slice.isSpent()) await slice.yield();
    }
    onIdle();
  }

  function workOn(key: string): void {
    const sinceMs = addedMs.get(key);
    if (sinceMs === undefined) return;
    const startedMs = performance.now();
    metrics.waitSeconds.observe(labels, (startedMs - sinceMs) / 1000);
    addedMs.delete(key);
    metrics.depth.dec(labels);
    work(key);
    metrics.workSeconds.observe(labels, (performance.now() - startedMs) / 1000);
  }

  return {
    add(key) {
      if (isStopped) return;
      if (!addedMs.has(key)) {
        addedMs.set(key, performance.now());
        metrics.items.inc(labels);
        metrics.depth.inc(labels);
      }
      if (isReady(key)) schedule(SETTLE_MS);
    },
    wake: () => schedule(0),
    stop() {
      isStopped = true;
      cancel?.();
      metrics.depth.dec(labels, addedMs.size);
      addedMs.clear();
    },
  };
}
