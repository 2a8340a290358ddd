import { type Call, get } from "../call.ts";
import type { Times } from "./times.ts";

const status = { compares: "status" } as const;
const KNOWN = "https://sub.example.com";
const STRANGE = "https://example.org";

/** Methods, headers and paths, known and not. */
export function webCalls({ to }: Times): readonly Call[] {
  const origins = [KNOWN, STRANGE, "null", ""].map((origin) => ({ headers: { origin } }));
  return [
    ...origins.map((more) => get("query", { query: "1", time: to }, more)),
    ...origins.map((more): Call => ({ method: "OPTIONS", path: "/api/v1/query", ...more })),
    get("query", { query: "(" }, { headers: { origin: KNOWN } }),
    get("nope", {}, { headers: { origin: KNOWN } }),
    { method: "OPTIONS", path: "/api/v1/nope" },
    { method: "OPTIONS", path: "/api/v1/" },
    ...["HEAD", "PUT", "DELETE", "PATCH"].map((method): Call => ({ method, path: "/api/v1/query?query=1" })),
    ...["POST", "PUT", "HEAD"].map((method): Call => ({ method, path: "/api/v1/rules" })),
    { method: "DELETE", path: "/api/v1/series?match[]=up" },
    ...["GET", "HEAD", "DELETE"].map((method): Call => ({ method, path: "/api/v1/admin/tsdb/snapshot" })),
    ...["write", "read", "otlp/v1/metrics"].map((path) => get(path, {}, path.startsWith("otlp") ? { since: 3 } : {})),
    ...["", "/", "/nope", "/query/", "/Query", "//query", "/query/x", "/../v1/query", "/labels/", "/status", "/status/"].map((path) =>
      get(`/api/v1${path}?query=1`, {}, status),
    ),
    get("/api"),
    get("/api/"),
    get("/api/v2/query"),
    ...["/-/healthy", "/-/ready"].flatMap((path) => ["GET", "HEAD", "POST", "OPTIONS"].map((method): Call => ({ method, path }))),
    ...["/-/reload", "/-/quit"].flatMap((path) => ["GET", "HEAD", "DELETE"].map((method): Call => ({ method, path }))),
    { method: "POST", path: "/-/reload" },
    { method: "PUT", path: "/-/reload" },
    get("/", {}, status),
    get("/graph", { "g0.expr": "up" }, status),
    get("/version", {}, status),
    { method: "HEAD", path: "/version" },
    get("/metrics", {}, status),
    get("/metrics", {}, { ...status, headers: { accept: "application/openmetrics-text; version=1.0.0" } }),
    get("/nope"),
    { method: "POST", path: "/nope" },
    { method: "POST", path: "/metrics" },
    get("/targets", {}, status),
    get("/targets/", {}, status),
    get("/assets/nope.js", {}, { ...status, since: 3 }),
    get("/favicon.ico", {}, status),
    get("/%2e%2e/%2e%2e/etc/passwd", {}, status),
    get("/assets/..%2f..%2findex.html", {}, { ...status, since: 3 }),
    get("/consoles/nope.html", {}, status),
    get("/user/x", {}, status),
    get("/debug/pprof", {}, status),
  ];
}
