import { parseCount, splitFields } from "./fields.ts";

/** A line of /proc/diskstats. */
export interface DiskStat {
  readonly major: string;
  readonly minor: string;
  readonly device: string;
  /** The columns after the name, in the kernel's order and units: 11, on newer kernels 15 or 17. */
  readonly counts: readonly number[];
}

/** The lines of /proc/diskstats whose device `isWanted`. Throws on a line of another form. */
export function parseDiskstats(text: string, isWanted: (device: string) => boolean): readonly DiskStat[] {
  const stats: DiskStat[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [major, minor, device, ...counts] = splitFields(line);
    if (device === undefined) throw new Error(`cannot read diskstats: unexpected line ${JSON.stringify(line)}`);
    if (!isWanted(device)) continue;
    stats.push({ major, minor, device, counts: counts.map((count) => parseCount(count, `diskstats of ${device}`)) });
  }
  return stats;
}
