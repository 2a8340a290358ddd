import { Counter, Gauge, Summary, type Registry } from "@ferula/client";
import type { Db } from "@ferula/tsdb";

/** The storage gives numbers; here they become metrics. Rows of one name differ in their labels. */
export function registerStorage({ metrics }: Pick<Db, "metrics">, registry: Registry): void {
  for (const [name, rows] of groupByName(metrics)) {
    const [{ type, help, labels = {} }] = rows;
    const config = { name, help, labelNames: Object.keys(labels), registers: [registry] };
    if (type === "gauge") {
      new Gauge({
        ...config,
        collect() {
          for (const row of rows) this.set(row.labels ?? {}, row.value());
        },
      });
    } else {
      new Counter({
        ...config,
        collect() {
          this.reset();
          for (const row of rows) this.inc(row.labels ?? {}, row.value());
        },
      });
    }
  }
}

function groupByName(metrics: Db["metrics"]): ReadonlyMap<string, Db["metrics"]> {
  const byName = new Map<string, Db["metrics"][number][]>();
  for (const row of metrics) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  return byName;
}

/** What the storage is to tell each time the log reaches the disk (tsdb/wlog/wlog.go `newWLMetrics`). */
export function createSyncMetric(registry: Registry): (seconds: number) => void {
  const duration = new Summary({
    name: "prometheus_tsdb_wal_fsync_duration_seconds",
    help: "Duration of write log fsync.",
    percentiles: [0.5, 0.9, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers: [registry],
  });
  return (seconds) => duration.observe(seconds);
}
