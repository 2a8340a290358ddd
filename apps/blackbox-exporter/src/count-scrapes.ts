import { Counter, Gauge, type Registry } from "@ferula/client";
import type { RequestHandler } from "express";

/** Counts the answers to scrapes of the exporter itself, under the names of upstream's handler. Every series is there from the start. */
export function countScrapes(registry: Registry): RequestHandler {
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
