import { readFileSync } from "node:fs";
import { boolFlag } from "@ferula/flags";
import { parseStat, softirqVectors, type KernelStat } from "../proc/parse-stat.ts";
import { add, counter, counterOf, gaugeOf, type ScalarDraft } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";

/** Interrupts, context switches and processes, from /proc/stat. */
export const statCollector: CollectorDefinition = defineCollector({
  name: "stat",
  isEnabledByDefault: true,
  flags: { "collector.stat.softirq": boolFlag({ help: "Export softirq calls per vector" }) },
  create: ({ flags, paths }) => ({
    collect: () => statFamilies(parseStat(readFileSync(paths.proc("stat"), "utf8")), flags["collector.stat.softirq"]),
  }),
});

function statFamilies(stat: KernelStat, hasSoftirqs: boolean): ScalarDraft[] {
  const families = [
    counterOf("node_intr_total", "Total number of interrupts serviced.", stat.interrupts),
    counterOf("node_context_switches_total", "Total number of context switches.", stat.contextSwitches),
    counterOf("node_forks_total", "Total number of forks.", stat.forks),
    gaugeOf("node_boot_time_seconds", "Node boot time, in unixtime.", stat.bootTimeSeconds),
    gaugeOf("node_procs_running", "Number of processes in runnable state.", stat.processesRunning),
    gaugeOf("node_procs_blocked", "Number of processes blocked waiting for I/O to complete.", stat.processesBlocked),
  ];
  if (!hasSoftirqs) return families;
  const softirqs = counter("node_softirqs_total", "Number of softirq calls.");
  softirqVectors.forEach((vector, i) => add(softirqs, stat.softirqs[i] ?? 0, ["vector", vector]));
  return [...families, softirqs];
}
