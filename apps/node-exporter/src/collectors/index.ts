import type { CollectorDefinition } from "./collector.ts";
import { cpuCollector } from "./cpu.ts";
import { diskstatsCollector } from "./diskstats.ts";
import { filesystemCollector } from "./filesystem.ts";
import { loadavgCollector } from "./loadavg.ts";
import { meminfoCollector } from "./meminfo.ts";
import { netdevCollector } from "./netdev.ts";
import { statCollector } from "./stat.ts";
import { timeCollector } from "./time.ts";
import { unameCollector } from "./uname.ts";

/** All collectors, by name. A new one is a file in this folder and a row here. */
export const collectors: readonly CollectorDefinition[] = [
  cpuCollector,
  diskstatsCollector,
  filesystemCollector,
  loadavgCollector,
  meminfoCollector,
  netdevCollector,
  statCollector,
  timeCollector,
  unameCollector,
];
