/** The properties of one CPU in /proc/cpuinfo by the kernel's names, such as `model name`. */
export type CpuProperties = ReadonlyMap<string, string>;

/**
 * The CPUs of /proc/cpuinfo, in its order: each begins with the line `processor`. Lines that stand outside the CPUs (`Hardware` on
 * some ARM machines) belong to none and are left out.
 */
export function parseCpuinfo(text: string): readonly CpuProperties[] {
  const cpus: CpuProperties[] = [];
  let cpu: Map<string, string> | undefined;
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon < 0) {
      cpu = undefined;
      continue;
    }
    const name = line.slice(0, colon).trimEnd();
    if (name === "processor") {
      cpu = new Map();
      cpus.push(cpu);
    }
    cpu?.set(name, line.slice(colon + 1).trim());
  }
  return cpus;
}
