import type { IncomingMessage } from "node:http";
import { buildInfo, collectDefaultMetrics, Counter, Registry, Summary } from "@ferula/client";
import type { MetricFamily } from "@ferula/exposition";
import type { VersionInfo } from "@ferula/flags";
import type { RequestHandler } from "express";

/** What the gateway tells of itself, under upstream's names. */
export interface GatewayMetrics {
  readonly registry: Registry;
  /** The families of the registry, without metrics. */
  readonly heads: () => readonly MetricFamily[];
  /** Counts the answers of a handler. */
  readonly counted: (handlerName: string, handler: RequestHandler) => RequestHandler;
  /** Observes how long pushes take and how large they are. */
  readonly observed: (handler: RequestHandler) => RequestHandler;
  /** Stops what measures the process. */
  readonly close: () => void;
}

const PERCENTILES = [0.1, 0.5, 0.9];

/** Registers them in a registry of their own. */
export function createGatewayMetrics({ version, revision, branch }: VersionInfo): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  buildInfo("pushgateway", { version, revision, branch }, registry);
  const close = collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "pushgateway_http_requests_total",
    help: "Total HTTP requests processed by the Pushgateway, excluding scrapes.",
    labelNames: ["handler", "code", "method"],
    registers,
  });
  const duration = new Summary({
    name: "pushgateway_http_push_duration_seconds",
    help: "HTTP request duration for pushes to the Pushgateway.",
    labelNames: ["method"],
    percentiles: PERCENTILES,
    registers,
  });
  const size = new Summary({
    name: "pushgateway_http_push_size_bytes",
    help: "HTTP request size for pushes to the Pushgateway.",
    labelNames: ["method"],
    percentiles: PERCENTILES,
    registers,
  });
  return {
    registry,
    heads: () => registry.getMetricsAsArray().map(({ name, type, help }): MetricFamily => ({ name, type, help, metrics: [] })),
    counted: (handlerName, handler) => (req, res, next) => {
      res.once("finish", () => requests.inc({ handler: handlerName, code: String(res.statusCode), method: req.method.toLowerCase() }));
      return handler(req, res, next);
    },
    observed: (handler) => (req, res, next) => {
      const labels = { method: req.method.toLowerCase() };
      const stop = duration.startTimer(labels);
      let bodyBytes = 0;
      req.on("data", (chunk: Buffer) => (bodyBytes += chunk.length));
      res.once("finish", () => {
        stop();
        size.observe(labels, headBytes(req) + bodyBytes);
      });
      return handler(req, res, next);
    },
    close,
  };
}

/** Roughly what the request's line and headers took on the wire. */
function headBytes({ method = "", url = "", httpVersion, rawHeaders }: IncomingMessage): number {
  let bytes = method.length + url.length + httpVersion.length + "HTTP/".length;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}
