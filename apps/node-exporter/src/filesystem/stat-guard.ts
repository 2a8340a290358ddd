import type { StatsFs } from "node:fs";
import { getSystemErrorMap } from "node:util";
import type { Logger } from "@ferula/logging";

/** What asking a mount for its figures came to: the figures, or why there are none. */
export type StatOutcome = { readonly stats: StatsFs } | { readonly deviceError: string };

/** How mounts are asked. */
export interface StatGuardOptions {
  /** Asks the kernel; may never return when a server behind the mount is gone. */
  readonly statfs: (path: string) => Promise<StatsFs>;
  /** How long a mount may take before it counts as stuck. */
  readonly timeoutMs: number;
  /** How many calls may run at a time, those that hang among them. */
  readonly maxRunning: number;
  readonly logger: Logger;
}

const timedOut: StatOutcome = { deviceError: "mountpoint timeout" };

/**
 * Calls statfs so that mounts that hang harm nobody. A call that takes longer than `timeoutMs` yields the error "mountpoint timeout",
 * and as long as it has not returned the mount is not asked again: each would take a thread for good. Overlapping scrapes share a call.
 */
export function createStatGuard({ statfs, timeoutMs, maxRunning, logger }: StatGuardOptions): (path: string) => Promise<StatOutcome> {
  const calls = new Map<string, Promise<StatOutcome>>();
  const stuck = new Set<string>();
  const waiting: (() => void)[] = [];
  let runningCount = 0;

  const call = async (path: string): Promise<StatOutcome> => {
    if (runningCount >= maxRunning) await new Promise<void>((resolve) => waiting.push(resolve));
    else runningCount++;
    try {
      return { stats: await statfs(path) };
    } catch (error) {
      return { deviceError: kernelErrorText(error) };
    } finally {
      // The next one takes over this one's place.
      const next = waiting.shift();
      if (next === undefined) runningCount--;
      else next();
      calls.delete(path);
      if (stuck.delete(path)) logger.debug("Mount point has recovered, monitoring will resume", { mountpoint: path });
    }
  };

  return (path) => {
    if (stuck.has(path)) return Promise.resolve(timedOut);
    let running = calls.get(path);
    if (running === undefined) calls.set(path, (running = call(path)));
    return withTimeout(running, timeoutMs, () => {
      if (!stuck.has(path))
        logger.debug("Mount point timed out, it is being labeled as stuck and will not be monitored", { mountpoint: path });
      stuck.add(path);
      return timedOut;
    });
  };
}

function withTimeout<T>(promise: Promise<T>, timeoutMs: number, onTimeout: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(onTimeout()), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The kernel's own words for an error, without the call and the path that Node adds. */
function kernelErrorText(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
