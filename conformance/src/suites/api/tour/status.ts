import { type Call, get } from "../call.ts";

const shape = { compares: "shape" } as const;
const status = { compares: "status" } as const;

/** `status/…`, `features`, `notifications` and the document. */
export function statusCalls(): readonly Call[] {
  return [
    get("status/config", {}, shape),
    get("status/flags", {}, status),
    get("status/runtimeinfo", {}, shape),
    get("status/buildinfo", {}, shape),
    get("status/tsdb", {}, shape),
    ...["1", "0", "-1", "x", "10000", "10001"].map((limit) => get("status/tsdb", { limit }, shape)),
    get("status/tsdb/blocks", {}, { ...shape, since: 3 }),
    get("status/walreplay"),
    get("status/self_metrics", {}, { ...status, since: 3 }),
    get("status/self_metrics", { metric_name_pattern: "prometheus_build.*" }, { ...shape, since: 3 }),
    get("status/self_metrics", { metric_name_pattern: "(" }, { since: 3 }),
    get("features", {}, { since: 3 }),
    get("notifications", {}, { ...shape, since: 3 }),
    get("openapi.yaml", {}, { ...status, since: 3 }),
    get("openapi.yaml", { openapi_version: "3.2" }, { ...status, since: 3 }),
    get("openapi.yaml", { openapi_version: "x" }, { ...status, since: 3 }),
  ];
}
