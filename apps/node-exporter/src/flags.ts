import {
  boolFlag,
  defineFlags,
  intFlag,
  logFlags,
  stringFlag,
  toolkitFlags,
  type FlagsDefinition,
  type FlagShape,
  type RunFlags,
} from "@ferula/flags";
import type { CollectorDefinition } from "./collectors/collector.ts";
import { unbuiltCollectors, unbuiltFlags } from "./collectors/unbuilt-collectors.ts";

/** The flags of the exporter itself. */
const ownFlags = {
  "path.procfs": stringFlag({ help: "procfs mountpoint.", default: "/proc" }),
  "path.sysfs": stringFlag({ help: "sysfs mountpoint.", default: "/sys" }),
  "path.rootfs": stringFlag({ help: "rootfs mountpoint.", default: "/" }),
  "path.udev.data": stringFlag({ help: "udev data path.", default: "/run/udev/data" }),
  "web.telemetry-path": stringFlag({ help: "Path under which to expose metrics.", default: "/metrics" }),
  "web.disable-exporter-metrics": boolFlag({ help: "Exclude metrics about the exporter itself (promhttp_*, process_*, nodejs_*)." }),
  "web.max-requests": intFlag({ help: "Maximum number of parallel scrape requests. Use 0 to disable.", default: 40 }),
  "collector.disable-defaults": boolFlag({ help: "Set all collectors to disabled by default." }),
  "runtime.gomaxprocs": intFlag({
    help: "Accepted so that command lines need no change; without meaning here.",
    default: 1,
    support: "ignored",
  }),
  ...toolkitFlags(":9100"),
  ...logFlags(),
};

/** The flags of the exporter itself, by name. Those of the collectors are read through `readOptions` alone. */
export type OwnFlags = typeof ownFlags;

/**
 * The command line: the exporter's flags, and for each collector a switch and the collector's own flags. Those of upstream's other
 * collectors are known too: they can be switched off, and to ask anything of them is refused.
 */
export function defineExporterFlags(collectors: readonly CollectorDefinition[]): FlagsDefinition<OwnFlags> {
  const collectorFlags: Record<string, FlagShape[string]> = {};
  for (const { name, isEnabledByDefault, flags } of collectors) {
    collectorFlags[`collector.${name}`] = boolFlag({
      help: `Enable the ${name} collector (default: ${isEnabledByDefault ? "enabled" : "disabled"}).`,
      default: isEnabledByDefault,
    });
    Object.assign(collectorFlags, flags);
  }
  for (const unbuilt of unbuiltCollectors) Object.assign(collectorFlags, unbuiltFlags(unbuilt));
  return defineFlags({
    program: "node_exporter",
    help: "Exposes the metrics of a machine and its kernel to Prometheus.",
    flags: { ...ownFlags, ...collectorFlags },
  });
}

/** Names of the collectors, built or not, that upstream would run under this command line. */
export function collectorsEnabledUpstream(collectors: readonly CollectorDefinition[], flags: RunFlags<OwnFlags>): ReadonlySet<string> {
  return new Set([...collectors, ...unbuiltCollectors].filter((one) => isCollectorEnabled(one, flags)).map(({ name }) => name));
}

/** Whether a collector, built or not, is to run: as the command line says, else by default, unless defaults are off. */
export function isCollectorEnabled(
  { name, isEnabledByDefault }: Pick<CollectorDefinition, "name" | "isEnabledByDefault">,
  { values, setByUser }: RunFlags<OwnFlags>,
): boolean {
  const flag = `collector.${name}`;
  if (setByUser.has(flag)) return (values as Readonly<Record<string, unknown>>)[flag] === true;
  return isEnabledByDefault && !values["collector.disable-defaults"];
}
