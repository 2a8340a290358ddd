import { parseFloatText } from "@ferula/model";
import type { CpuProperties } from "../proc/parse-cpuinfo.ts";
import { splitFields } from "../proc/fields.ts";
import { add, addInfo, gauge, type ScalarDraft } from "../scalar-family.ts";

/** What to expose beside the properties. */
export interface CpuInfoChoice {
  /** Whether to tell the frequency of each CPU. */
  readonly hasFrequency: boolean;
  /** Which flags of the first CPU to expose; undefined for none. */
  readonly isFlagIncluded: ((flag: string) => boolean) | undefined;
  /** Which bugs of the first CPU to expose; undefined for none. */
  readonly isBugIncluded: ((bug: string) => boolean) | undefined;
}

/** What /proc/cpuinfo tells of each CPU, and which flags and bugs the first one has. */
export function cpuInfoFamilies(
  cpus: readonly CpuProperties[],
  { hasFrequency, isFlagIncluded, isBugIncluded }: CpuInfoChoice,
): ScalarDraft[] {
  const info = gauge("node_cpu_info", "CPU information from /proc/cpuinfo.");
  const frequency = gauge("node_cpu_frequency_hertz", "CPU frequency in hertz from /proc/cpuinfo.");
  for (const cpu of cpus) {
    const property = (name: string): string => cpu.get(name) ?? "";
    addInfo(info, {
      cachesize: property("cache size"),
      core: property("core id"),
      cpu: property("processor"),
      family: property("cpu family"),
      microcode: property("microcode"),
      model: property("model"),
      model_name: property("model name"),
      package: property("physical id"),
      stepping: property("stepping"),
      vendor: property("vendor_id"),
    });
    if (!hasFrequency) continue;
    const megahertz = parseFloatText(property("cpu MHz")) ?? 0;
    add(frequency, megahertz * 1e6, ["core", property("core id"), "cpu", property("processor"), "package", property("physical id")]);
  }
  const flags = gauge("node_cpu_flag_info", "The `flags` field of CPU information from /proc/cpuinfo taken from the first core.");
  const bugs = gauge("node_cpu_bug_info", "The `bugs` field of CPU information from /proc/cpuinfo taken from the first core.");
  addWords(flags, "flag", cpus[0]?.get("flags"), isFlagIncluded);
  addWords(bugs, "bug", cpus[0]?.get("bugs"), isBugIncluded);
  return [info, frequency, flags, bugs];
}

function addWords(
  family: ScalarDraft,
  label: string,
  words: string | undefined,
  isIncluded: ((word: string) => boolean) | undefined,
): void {
  if (words === undefined || isIncluded === undefined) return;
  for (const word of new Set(splitFields(words))) if (isIncluded(word)) add(family, 1, [label, word]);
}
