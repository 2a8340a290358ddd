import { expect, test } from "@jest/globals";
import { cpuInfoFamilies, type CpuInfoChoice } from "../../src/cpu/cpu-info.ts";

const cpus = ["0", "1"].map(
  (processor) =>
    new Map([
      ["processor", processor],
      ["cpu MHz", "800.5"],
      ["flags", `avx aes aes only${processor}`],
      ["bugs", "mds"],
    ]),
);
const plain: CpuInfoChoice = { hasFrequency: false, isFlagIncluded: undefined, isBugIncluded: undefined };
const all = (): boolean => true;

test.each([
  { choice: plain, want: { node_cpu_info: 2 }, why: "without a choice only the properties" },
  { choice: { ...plain, hasFrequency: true }, want: { node_cpu_info: 2, node_cpu_frequency_hertz: 2 }, why: "the frequency of each CPU" },
  {
    choice: { ...plain, isFlagIncluded: all },
    want: { node_cpu_info: 2, node_cpu_flag_info: 3 },
    why: "flags of the first CPU, each once",
  },
  { choice: { ...plain, isBugIncluded: all }, want: { node_cpu_info: 2, node_cpu_bug_info: 1 }, why: "bugs of the first CPU" },
])("tells $why", ({ choice, want }) => {
  const counts = cpuInfoFamilies(cpus, choice).map(({ name, metrics }) => [name, metrics.length] as const);
  expect(Object.fromEntries(counts.filter(([, count]) => count > 0))).toEqual(want);
});
