import { type Call, get } from "../call.ts";
import type { Times } from "./times.ts";

const shape = { compares: "shape" } as const;

function change(path: string, params: Parameters<typeof get>[1] = {}, more: Partial<Call> = {}): Call {
  return { ...get(path, params, more), method: "POST" };
}

/** The admin API where it is on: last of all, as samples go away. */
export function adminCalls({ to, range }: Times): readonly Call[] {
  return [
    change("admin/tsdb/snapshot", { skip_head: "x" }),
    change("admin/tsdb/snapshot", { skip_head: "true" }, shape),
    change("admin/tsdb/snapshot", {}, shape),
    { ...change("admin/tsdb/snapshot", {}, shape), method: "PUT" },
    change("admin/tsdb/delete_series"),
    change("admin/tsdb/delete_series", { "match[]": "{" }),
    change("admin/tsdb/delete_series", { "match[]": "written", start: "x" }),
    change("admin/tsdb/delete_series", { "match[]": "written", end: "x" }),
    change("admin/tsdb/delete_series?match[]=%zz"),
    change("admin/tsdb/delete_series", { "match[]": ["nowhere", "written_odd"] }),
    change("admin/tsdb/delete_series", { "match[]": 'written{job="b"}', start: to - 300, end: to }),
    get("query", { query: "written_odd", time: to }),
    get("query_range", { query: "written", ...range, step: 15 }),
    change("admin/tsdb/clean_tombstones"),
    { ...change("admin/tsdb/clean_tombstones"), method: "PUT" },
    get("query_range", { query: "written", ...range, step: 15 }),
  ];
}

/** Where it is off, and the rest that flags switch on. */
export function closedCalls({ to }: Times): readonly Call[] {
  return [
    change("admin/tsdb/snapshot"),
    change("admin/tsdb/delete_series", { "match[]": "up" }),
    { ...change("admin/tsdb/clean_tombstones"), method: "PUT" },
    change("/-/reload"),
    change("/-/quit"),
    change("otlp/v1/metrics", {}, { since: 3 }),
    get("query", { query: "1", time: to }),
    ...["metric_names", "label_names", "label_values"].map((name) => get(`search/${name}`, { limit: "x" }, { since: 3 })),
    get("query", { query: "1", time: to }, { headers: { origin: "https://example.org" } }),
    get("/", {}, { compares: "status" }),
    get("/graph", { a: "b" }, { compares: "status" }),
    get("/-/healthy"),
    get("/version", {}, { compares: "status" }),
    get("/federate", { "match[]": "up" }, { compares: "untimed" }),
    get("targets", {}, shape),
    get("openapi.yaml", {}, { compares: "status", since: 3 }),
  ];
}

/** Asked without the prefix of the routes. */
export function outsideCalls(): readonly Call[] {
  return ["/", "/graph", "/-/healthy", "/api/v1/query?query=1", "/inside", "/insider", "/metrics", "/federate"].map((path) =>
    get(path, {}, { compares: "status" }),
  );
}
