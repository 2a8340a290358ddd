import { readFileSync } from "node:fs";
import { parseMeminfo } from "../proc/parse-meminfo.ts";
import { gaugeOf, type ScalarDraft } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";

/** The fields that are exposed, by the kernel's names; newer kernels have more. */
const exposedFields: readonly string[] = (
  "Active Active(anon) Active(file) AnonHugePages AnonPages Bounce Buffers Cached CmaFree CmaTotal CommitLimit Committed_AS DirectMap1G " +
  "DirectMap2M DirectMap4k Dirty HardwareCorrupted HugePages_Free HugePages_Rsvd HugePages_Surp HugePages_Total Hugepagesize Inactive " +
  "Inactive(anon) Inactive(file) KernelStack Mapped MemAvailable MemFree MemTotal Mlocked NFS_Unstable PageTables Percpu SReclaimable " +
  "SUnreclaim Shmem ShmemHugePages ShmemPmdMapped Slab SwapCached SwapFree SwapTotal Unevictable VmallocChunk VmallocTotal VmallocUsed " +
  "Writeback WritebackTmp Zswap Zswapped"
).split(" ");

/** How memory is used, from /proc/meminfo. */
export const meminfoCollector: CollectorDefinition = defineCollector({
  name: "meminfo",
  isEnabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({ collect: () => memoryFamilies(readFileSync(paths.proc("meminfo"), "utf8")) }),
});

/** The families of a /proc/meminfo; fields that the kernel does not have are left out. */
export function memoryFamilies(text: string): ScalarDraft[] {
  const fields = parseMeminfo(text);
  const families: ScalarDraft[] = [];
  for (const kernelName of exposedFields) {
    const field = fields.get(kernelName);
    if (field === undefined) continue;
    const name = kernelName.replace("(", "_").replace(")", "") + (field.isBytes ? "_bytes" : "");
    families.push(gaugeOf(`node_memory_${name}`, `Memory information field ${name}.`, field.value));
  }
  return families;
}
