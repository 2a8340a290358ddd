import { BLOCK_HOURS } from "./write-blocks.ts";

/** A query and how it is asked: over `hours` up to the end of what there is, or without them at one time. */
export interface BenchQuery {
  readonly what: string;
  readonly expr: string;
  readonly hours?: number;
  readonly stepS?: number;
}

/** The four that read all series of a block; the last one answers with some 14 MB of JSON. */
export const rangeQueries: readonly BenchQuery[] = [
  { what: "sum of rates", expr: "sum by (code) (rate(bench_requests_total[5m]))", hours: BLOCK_HOURS, stepS: 60 },
  {
    what: "histogram_quantile",
    expr: "histogram_quantile(0.9, sum by (le, route) (rate(bench_duration_seconds_bucket[5m])))",
    hours: BLOCK_HOURS,
    stepS: 60,
  },
  { what: "max_over_time", expr: "max_over_time(bench_requests_total[1h])", hours: BLOCK_HOURS, stepS: 300 },
  { what: "wide output", expr: "rate(bench_requests_total[5m])", hours: BLOCK_HOURS, stepS: 300 },
];

const DAY_HOURS = 24;
/** 300 points of a day. */
const DASHBOARD_STEP_S = 288;
const NODE = 'instance="node-1:9100"';

/** The panels of a node exporter's dashboard: one machine's, but for the last ones, which are of all. */
export const dashboardQueries: readonly BenchQuery[] = [
  `100 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle",${NODE}}[15m])) * 100`,
  `sum by (mode) (rate(node_cpu_seconds_total{${NODE}}[15m]))`,
  `node_memory_MemTotal_bytes{${NODE}} - node_memory_MemAvailable_bytes{${NODE}}`,
  `100 * (1 - node_filesystem_avail_bytes{${NODE}} / node_filesystem_size_bytes{${NODE}})`,
  `rate(node_disk_read_bytes_total{${NODE}}[15m])`,
  `rate(node_disk_io_time_seconds_total{${NODE}}[15m])`,
  `rate(node_network_receive_bytes_total{device!="lo",${NODE}}[15m]) * 8`,
  "node_load1",
  "sum by (instance) (rate(node_context_switches_total[15m]))",
  'topk(5, avg by (instance, cpu) (rate(node_cpu_seconds_total{mode!="idle"}[15m])))',
].map((expr, i) => ({ what: `panel ${i + 1}`, expr, hours: DAY_HOURS, stepS: DASHBOARD_STEP_S }));

/** What is asked of the newest samples. */
export const headQueries: readonly BenchQuery[] = [
  { what: "up", expr: "up" },
  { what: "count", expr: "count by (code) (bench_requests_total)" },
  { what: "topk", expr: "topk(10, bench_requests_total)" },
  { what: "instant sum of rates", expr: "sum by (le) (rate(bench_requests_total[1m]))" },
];
