import { readdirSync } from "node:fs";
import { hasErrorCode } from "@ferula/files";
import type { Paths } from "../paths.ts";
import { parseCount } from "../proc/fields.ts";
import { readOptional } from "../read-file.ts";
import { add, counter, gauge, type ScalarDraft } from "../scalar-family.ts";

/** The folders of /sys/devices/system/cpu by the CPUs' numbers, in ascending order. */
export function readCpuFolders(paths: Paths): readonly string[] {
  try {
    const names = readdirSync(paths.sys("devices", "system", "cpu"));
    return names.filter((name) => /^cpu\d+$/.test(name)).sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** How often cores and packages ran slower to stay cool. Hyper-threads share the count of their core, cores that of their package. */
export function throttleFamilies(paths: Paths, folders: readonly string[]): ScalarDraft[] {
  const cores = counter("node_cpu_core_throttles_total", "Number of times this CPU core has been throttled.");
  const packages = counter("node_cpu_package_throttles_total", "Number of times this CPU package has been throttled.");
  const seen = new Set<string>();
  const addOnce = (family: ScalarDraft, labels: readonly string[], file: string): void => {
    const key = labels.join(" ");
    if (seen.has(key)) return;
    const count = readOptional(file);
    if (count === undefined) return;
    seen.add(key);
    add(family, parseCount(count, file), labels);
  };
  for (const folder of folders) {
    const path = (...names: string[]): string => paths.sys("devices", "system", "cpu", folder, ...names);
    const packageId = readOptional(path("topology", "physical_package_id"));
    const coreId = packageId === undefined ? undefined : readOptional(path("topology", "core_id"));
    // A CPU that is offline has no topology.
    if (packageId === undefined || coreId === undefined) continue;
    addOnce(cores, ["core", coreId, "package", packageId], path("thermal_throttle", "core_throttle_count"));
    addOnce(packages, ["package", packageId], path("thermal_throttle", "package_throttle_count"));
  }
  return [cores, packages];
}

/**
 * Which CPUs are online. Where the first CPU has no file for that it cannot be switched off (most x86 machines), and upstream tells
 * nothing of the others either.
 */
export function onlineFamilies(paths: Paths, folders: readonly string[]): ScalarDraft[] {
  const online = gauge("node_cpu_online", "CPUs that are online and being scheduled.");
  for (const folder of folders) {
    const state = readOptional(paths.sys("devices", "system", "cpu", folder, "online"));
    if (state === undefined && folder === folders[0]) return [];
    add(online, state === "1" ? 1 : 0, ["cpu", folder.slice(3)]);
  }
  return [online];
}
