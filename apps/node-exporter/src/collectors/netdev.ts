import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { boolFlag, stringFlag } from "@ferula/flags";
import { addressFamily } from "../network/address-info.ts";
import { detailedStatistics } from "../network/detailed-statistics.ts";
import { parseCount } from "../proc/fields.ts";
import { netDevColumns, parseNetDev } from "../proc/parse-net-dev.ts";
import { readOptional } from "../read-file.ts";
import { add, counter, type ScalarDraft } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";
import { createFilter } from "./device-filter.ts";

const INCLUDE = "collector.netdev.device-include";
const OLD_INCLUDE = "collector.netdev.device-whitelist";
const EXCLUDE = "collector.netdev.device-exclude";
const OLD_EXCLUDE = "collector.netdev.device-blacklist";

/**
 * What network devices receive and send.
 *
 * Upstream asks the kernel by netlink, which Node cannot. The same numbers stand in /proc/net/dev and, each in a file, below
 * /sys/class/net; like netlink they are those of the exporter's own network namespace, so `--path.procfs` and `--path.sysfs` do not
 * apply. With `--no-collector.netdev.netlink` they come from `net/dev` below `--path.procfs`.
 */
export const netdevCollector: CollectorDefinition = defineCollector({
  name: "netdev",
  isEnabledByDefault: true,
  flags: {
    [INCLUDE]: stringFlag({ help: "Regexp of net devices to include (mutually exclusive to device-exclude)." }),
    [OLD_INCLUDE]: stringFlag({ help: "DEPRECATED: Use collector.netdev.device-include", hidden: true }),
    [EXCLUDE]: stringFlag({ help: "Regexp of net devices to exclude (mutually exclusive to device-include)." }),
    [OLD_EXCLUDE]: stringFlag({ help: "DEPRECATED: Use collector.netdev.device-exclude", hidden: true }),
    "collector.netdev.address-info": boolFlag({ help: "Collect address-info for every device" }),
    "collector.netdev.enable-detailed-metrics": boolFlag({
      help: "Use (incompatible) metric names that provide more detailed stats on Linux",
    }),
    "collector.netdev.netlink": boolFlag({
      help: "Read what the kernel tells of the exporter's own network, not /proc/net/dev alone.",
      default: true,
    }),
    "collector.netdev.label-ifalias": boolFlag({ help: "Add ifAlias label" }),
  },
  create: ({ flags, setByUser, paths, logger }) => {
    const isIgnored = createFilter({
      exclude: { name: EXCLUDE, value: flags[EXCLUDE], old: { name: OLD_EXCLUDE, value: flags[OLD_EXCLUDE] } },
      include: { name: INCLUDE, value: flags[INCLUDE], old: { name: OLD_INCLUDE, value: flags[OLD_INCLUDE] } },
      setByUser,
      logger,
    });
    const isOwnNetwork = flags["collector.netdev.netlink"];
    const readStatistics = statisticsReader({
      netDevFile: isOwnNetwork ? "/proc/net/dev" : paths.proc("net", "dev"),
      ...(isOwnNetwork ? { devicesFolder: "/sys/class/net" } : {}),
      isDetailed: flags["collector.netdev.enable-detailed-metrics"],
    });
    return {
      *collect() {
        const labelsOf = (device: string): readonly string[] => {
          if (!flags["collector.netdev.label-ifalias"]) return ["device", device];
          return ["device", device, "ifalias", readOptional(paths.sys("class", "net", device, "ifalias")) ?? ""];
        };
        yield* readStatistics((device) => !isIgnored(device), labelsOf);
        if (flags["collector.netdev.address-info"]) yield addressFamily(networkInterfaces(), isIgnored);
      },
    };
  },
});

/** Where statistics are read from. */
export interface StatisticsSource {
  readonly netDevFile: string;
  /** As /sys/class/net; absent, only what `netDevFile` holds is told. */
  readonly devicesFolder?: string;
  /** Whether the kernel's finest statistics are wanted instead of the sums; needs `devicesFolder`. */
  readonly isDetailed: boolean;
}

/** Reads the statistics of the wanted devices, one family for each. */
export function statisticsReader({ netDevFile, devicesFolder, isDetailed }: StatisticsSource) {
  return (isWanted: (device: string) => boolean, labelsOf: (device: string) => readonly string[]): ScalarDraft[] => {
    const families = new Map<string, ScalarDraft>();
    const addCount = (name: string, value: number, labels: readonly string[]): void => {
      let family = families.get(name);
      if (family === undefined) families.set(name, (family = counter(`node_network_${name}_total`, `Network device statistic ${name}.`)));
      add(family, value, labels);
    };
    for (const { device, counts } of parseNetDev(readFileSync(netDevFile, "utf8"), isWanted)) {
      const labels = labelsOf(device);
      const addFile = (name: string, file: string): void => {
        if (devicesFolder === undefined) return;
        const path = join(devicesFolder, device, "statistics", file);
        const count = readOptional(path);
        // The device may be gone since the list was read.
        if (count !== undefined) addCount(name, parseCount(count, path), labels);
      };
      if (isDetailed && devicesFolder !== undefined) {
        for (const { name, file } of detailedStatistics) addFile(name, file);
        continue;
      }
      for (let i = 0; i < counts.length; i++) addCount(netDevColumns[i], counts[i], labels);
      addFile("receive_nohandler", "rx_nohandler");
    }
    return [...families.values()];
  };
}
