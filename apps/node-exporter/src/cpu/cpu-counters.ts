import { IDLE_INDEX } from "../proc/parse-stat.ts";

/**
 * The idle time of a CPU that falls by this many seconds has begun anew, as after it was taken offline and brought back. Smaller falls
 * are the kernel's rounding.
 */
const IDLE_JUMP_SECONDS = 3;

/** The times of all CPUs as counters: they never fall, except that a CPU that begins anew is counted anew. */
export interface CpuCounters {
  /**
   * Takes the times that the kernel told, as parseStat gives them, and returns those to expose, by the CPU's number. CPUs that are not
   * among the former are forgotten. The result is valid until the next call.
   */
  readonly update: (cpuSeconds: ReadonlyMap<string, Float64Array>) => ReadonlyMap<string, Float64Array>;
}

/** Counters that have seen nothing yet. */
export function createCpuCounters(): CpuCounters {
  const counters = new Map<string, Float64Array>();
  return {
    update(cpuSeconds) {
      for (const cpu of counters.keys()) if (!cpuSeconds.has(cpu)) counters.delete(cpu);
      for (const [cpu, told] of cpuSeconds) {
        const counted = counters.get(cpu);
        if (counted === undefined || counted[IDLE_INDEX] - told[IDLE_INDEX] >= IDLE_JUMP_SECONDS) counters.set(cpu, told);
        else for (let i = 0; i < counted.length; i++) counted[i] = Math.max(counted[i], told[i]);
      }
      return counters;
    },
  };
}
