import { hashLabels, labelsOf } from "@ferula/model";

/** The times at which a group is evaluated: spread over the interval by group, and the same after every restart. */
export interface Schedule {
  /** The first time behind `nowMs`. */
  readonly nextMs: (nowMs: number) => number;
  /**
   * The time of the evaluation that follows the one of `lastMs` when that has ended at `nowMs`, and how many before it were missed. A
   * time that passed meanwhile is made up for at once, the newest of several alone.
   */
  readonly followingMs: (lastMs: number, nowMs: number) => { readonly dueMs: number; readonly missed: number };
}

/** The schedule of a group (rules/group.go `EvalTimestamp`, `run`). */
export function createSchedule(file: string, name: string, intervalMs: number): Schedule {
  const offsetMs = Math.floor(Number(hashLabels(labelsOf({ file, name })) % BigInt(intervalMs * NS_PER_MS)) / NS_PER_MS);
  return {
    nextMs: (nowMs) => (Math.floor((nowMs - offsetMs) / intervalMs) + 1) * intervalMs + offsetMs,
    followingMs(lastMs, nowMs) {
      const passed = Math.max(1, Math.floor((nowMs - lastMs) / intervalMs));
      return { dueMs: lastMs + passed * intervalMs, missed: passed - 1 };
    },
  };
}

/** Upstream takes the remainder of the hash in the unit of its durations. */
const NS_PER_MS = 1_000_000;
