import { countScrapes, Counter, exponentialBuckets, Histogram, type Registry } from "@ferula/client";
import type { Request, RequestHandler, Response } from "express";

/** What the server tells of requests, under upstream's names (web/web.go `newMetrics`, client_golang's promhttp). */
export interface HttpMetrics {
  /** Counts, times and sizes every request by its route. What no route answers is not counted, or a scan of paths would make series. */
  readonly measure: RequestHandler;
  /** Counts requests for the metrics themselves. */
  readonly countScrape: RequestHandler;
}

/** Before the paths of the API. */
export const API_PREFIX = "/api/v1";

/** Says under which name a request is counted that no single route answers. */
export function nameHandler(res: Response, name: string): void {
  (res.locals as Locals).handlerName = name;
}

interface Locals {
  handlerName?: string;
}

/** Registers the metrics; requests of `handlers` are told from the start, so that the first one of each is an increase. */
export function createHttpMetrics(registry: Registry, handlers: readonly string[]): HttpMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: "prometheus_http_requests_total",
    help: "Counter of HTTP requests.",
    labelNames: ["handler", "code"] as const,
    registers,
  });
  for (const handler of handlers) requests.inc({ handler, code: "200" }, 0);
  const duration = new Histogram({
    name: "prometheus_http_request_duration_seconds",
    help: "Histogram of latencies for HTTP requests.",
    labelNames: ["handler"] as const,
    buckets: [0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120],
    native: true,
    registers,
  });
  const size = new Histogram({
    name: "prometheus_http_response_size_bytes",
    help: "Histogram of response size for HTTP requests.",
    labelNames: ["handler"] as const,
    buckets: exponentialBuckets(100, 10, 8),
    registers,
  });
  return {
    measure(req, res, next) {
      const startedMs = performance.now();
      const bytesBefore = req.socket.bytesWritten;
      res.on("finish", () => {
        const handler = handlerOf(req, res);
        if (handler === undefined) return;
        requests.inc({ handler, code: String(res.statusCode) });
        duration.observe({ handler }, (performance.now() - startedMs) / 1000);
        size.observe({ handler }, bodyBytes(res, req.socket.bytesWritten - bytesBefore));
      });
      next();
    },
    countScrape: countScrapes(registry),
  };
}

/** The path of a route, not of a request. */
function handlerOf(req: Request, res: Response): string | undefined {
  // Of a known path, with a method that it doesn't have: upstream's router answers that before a handler can count.
  if (res.statusCode === 405 && req.baseUrl === API_PREFIX) return undefined;
  const { handlerName } = res.locals as Locals;
  const path = (req.route as { readonly path?: unknown } | undefined)?.path;
  return handlerName ?? (typeof path === "string" ? req.baseUrl + path : undefined);
}

/** Of a body whose length was not known before, its head is counted, too: a few hundred bytes more. */
function bodyBytes(res: Response, sentBytes: number): number {
  const length = res.getHeader("Content-Length");
  return length === undefined ? sentBytes : Number(length);
}
