import type { ServerResponse } from "node:http";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import type { Registry } from "./registry.ts";

/** A handler that stands before the one that answers; express and its like take it. */
export type ScrapeCounter = (req: unknown, res: Pick<ServerResponse, "once" | "statusCode">, next: () => void) => void;

/**
 * Counts the scrapes of a program's own metrics, answered and on their way, under the names of the official handler. Every series is there
 * from the start.
 */
export function countScrapes(registry: Registry): ScrapeCounter {
  const registers = [registry];
  const inFlight = new Gauge({
    name: "promhttp_metric_handler_requests_in_flight",
    help: "Current number of scrapes being served.",
    registers,
  });
  const total = new Counter({
    name: "promhttp_metric_handler_requests_total",
    help: "Total number of scrapes by HTTP status code.",
    labelNames: ["code"] as const,
    registers,
  });
  for (const code of ["200", "500", "503"]) total.inc({ code }, 0);
  return (_req, res, next) => {
    inFlight.inc();
    res.once("close", () => {
      inFlight.dec();
      total.inc({ code: String(res.statusCode) });
    });
    next();
  };
}
