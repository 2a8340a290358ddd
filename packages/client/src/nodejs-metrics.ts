import { constants, monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics } from "node:v8";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import type { DefaultMetricSet } from "./default-metrics.ts";
import { secondsSince } from "./seconds-since.ts";

const GC_KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

/** Node's own lists of what keeps the loop alive; not in its public interface, so that they may be missing. */
interface ProcessInternals {
  readonly _getActiveHandles?: () => readonly object[];
  readonly _getActiveRequests?: () => readonly object[];
}

/** What an entry of type "gc" has beside what every entry has. */
interface GcEntry {
  readonly detail: { readonly kind: number };
}

/** Registers the `nodejs_*` metrics, with prom-client's names. Returns a function that stops what measures in the background. */
export function registerNodejsMetrics(set: DefaultMetricSet): () => void {
  registerMemory(set);
  registerActive(set);
  registerVersion(set);
  const stopLag = registerEventLoopLag(set);
  const stopGc = registerGarbageCollection(set);
  return () => {
    stopLag();
    stopGc();
  };
}

function registerMemory({ prefix, labels, registers }: DefaultMetricSet): void {
  const gauge = (name: string, help: string, read: (usage: NodeJS.MemoryUsage) => number): Gauge =>
    new Gauge({
      name: prefix + name,
      help,
      labelNames: Object.keys(labels),
      registers,
      collect() {
        this.set(labels, read(process.memoryUsage()));
      },
    });
  gauge("nodejs_heap_size_total_bytes", "Process heap size from Node.js in bytes.", (usage) => usage.heapTotal);
  gauge("nodejs_heap_size_used_bytes", "Process heap size used from Node.js in bytes.", (usage) => usage.heapUsed);
  gauge("nodejs_external_memory_bytes", "Node.js external memory size in bytes.", (usage) => usage.external);
  const space = (what: string, field: "space_size" | "space_used_size" | "space_available_size"): Gauge =>
    new Gauge({
      name: `${prefix}nodejs_heap_space_size_${what}_bytes`,
      help: `Process heap space size ${what} from Node.js in bytes.`,
      labelNames: ["space", ...Object.keys(labels)],
      registers,
      collect() {
        for (const statistics of getHeapSpaceStatistics()) {
          this.set({ ...labels, space: statistics.space_name.replace(/_space$/, "") }, statistics[field]);
        }
      },
    });
  space("total", "space_size");
  space("used", "space_used_size");
  space("available", "space_available_size");
}

function registerActive({ prefix, labels, registers }: DefaultMetricSet): void {
  const internals = process as unknown as ProcessInternals;
  const gauges = (name: string, what: string, read: () => readonly string[]): readonly Gauge[] => [
    new Gauge({
      name: `${prefix}nodejs_active_${name}`,
      help: `Number of active ${what} grouped by type.`,
      labelNames: ["type", ...Object.keys(labels)],
      registers,
      collect() {
        // Types that are gone must not linger.
        this.reset();
        for (const type of read()) this.inc({ ...labels, type });
      },
    }),
    new Gauge({
      name: `${prefix}nodejs_active_${name}_total`,
      help: `Total number of active ${what}.`,
      labelNames: Object.keys(labels),
      registers,
      collect() {
        this.set(labels, read().length);
      },
    }),
  ];
  gauges("resources", "resources that keep the event loop alive", () => process.getActiveResourcesInfo());
  const { _getActiveHandles: handles, _getActiveRequests: requests } = internals;
  if (handles !== undefined) gauges("handles", "libuv handles", () => handles.call(process).map(typeName));
  if (requests !== undefined) gauges("requests", "libuv requests", () => requests.call(process).map(typeName));
}

function typeName(object: object): string {
  return object.constructor?.name ?? "Object";
}

function registerVersion({ prefix, labels, registers }: DefaultMetricSet): void {
  const [major, minor, patch] = process.versions.node.split(".");
  new Gauge({
    name: `${prefix}nodejs_version_info`,
    help: "Node.js version info.",
    labelNames: ["version", "major", "minor", "patch", ...Object.keys(labels)],
    registers,
    aggregator: "first",
  }).set({ ...labels, version: process.version, major, minor, patch }, 1);
}

function registerEventLoopLag(set: DefaultMetricSet): () => void {
  const { prefix, labels, registers, eventLoopMonitoringPrecision } = set;
  const delays = monitorEventLoopDelay({ resolution: eventLoopMonitoringPrecision });
  delays.enable();
  const gauge = (suffix: string, help: string, aggregator: string, read: () => number): Gauge =>
    new Gauge({
      name: `${prefix}nodejs_eventloop_lag${suffix}_seconds`,
      help,
      labelNames: Object.keys(labels),
      registers,
      aggregator,
      collect() {
        // Before the first measurement there is no number; upstream's summaries also tell NaN then.
        this.set(labels, delays.count === 0 ? NaN : read() / 1e9);
      },
    });
  // Node records how long it was from one look to the next: the time between two looks is no delay.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds - eventLoopMonitoringPrecision * 1e6);
  currentLag(set);
  gauge("_min", "The minimum recorded event loop delay.", "min", () => late(delays.min));
  gauge("_max", "The maximum recorded event loop delay.", "max", () => late(delays.max));
  gauge("_mean", "The mean of the recorded event loop delays.", "average", () => late(delays.mean));
  gauge("_stddev", "The standard deviation of the recorded event loop delays.", "average", () => delays.stddev);
  gauge("_p50", "The 50th percentile of the recorded event loop delays.", "average", () => late(delays.percentile(50)));
  gauge("_p90", "The 90th percentile of the recorded event loop delays.", "average", () => late(delays.percentile(90)));
  gauge("_p99", "The 99th percentile of the recorded event loop delays.", "average", () => late(delays.percentile(99)));
  return () => {
    delays.disable();
  };
}

/** How late an immediate runs that is asked for at the scrape. */
function currentLag({ prefix, labels, registers }: DefaultMetricSet): Gauge {
  return new Gauge({
    name: `${prefix}nodejs_eventloop_lag_seconds`,
    help: "Lag of event loop in seconds.",
    labelNames: Object.keys(labels),
    registers,
    aggregator: "average",
    async collect() {
      const elapsed = secondsSince();
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      this.set(labels, elapsed());
    },
  });
}

function registerGarbageCollection({ prefix, labels, registers, gcDurationBuckets }: DefaultMetricSet): () => void {
  const durations = new Histogram({
    name: `${prefix}nodejs_gc_duration_seconds`,
    help: "Garbage collection duration by kind, one of major, minor, incremental or weakcb.",
    labelNames: ["kind", ...Object.keys(labels)],
    buckets: gcDurationBuckets,
    registers,
  });
  for (const kind of GC_KINDS.values()) durations.zero({ ...labels, kind });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = GC_KINDS.get((entry as unknown as GcEntry).detail.kind);
      if (kind !== undefined) durations.observe({ ...labels, kind }, entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => observer.disconnect();
}
