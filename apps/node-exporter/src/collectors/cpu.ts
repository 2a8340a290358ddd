import { readFileSync } from "node:fs";
import { boolFlag, stringFlag } from "@ferula/flags";
import { createCpuCounters } from "../cpu/cpu-counters.ts";
import { onlineFamilies, readCpuFolders, throttleFamilies } from "../cpu/cpu-devices.ts";
import { cpuInfoFamilies } from "../cpu/cpu-info.ts";
import { parseCpuList } from "../proc/parse-cpu-list.ts";
import { parseCpuinfo } from "../proc/parse-cpuinfo.ts";
import { cpuModes, parseStat } from "../proc/parse-stat.ts";
import { readOptional } from "../read-file.ts";
import { add, counter, gauge, type ScalarDraft } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";
import { compilePattern } from "./device-filter.ts";

const FLAGS_INCLUDE = "collector.cpu.info.flags-include";
const BUGS_INCLUDE = "collector.cpu.info.bugs-include";

/** How the CPUs spend their time, from /proc/stat, and what they are, from /proc/cpuinfo and /sys/devices/system/cpu. */
export const cpuCollector: CollectorDefinition = defineCollector({
  name: "cpu",
  isEnabledByDefault: true,
  flags: {
    "collector.cpu.guest": boolFlag({ help: "Enables metric node_cpu_guest_seconds_total", default: true }),
    "collector.cpu.info": boolFlag({ help: "Enables metric cpu_info" }),
    [FLAGS_INCLUDE]: stringFlag({ help: "Filter the `flags` field in cpuInfo with a value that must be a regular expression" }),
    [BUGS_INCLUDE]: stringFlag({ help: "Filter the `bugs` field in cpuInfo with a value that must be a regular expression" }),
  },
  create: ({ flags, enabledUpstream, paths }) => {
    const counters = createCpuCounters();
    const isFlagIncluded = compilePattern(flags[FLAGS_INCLUDE], FLAGS_INCLUDE);
    const isBugIncluded = compilePattern(flags[BUGS_INCLUDE], BUGS_INCLUDE);
    // A filter says that its metric is wanted.
    const hasInfo = flags["collector.cpu.info"] || isFlagIncluded !== undefined || isBugIncluded !== undefined;
    // Upstream tells the frequency that stands in /proc/cpuinfo only beside those of its collector cpufreq.
    const hasFrequency = enabledUpstream.has("cpufreq");
    // Isolation is set on the kernel's command line, so it does not change while the machine runs.
    const isolated = isolatedFamily(readOptional(paths.sys("devices", "system", "cpu", "isolated")) ?? "");
    return {
      *collect() {
        if (hasInfo) {
          const cpus = parseCpuinfo(readFileSync(paths.proc("cpuinfo"), "utf8"));
          yield* cpuInfoFamilies(cpus, { hasFrequency, isFlagIncluded, isBugIncluded });
        }
        const { cpuSeconds } = parseStat(readFileSync(paths.proc("stat"), "utf8"));
        yield* timeFamilies(counters.update(cpuSeconds), flags["collector.cpu.guest"]);
        yield isolated;
        const folders = readCpuFolders(paths);
        yield* throttleFamilies(paths, folders);
        yield* onlineFamilies(paths, folders);
      },
    };
  },
});

/** Index in `cpuModes` behind the modes that make up a CPU's time. */
const GUEST_INDEX = cpuModes.indexOf("guest");

function timeFamilies(cpuSeconds: ReadonlyMap<string, Float64Array>, hasGuest: boolean): ScalarDraft[] {
  const seconds = counter("node_cpu_seconds_total", "Seconds the CPUs spent in each mode.");
  const guestSeconds = counter("node_cpu_guest_seconds_total", "Seconds the CPUs spent in guests (VMs) for each mode.");
  for (const [cpu, times] of cpuSeconds) {
    for (let i = 0; i < GUEST_INDEX; i++) add(seconds, times[i], ["cpu", cpu, "mode", cpuModes[i]]);
    if (!hasGuest) continue;
    add(guestSeconds, times[GUEST_INDEX], ["cpu", cpu, "mode", "user"]);
    add(guestSeconds, times[GUEST_INDEX + 1], ["cpu", cpu, "mode", "nice"]);
  }
  return [seconds, guestSeconds];
}

function isolatedFamily(list: string): ScalarDraft {
  const isolated = gauge("node_cpu_isolated", "Whether each core is isolated, information from /sys/devices/system/cpu/isolated.");
  for (const cpu of parseCpuList(list)) add(isolated, 1, ["cpu", String(cpu)]);
  return isolated;
}
