import { Counter, exponentialBuckets, Gauge, Histogram, type Registry } from "@ferula/client";
import type { RequestHandler, Response } from "express";

/** Paths whose requests are told apart. A stranger's path is no label: there would be no end to them. */
const HANDLERS: ReadonlySet<string> = new Set([
  "/",
  "/-/healthy",
  "/-/ready",
  "/-/reload",
  "/api/v2/alerts",
  "/api/v2/alerts/groups",
  "/api/v2/receivers",
  "/api/v2/silence/{silenceID}",
  "/api/v2/silences",
  "/api/v2/status",
  "/metrics",
]);

/** Measures requests under upstream's names (app/metrics.go, api/api.go). Paths are those below the prefix that it is mounted at. */
export function requestMetrics(registry: Registry): RequestHandler {
  const registers = [registry];
  const duration = new Histogram({
    name: "alertmanager_http_request_duration_seconds",
    help: "Histogram of latencies for HTTP requests.",
    labelNames: ["handler", "method", "code"] as const,
    registers,
  });
  const size = new Histogram({
    name: "alertmanager_http_response_size_bytes",
    help: "Histogram of response size for HTTP requests.",
    labelNames: ["handler", "method"] as const,
    buckets: exponentialBuckets(100, 10, 7),
    registers,
  });
  const inFlight = new Gauge({
    name: "alertmanager_http_requests_in_flight",
    help: "Current number of HTTP requests being processed.",
    labelNames: ["method"] as const,
    registers,
  });
  inFlight.set({ method: "get" }, 0);
  // Always 0: nothing limits how many there may be.
  new Counter({
    name: "alertmanager_http_concurrency_limit_exceeded_total",
    help: "Total number of times an HTTP request failed because the concurrency limit was reached.",
    labelNames: ["method"] as const,
    registers,
  }).inc({ method: "get" }, 0);

  return (req, res, next) => {
    const startedMs = performance.now();
    const handler = handlerOf(req.path);
    const method = req.method.toLowerCase();
    const bytes = countBytes(res);
    if (method === "get") inFlight.inc({ method });
    res.once("close", () => {
      if (method === "get") inFlight.dec({ method });
      duration.observe({ handler, method, code: res.statusCode }, (performance.now() - startedMs) / 1000);
      if (!handler.startsWith("/api/")) size.observe({ handler, method }, bytes());
    });
    next();
  };
}

function handlerOf(path: string): string {
  const pattern = path.replace(/^\/api\/v2\/silence\/[^/]+$/, "/api/v2/silence/{silenceID}");
  return HANDLERS.has(pattern) ? pattern : "unknown";
}

/** Counts the bytes of a body on their way to the client: those of a compressed one are fewer than the handler wrote. */
function countBytes(res: Response): () => number {
  let bytes = 0;
  const write = res.write.bind(res);
  const end = res.end.bind(res);
  const count = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === "string") bytes += Buffer.byteLength(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
    else if (ArrayBuffer.isView(chunk)) bytes += chunk.byteLength;
  };
  // Both have several forms, which are handed on as they come.
  res.write = ((...args: Parameters<typeof write>) => {
    count(args[0], args[1]);
    return write(...args);
  }) as Response["write"];
  res.end = ((...args: Parameters<typeof end>) => {
    count(args[0], args[1]);
    return end(...args);
  }) as Response["end"];
  return () => bytes;
}
