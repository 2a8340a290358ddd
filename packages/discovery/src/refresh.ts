import { sleep } from "@ferula/lifecycle";
import type { Discoverer, DiscovererDeps } from "./provider.ts";
import { emptyGroup, type TargetGroup } from "./target-group.ts";

/** A source that is asked for all its targets from time to time. */
export interface RefreshOptions {
  /** As in metrics: `http`, `docker`. */
  readonly mechanism: string;
  readonly intervalMs: number;
  /** All groups that there are. Rejects with an error for the log when they can't be told, and then those known before still stand. */
  readonly refresh: (signal: AbortSignal) => Promise<readonly TargetGroup[]>;
  /** When the discoverer ends; connections can be closed. */
  readonly close?: () => Promise<void>;
}

/** By how much of the interval the second question comes earlier, at most. */
const JITTER = 0.1;

/**
 * Asks at once, and then at every interval. Groups that are no longer among those that are told end. Throws where the interval is 0, as a
 * configuration may have it.
 */
export function createRefreshDiscoverer({ mechanism, intervalMs, refresh, close }: RefreshOptions, deps: DiscovererDeps): Discoverer {
  if (intervalMs <= 0) throw new Error("refresh_interval must be greater than 0");
  const { logger, clock, random } = deps;
  const { refresh: metrics } = deps.metrics;
  let known: ReadonlySet<string> = new Set();
  metrics.failures.inc({ mechanism, config: deps.jobName }, 0);

  async function groupsNow(signal: AbortSignal): Promise<readonly TargetGroup[] | undefined> {
    const startedMs = performance.now();
    let failure: { readonly error: unknown } | undefined;
    let groups: readonly TargetGroup[] | undefined;
    try {
      groups = await refresh(signal);
    } catch (error) {
      failure = { error };
    }
    // Its metrics may have been removed already.
    if (signal.aborted) return undefined;
    const labels = { mechanism, config: deps.jobName };
    const seconds = (performance.now() - startedMs) / 1000;
    metrics.seconds.observe(labels, seconds);
    metrics.secondsHistogram.observe({ mechanism }, seconds);
    metrics.failures.inc(labels, failure === undefined ? 0 : 1);
    if (failure !== undefined) logger.error("Unable to refresh target groups", { err: failure.error });
    return groups;
  }

  /** `groups`, and empty ones for those that are gone. */
  function withVanished(groups: readonly TargetGroup[]): readonly TargetGroup[] {
    const present = new Set(groups.map(({ source }) => source));
    const gone = [...known].filter((source) => !present.has(source)).map(emptyGroup);
    known = present;
    return [...groups, ...gone];
  }

  return {
    async run(emit, signal) {
      let dueMs = clock.nowMs() - (random?.() ?? 0) * JITTER * intervalMs;
      try {
        do {
          const groups = await groupsNow(signal);
          if (groups !== undefined) emit(withVanished(groups));
          // What took longer than the interval leaves out the times that it missed.
          dueMs += intervalMs * Math.max(1, Math.ceil((clock.nowMs() - dueMs) / intervalMs));
        } while (await sleep(dueMs - clock.nowMs(), signal, clock));
      } finally {
        await close?.();
      }
    },
  };
}
