import { Counter, Gauge, Registry } from "@ferula/client";

/** What the exporter tells of its own scrapes, under the names of upstream's handler. */
export interface ScrapeMetrics {
  readonly registry: Registry;
  readonly requests: Counter<"code">;
  readonly requestsInFlight: Gauge;
  readonly errors: Counter<"cause">;
}

/** Metrics in a registry of their own; every series is there from the start. */
export function createScrapeMetrics(): ScrapeMetrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "promhttp_metric_handler_requests_total",
    help: "Total number of scrapes by HTTP status code.",
    labelNames: ["code"],
    registers,
  });
  for (const code of ["200", "500", "503"]) requests.inc({ code }, 0);
  const requestsInFlight = new Gauge({
    name: "promhttp_metric_handler_requests_in_flight",
    help: "Current number of scrapes being served.",
    registers,
  });
  const errors = new Counter({
    name: "promhttp_metric_handler_errors_total",
    help: "Total number of internal errors encountered by the promhttp metric handler.",
    labelNames: ["cause"],
    registers,
  });
  for (const cause of ["encoding", "gathering"]) errors.inc({ cause }, 0);
  return { registry, requests, requestsInFlight, errors };
}
