import { Gauge, type Registry } from "@ferula/client";
import type { PhaseGauge } from "./trace.ts";

/** What every HTTP probe shows, at 0 until it is known. */
export interface HttpMetrics {
  readonly phases: PhaseGauge;
  readonly contentLength: Gauge;
  readonly bodyLength: Gauge;
  readonly redirects: Gauge;
  readonly isSsl: Gauge;
  readonly statusCode: Gauge;
  readonly version: Gauge;
  readonly failedByRegex: Gauge;
}

/** Registers the metrics. The phases have no series yet, so that a probe which fails early shows none. */
export function createHttpMetrics(registry: Registry): HttpMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  return {
    phases: new Gauge({
      name: "probe_http_duration_seconds",
      help: "Duration of http request by phase, summed over all redirects",
      labelNames: ["phase"] as const,
      registers,
    }),
    contentLength: gauge("probe_http_content_length", "Length of http content response"),
    bodyLength: gauge("probe_http_uncompressed_body_length", "Length of uncompressed response body"),
    redirects: gauge("probe_http_redirects", "The number of redirects"),
    isSsl: gauge("probe_http_ssl", "Indicates if SSL was used for the final redirect"),
    statusCode: gauge("probe_http_status_code", "Response HTTP status code"),
    version: gauge("probe_http_version", "Returns the version of HTTP of the probe response"),
    failedByRegex: gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex"),
  };
}

/** Registers `probe_http_last_modified_timestamp_seconds`, which only answers with a readable date have. */
export function recordLastModified(seconds: number, registry: Registry): void {
  new Gauge({
    name: "probe_http_last_modified_timestamp_seconds",
    help: "Returns the Last-Modified HTTP response header in unixtime",
    registers: [registry],
  }).set(seconds);
}
