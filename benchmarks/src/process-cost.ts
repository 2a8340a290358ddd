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
