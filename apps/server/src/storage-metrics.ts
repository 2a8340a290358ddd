import { Counter, Gauge, Metric, Summary, type Registry } from "@ferula/client";
import { labelsOf } from "@ferula/model";
import type { Db, DistributionSource, MetricSource, NumberSource } from "@ferula/tsdb";

/** The storage gives numbers; here they become metrics. Rows of one name differ in their labels. */
export function registerStorage({ metrics }: Pick<Db, "metrics">, registry: Registry): void {
  for (const rows of groupByName(metrics.filter(isNumber)).values()) registerNumbers(rows, registry);
  for (const source of metrics) if (!isNumber(source)) registry.registerMetric(new StoredDistribution(source));
}

function isNumber(source: MetricSource): source is NumberSource {
  return "value" in source;
}

function registerNumbers(rows: readonly NumberSource[], registry: Registry): void {
  const [{ name, type, help, labels = {} }] = rows;
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

function groupByName(metrics: readonly NumberSource[]): ReadonlyMap<string, readonly NumberSource[]> {
  const byName = new Map<string, NumberSource[]>();
  for (const row of metrics) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  return byName;
}

type MetricFamily = Awaited<ReturnType<Metric<string, undefined>["family"]>>;

/** Observations that the storage has counted itself. */
class StoredDistribution extends Metric<string, undefined> {
  readonly type: "summary" | "histogram";
  private readonly source: DistributionSource;
  private readonly createdSeconds = Date.now() / 1000;

  constructor(source: DistributionSource) {
    super({ name: source.name, help: source.help }, [], () => undefined, undefined);
    this.type = source.type;
    this.source = source;
  }

  protected currentFamily(): MetricFamily {
    const { name, help, createdSeconds } = this;
    const labels = labelsOf(Object.entries(this.source.labels ?? {}));
    const { sum, count, upperBounds = [], counts = [] } = this.source.tally();
    if (this.type === "summary") return { name, help, type: "summary", metrics: [{ labels, quantiles: [], count, sum, createdSeconds }] };
    let cumulativeCount = 0;
    const buckets = [...upperBounds, Infinity].map((upperBound, i) => ({ upperBound, cumulativeCount: (cumulativeCount += counts[i]) }));
    return { name, help, type: "histogram", metrics: [{ labels, buckets, count, sum, createdSeconds }] };
  }
}

/** What the storage is to tell each time the log, or that of samples out of order, reaches the disk (tsdb/wlog/wlog.go `newWLMetrics`). */
export function createSyncMetric(log: "wal" | "out_of_order_wbl", registry: Registry): (seconds: number) => void {
  const duration = new Summary({
    name: `prometheus_tsdb_${log}_fsync_duration_seconds`,
    help: "Duration of write log fsync.",
    percentiles: [0.5, 0.9, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
    registers: [registry],
  });
  return (seconds) => duration.observe(seconds);
}
