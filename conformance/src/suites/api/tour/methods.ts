import type { Call } from "../call.ts";

const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

const API: readonly string[] = [
  ...["query", "query_range", "query_exemplars", "format_query", "parse_query", "labels", "label/job/values", "series", "metadata"],
  ...["targets", "targets/metadata", "targets/relabel_steps", "scrape_pools", "alertmanagers", "alerts", "rules", "features"],
  ...["config", "flags", "runtimeinfo", "buildinfo", "tsdb", "tsdb/blocks", "self_metrics", "walreplay"].map((name) => `status/${name}`),
  ...["notifications", "read", "write", "otlp/v1/metrics", "admin/tsdb/delete_series", "openapi.yaml"],
  ...["metric_names", "label_names", "label_values"].map((name) => `search/${name}`),
].map((path) => `/api/v1/${path}`);

const OTHERS: readonly string[] = ["/query", "/alerts", "/rules", "/status", "/version", "/metrics", "/federate", "/-/healthy", "/-/ready"];

/** Every path by every method, with a slash at its end, too: what is redirected, refused, or nowhere. */
export function methodCalls(): readonly Call[] {
  return [...API, ...OTHERS].flatMap((path) =>
    ["", "/"].flatMap((end) => METHODS.map((method): Call => ({ method, path: path + end, compares: "status", since: 3 }))),
  );
}
