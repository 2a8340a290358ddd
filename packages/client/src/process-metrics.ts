import { readdirSync, readFileSync } from "node:fs";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import type { DefaultMetricSet } from "./default-metrics.ts";

/** The numbers of /proc/self/status that are told, by their keys there; sizes are in kB. */
interface ProcessStatus {
  readonly residentBytes: number | undefined;
  readonly virtualBytes: number | undefined;
  readonly heapBytes: number | undefined;
  readonly threads: number | undefined;
}

/**
 * Registers the `process_*` metrics that every official client library has. What the system doesn't tell is left out, not made up: only
 * Linux tells all of it.
 */
export function registerProcessMetrics({ prefix, labels, registers }: DefaultMetricSet): void {
  const labelNames = Object.keys(labels);
  const gauge = (name: string, help: string, read: () => number | undefined): Gauge | undefined => {
    if (read() === undefined) return undefined;
    return new Gauge({
      name: prefix + name,
      help,
      labelNames,
      registers,
      collect() {
        this.set(labels, read() ?? NaN);
      },
    });
  };
  const counter = (name: string, help: string, readTotal: () => number): Counter => {
    let told = 0;
    return new Counter({
      name: prefix + name,
      help,
      labelNames,
      registers,
      collect() {
        const total = readTotal();
        this.inc(labels, Math.max(0, total - told));
        told = total;
      },
    });
  };
  counter("process_cpu_user_seconds_total", "Total user CPU time spent in seconds.", () => process.cpuUsage().user / 1e6);
  counter("process_cpu_system_seconds_total", "Total system CPU time spent in seconds.", () => process.cpuUsage().system / 1e6);
  counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  const startedSeconds = Date.now() / 1000 - process.uptime();
  gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", () => startedSeconds);
  gauge("process_resident_memory_bytes", "Resident memory size in bytes.", () => readStatus().residentBytes ?? process.memoryUsage.rss());
  gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", () => readStatus().virtualBytes);
  gauge("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.", () => readLimit("Max address space"));
  gauge("process_heap_bytes", "Process heap size in bytes.", () => readStatus().heapBytes);
  gauge("process_threads", "Number of OS threads in the process.", () => readStatus().threads);
  gauge("process_open_fds", "Number of open file descriptors.", countOpenFiles);
  gauge("process_max_fds", "Maximum number of open file descriptors.", () => readLimit("Max open files"));
  if (readOctets() === undefined) return;
  const received = (): number => readOctets()?.received ?? 0;
  const sent = (): number => readOctets()?.sent ?? 0;
  counter("process_network_receive_bytes_total", "Number of bytes received by the process over the network.", received);
  counter("process_network_transmit_bytes_total", "Number of bytes sent by the process over the network.", sent);
}

function readStatus(): ProcessStatus {
  const text = readProc("status");
  const field = (key: string, unit: number): number | undefined => {
    const match = new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(text);
    return match === null ? undefined : Number(match[1]) * unit;
  };
  return {
    residentBytes: field("VmRSS", 1024),
    virtualBytes: field("VmSize", 1024),
    heapBytes: field("VmData", 1024),
    threads: field("Threads", 1),
  };
}

/** A soft limit of the process; upstream tells "unlimited" as the largest unsigned 64-bit number. */
function readLimit(name: string): number | undefined {
  const match = new RegExp(`^${name}\\s+(\\S+)`, "m").exec(readProc("limits"));
  if (match === null) return undefined;
  return match[1] === "unlimited" ? 2 ** 64 : Number(match[1]);
}

/**
 * What IP received and sent in the network namespace of the process, loopback included: official clients tell that, though the metrics'
 * names promise the process alone.
 */
function readOctets(): { readonly received: number; readonly sent: number } | undefined {
  const [names, values] = readProc("net/netstat")
    .split("\n")
    .filter((line) => line.startsWith("IpExt:"))
    .map((line) => line.split(" "));
  if (names === undefined || values === undefined) return undefined;
  const octets = (name: string): number => Number(values[names.indexOf(name)] ?? 0);
  return { received: octets("InOctets"), sent: octets("OutOctets") };
}

/** The descriptor that reads the folder is open while it is read, and not counted. */
function countOpenFiles(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    // Not Linux, or /proc is hidden: the metric is left out.
    return undefined;
  }
}

function readProc(file: string): string {
  try {
    return readFileSync(`/proc/self/${file}`, "utf8");
  } catch {
    // Not Linux, or /proc is hidden: the metrics are left out.
    return "";
  }
}
