import { readFileSync } from "node:fs";

/** What a process has used: CPU in seconds by the kernel's accounting, resident memory in bytes. */
export interface Cost {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** The kernel counts CPU in hundredths of a second. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

export function costOf(pid: number): Cost {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, residentBytes: Number(fields[21]) * PAGE_BYTES };
}

/** The most that a process has had in memory so far, in bytes. */
export function peakResidentBytes(pid: number): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kilobytes === undefined) throw new Error(`the kernel tells no peak of process ${pid}`);
  return Number(kilobytes) * 1024;
}
