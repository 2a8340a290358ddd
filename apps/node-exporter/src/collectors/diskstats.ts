import { readFileSync } from "node:fs";
import { stringFlag } from "@ferula/flags";
import { diskColumns } from "../disk/disk-columns.ts";
import { createDiskInfoFamilies, type DiskProperties } from "../disk/disk-info.ts";
import type { Paths } from "../paths.ts";
import { parseDiskstats, type DiskStat } from "../proc/parse-diskstats.ts";
import { parseUdevProperties } from "../proc/parse-udev.ts";
import { readOptional } from "../read-file.ts";
import { add, type ScalarDraft } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";
import { createFilter } from "./device-filter.ts";

const EXCLUDE = "collector.diskstats.device-exclude";
const INCLUDE = "collector.diskstats.device-include";
const OLD_EXCLUDE = "collector.diskstats.ignored-devices";

/** What disks read and write, from /proc/diskstats, and what they are, from udev and /sys/block. */
export const diskstatsCollector: CollectorDefinition = defineCollector({
  name: "diskstats",
  isEnabledByDefault: true,
  flags: {
    [EXCLUDE]: stringFlag({
      help: "Regexp of diskstats devices to exclude (mutually exclusive to device-include).",
      default: "^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$",
    }),
    [OLD_EXCLUDE]: stringFlag({ help: "DEPRECATED: Use collector.diskstats.device-exclude", hidden: true }),
    [INCLUDE]: stringFlag({ help: "Regexp of diskstats devices to include (mutually exclusive to device-exclude)." }),
  },
  create: ({ flags, setByUser, paths, logger }) => {
    const isIgnored = createFilter({
      exclude: { name: EXCLUDE, value: flags[EXCLUDE], old: { name: OLD_EXCLUDE, value: flags[OLD_EXCLUDE] } },
      include: { name: INCLUDE, value: flags[INCLUDE] },
      setByUser,
      logger,
    });
    return {
      collect() {
        const stats = parseDiskstats(readFileSync(paths.proc("diskstats"), "utf8"), (device) => !isIgnored(device));
        const columns: ScalarDraft[] = diskColumns.map(({ name, help, type }) => ({ name, help, type, metrics: [] }));
        const infos = createDiskInfoFamilies();
        for (const disk of stats) {
          infos.addDisk(disk, readProperties(paths, disk));
          const labels = ["device", disk.device];
          const columnCount = Math.min(disk.counts.length, columns.length);
          for (let i = 0; i < columnCount; i++) add(columns[i], disk.counts[i] * diskColumns[i].unit, labels);
        }
        return [...infos.families, ...columns];
      },
    };
  },
});

function readProperties(paths: Paths, { major, minor, device }: DiskStat): DiskProperties {
  return {
    udev: parseUdevProperties(readOptional(paths.udev(`b${major}:${minor}`)) ?? ""),
    // A `!` stands for the slash of a name such as cciss/c0d0. Partitions have no queue of their own.
    rotational: readOptional(paths.sys("block", device.replaceAll("/", "!"), "queue", "rotational")) || "0",
  };
}
