import { parseCount, splitFields } from "./fields.ts";

/** The columns of a CPU's line in /proc/stat, in their order. The two guest times are also part of `user` and `nice`. */
export const cpuModes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice"] as const;

/** Index of `idle` among `cpuModes`. */
export const IDLE_INDEX = 3;

/** The columns of the line `softirq`, after the total. */
export const softirqVectors = ["hi", "timer", "net_tx", "net_rx", "block", "block_iopoll", "tasklet", "sched", "hrtimer", "rcu"] as const;

/** What /proc/stat says; a line that the kernel does not print is 0 or empty. */
export interface KernelStat {
  /** Seconds per mode as in `cpuModes`, by the CPU's number. */
  readonly cpuSeconds: ReadonlyMap<string, Float64Array>;
  readonly interrupts: number;
  readonly contextSwitches: number;
  /** Seconds since the epoch. */
  readonly bootTimeSeconds: number;
  readonly forks: number;
  readonly processesRunning: number;
  readonly processesBlocked: number;
  /** Counts as in `softirqVectors`. */
  readonly softirqs: readonly number[];
}

/** Times in /proc/stat are in USER_HZ, which is 100 in every ABI of Linux. */
const TICKS_PER_SECOND = 100;

/** Parses /proc/stat. Throws on a number that is none. */
export function parseStat(text: string): KernelStat {
  const cpuSeconds = new Map<string, Float64Array>();
  const counts = new Map<string, number>();
  let softirqs: number[] = [];
  for (let start = 0; start < text.length;) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    const nameEnd = text.indexOf(" ", start);
    const name = text.slice(start, nameEnd < 0 || nameEnd > end ? end : nameEnd);
    if (name.startsWith("cpu")) {
      // The line without a number is the sum of the others.
      if (name !== "cpu") cpuSeconds.set(name.slice(3), parseCpuSeconds(text.slice(start, end)));
    } else if (name === "softirq") {
      softirqs = splitFields(text.slice(start, end))
        .slice(2)
        .map((word) => parseCount(word, "softirq counts of stat"));
    } else if (name !== "") {
      counts.set(name, parseCount(firstNumber(text, nameEnd + 1, end), `${name} of stat`));
    }
    start = end + 1;
  }
  const count = (name: string): number => counts.get(name) ?? 0;
  return {
    cpuSeconds,
    interrupts: count("intr"),
    contextSwitches: count("ctxt"),
    bootTimeSeconds: count("btime"),
    forks: count("processes"),
    processesRunning: count("procs_running"),
    processesBlocked: count("procs_blocked"),
    softirqs,
  };
}

function parseCpuSeconds(line: string): Float64Array {
  const words = splitFields(line);
  const seconds = new Float64Array(cpuModes.length);
  // Old kernels have fewer columns.
  const columns = Math.min(cpuModes.length, words.length - 1);
  for (let i = 0; i < columns; i++) seconds[i] = parseCount(words[i + 1], `${words[0]} of stat`) / TICKS_PER_SECOND;
  return seconds;
}

/** The line `intr` has a number for every interrupt, thousands on large machines; only its total counts here. */
function firstNumber(text: string, start: number, end: number): string {
  const space = text.indexOf(" ", start);
  return text.slice(start, space < 0 || space > end ? end : space);
}
