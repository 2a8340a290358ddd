import { buildInfo, collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from "@ferula/client";
import type { Db } from "@ferula/tsdb";
import type { RequestHandler } from "express";
import { versionInfo } from "./version.ts";

/** What the server tells of itself beside its parts. */
export interface SelfMetrics {
  readonly reloadSuccessful: Gauge;
  readonly reloadSuccessTimestamp: Gauge;
  readonly ready: Gauge;
  /** Counts and times every request by its route. */
  readonly measure: RequestHandler;
  readonly stop: () => void;
}

export function createSelfMetrics(registry: Registry, db: Db): SelfMetrics {
  const registers = [registry];
  const { version, revision, branch } = versionInfo;
  buildInfo("prometheus", { version, revision, branch }, registry);
  registerStorage(db, registry);
  const requests = new Counter({
    name: "prometheus_http_requests_total",
    help: "Counter of HTTP requests.",
    labelNames: ["handler", "code"] as const,
    registers,
  });
  const duration = new Histogram({
    name: "prometheus_http_request_duration_seconds",
    help: "Histogram of latencies for HTTP requests.",
    labelNames: ["handler"] as const,
    buckets: [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120],
    registers,
  });
  return {
    reloadSuccessful: new Gauge({
      name: "prometheus_config_last_reload_successful",
      help: "Whether the last configuration reload attempt was successful.",
      registers,
    }),
    reloadSuccessTimestamp: new Gauge({
      name: "prometheus_config_last_reload_success_timestamp_seconds",
      help: "Timestamp of the last successful configuration reload.",
      registers,
    }),
    ready: new Gauge({
      name: "prometheus_ready",
      help: "Whether Prometheus startup was fully completed and the server is ready for normal operation.",
      registers,
    }),
    stop: collectDefaultMetrics({ register: registry }),
    measure: (req, res, next) => {
      const startedMs = performance.now();
      res.on("finish", () => {
        // The path of a route, not of a request: a scan of addresses must not make a series each.
        const route = (req.route as { readonly path?: unknown } | undefined)?.path;
        const handler = typeof route === "string" ? req.baseUrl + route : "/*";
        requests.inc({ handler, code: String(res.statusCode) });
        duration.observe({ handler }, (performance.now() - startedMs) / 1000);
      });
      next();
    },
  };
}

/** The storage gives numbers; here they become metrics. Rows of one name differ in their labels. */
function registerStorage(db: Db, registry: Registry): void {
  const byName = groupByName(db);
  for (const [name, rows] of byName) {
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

function groupByName({ metrics }: Db): ReadonlyMap<string, Db["metrics"]> {
  const byName = new Map<string, Db["metrics"][number][]>();
  for (const row of metrics) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  return byName;
}
