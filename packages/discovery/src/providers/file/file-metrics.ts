import { Counter, Gauge, Summary, type Registry } from "@ferula/client";

/** What the discovery from files counts, for all sections of a process together. */
export interface FileDiscoveryMetrics {
  readonly readErrors: Counter;
  readonly scanSeconds: Summary;
  readonly watcherErrors: Counter;
  /** For each discoverer that runs, when the files that it has read were last changed: seconds since 1970, by path. */
  readonly changeTimes: Set<ReadonlyMap<string, number>>;
}

/** The metrics of the discovery from files (discovery/file/metrics.go). */
export function fileMetrics(registry: Registry): FileDiscoveryMetrics {
  const registers = [registry];
  const changeTimes = new Set<ReadonlyMap<string, number>>();
  new Gauge({
    name: "prometheus_sd_file_mtime_seconds",
    help: "Timestamp (mtime) of files read by FileSD. Timestamp is set at read time.",
    labelNames: ["filename"] as const,
    registers,
    collect() {
      this.reset();
      for (const ofOne of changeTimes) for (const [filename, seconds] of ofOne) this.set({ filename }, seconds);
    },
  });
  return {
    changeTimes,
    readErrors: new Counter({ name: "prometheus_sd_file_read_errors_total", help: "The number of File-SD read errors.", registers }),
    scanSeconds: new Summary({
      name: "prometheus_sd_file_scan_duration_seconds",
      help: "The duration of the File-SD scan in seconds.",
      percentiles: [0.5, 0.9, 0.99],
      registers,
    }),
    watcherErrors: new Counter({
      name: "prometheus_sd_file_watcher_errors_total",
      help: "The number of File-SD errors caused by filesystem watch failures.",
      registers,
    }),
  };
}
