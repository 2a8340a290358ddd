import { createGenerator } from "../generator.ts";
import { counter, gauge, type PastSeries } from "./past-series.ts";

const CPUS = 8;
const MODES = ["idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"];
const MOUNTS = ["/", "/boot", "/home", "/var", "/var/log", "/srv"];
const DISKS = ["sda", "sdb", "nvme0n1", "dm-0"];
const NETWORKS = ["lo", "eth0", "eth1", "docker0", "veth1"];
const GIB = 2 ** 30;

/** What a node exporter tells of `nodeCount` machines, as far as a dashboard draws it. */
export function nodeSeries(nodeCount: number): readonly PastSeries[] {
  const nodes = Array.from({ length: nodeCount }, (_, node) => seriesOfNode(node));
  // By metric, as a page of exposition has them.
  return nodes[0].flatMap((_, i) => nodes.map((series) => series[i]));
}

function seriesOfNode(node: number): readonly PastSeries[] {
  const own = `instance="node-${node}:9100",job="node"`;
  let seed = node * 1000 + 1;
  const one = (name: string, next: (ownSeed: number) => () => number): PastSeries => ({ name, labels: own, next: next(seed++) });
  const each = (name: string, label: string, values: readonly string[], next: (ownSeed: number) => () => number): PastSeries[] =>
    values.map((value) => ({ name, labels: `${label}="${value}",${own}`, next: next(seed++) }));
  const cpus = Array.from({ length: CPUS }, (_, cpu) =>
    MODES.map((mode) => ({ name: "node_cpu_seconds_total", labels: `cpu="${cpu}",${own},mode="${mode}"`, next: cpuSeconds(seed++) })),
  );
  return [
    ...cpus.flat(),
    one("node_memory_MemTotal_bytes", () => () => 64 * GIB),
    one("node_memory_MemAvailable_bytes", (s) => gauge(s, 64 * GIB, 4096)),
    one("node_memory_Cached_bytes", (s) => gauge(s, 32 * GIB, 4096)),
    one("node_load1", (s) => gauge(s, 16, 0.01)),
    one("node_load5", (s) => gauge(s, 16, 0.01)),
    one("node_context_switches_total", (s) => counter(s, 100_000)),
    one("node_filefd_allocated", (s) => gauge(s, 10_000, 32)),
    ...each("node_filesystem_size_bytes", "mountpoint", MOUNTS, () => () => 500 * GIB),
    ...each("node_filesystem_avail_bytes", "mountpoint", MOUNTS, (s) => gauge(s, 500 * GIB, 4096)),
    ...each("node_disk_read_bytes_total", "device", DISKS, (s) => counter(s, 1e7)),
    ...each("node_disk_written_bytes_total", "device", DISKS, (s) => counter(s, 1e8)),
    ...each("node_disk_io_time_seconds_total", "device", DISKS, cpuSeconds),
    ...each("node_network_receive_bytes_total", "device", NETWORKS, (s) => counter(s, 1e8)),
    ...each("node_network_transmit_bytes_total", "device", NETWORKS, (s) => counter(s, 1e8)),
  ];
}

/** Seconds in hundredths, as the kernel counts them. */
function cpuSeconds(seed: number): () => number {
  const random = createGenerator(seed);
  let hundredths = Math.floor(random() * 1e8);
  return () => {
    hundredths += Math.floor(random() * 1500);
    return hundredths / 100;
  };
}
