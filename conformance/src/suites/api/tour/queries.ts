import { both, type Call, get, post } from "../call.ts";
import type { Times } from "./times.ts";

/** Texts that stand where a time should be. */
const ODD_TIMES: readonly string[] = [
  "x",
  "NaN",
  "Inf",
  "-Inf",
  "+1",
  "0x10",
  "1e3",
  "1_000",
  "-1",
  "-1.5",
  "1.0005",
  "99999999999",
  "1e300",
  "2026-01-02",
  "2026-01-02T15:04:05",
  "2026-01-02T15:04:05Z",
  "2026-01-02T15:04:05.123456789+02:00",
  "2026-13-02T15:04:05Z",
  "-292273086-05-16T16:47:06Z",
  "292277025-08-18T07:12:54.999999999Z",
  " 1",
  "",
];

/** Texts that stand where a duration should be. */
const ODD_DURATIONS: readonly string[] = [
  "x",
  "0",
  "-1",
  "NaN",
  "Inf",
  "1e30",
  "1h30m",
  "30m1h",
  "1.5",
  "1ms",
  "0.0001",
  "5",
  "1y",
  "-5m",
  "",
];

const ODD_LIMITS: readonly string[] = ["x", "-1", "0", "1", "1.5", "+1", "99999999999999999999", "9223372036854775807", ""];

const QUERIES: readonly string[] = [
  "written",
  'written{job="a"}',
  "sum by (job) (written)",
  "written_odd",
  "written_text",
  "1",
  '"a<b>&c"',
  "written[1m]",
  "rate(written_total[5m])",
  "written_native",
  "absent(nowhere)",
  "nowhere",
  "topk(2, written)",
  "time()",
  "-written offset 1m",
  "written @ start()",
  "max_over_time(written[10m:1m])",
];

/** Queries that are refused, while they are read or evaluated. */
const FAULTS: readonly string[] = [
  "",
  "written{",
  'written{job=~"("}',
  "sum(",
  "foo(1)",
  "1 +",
  '"unended',
  "{}",
  '{job=""}',
  "written[1m] + 1",
  "rate(written)",
  "written[0s]",
  "written or 1",
  "written * on(job) written",
  'label_replace(written, "instance", "x", "", "")',
  'label_replace(written, "a", "$1", "job", "(")',
  "quantile(written)",
  "<b>&",
  "written offset",
  "written @ x",
];

/** `query`, `query_range` and `query_exemplars`: whole answers are compared. */
export function queryCalls({ from, to, range }: Times): readonly Call[] {
  const spans = { ...range, step: 60 };
  return [
    ...QUERIES.flatMap((query) => both("query", { query, time: to })),
    ...QUERIES.filter((query) => query !== "written[1m]").map((query) => get("query_range", { query, start: to - 300, end: to, step: 60 })),
    ...FAULTS.map((query) => get("query", { query, time: to })),
    ...FAULTS.slice(0, 6).map((query) => post("query_range", { query, ...spans })),
    ...ODD_TIMES.map((time) => get("query", { query: "1", time }, { compares: time === "" ? "shape" : "text" })),
    ...ODD_TIMES.map((start) => get("query_range", { query: "1", start, end: to, step: "100y" })),
    ...ODD_TIMES.slice(0, 4).map((end) => get("query_range", { query: "1", start: from, end, step: 60 })),
    ...ODD_DURATIONS.map((step) => get("query_range", { query: "1", start: from, end: from + 60, step })),
    ...ODD_DURATIONS.filter((timeout) => !["0", "-1", "NaN", "1ms", "0.0001"].includes(timeout)).map((timeout) =>
      get("query", { query: "1", time: to, timeout }),
    ),
    get("query", { query: "1", time: to, timeout: "0" }),
    get("query", { query: "1", time: to, timeout: "-1" }),
    get("query_range", { query: "1", ...spans, timeout: "-5" }),
    ...ODD_DURATIONS.map((lookback) => get("query", { query: "written", time: to + 100, lookback_delta: lookback })),
    get("query_range", { query: "written", start: to, end: to + 600, step: 60, lookback_delta: "2m" }),
    get("query_range", { query: "written", start: to, end: to + 600, step: 60, lookback_delta: "x" }),
    ...ODD_LIMITS.flatMap((limit) => [
      get("query", { query: "written", time: to, limit }),
      get("query_range", { query: "written", ...spans, limit }),
    ]),
    get("query", { query: "1", time: to, limit: 1 }),
    ...["true", "all", "1", "<x>"].flatMap((stats) => [
      get("query", { query: "written", time: to, stats }, { compares: "shape" }),
      get("query_range", { query: "written", ...spans, stats }, { compares: "shape" }),
    ]),
    get("query", {}),
    get("query", { time: to }),
    post("query", {}),
    get("query_range", { query: "1" }),
    get("query_range", { query: "1", start: from }),
    get("query_range", { query: "1", start: from, end: to }),
    get("query_range", { query: "1", start: to, end: from, step: 1 }),
    get("query_range", { query: "1", start: 0, end: 11_000, step: 1 }),
    get("query_range", { query: "1", start: 0, end: 11_001, step: 1 }, { compares: "shape" }),
    get("query_range", { query: "1", start: 0, end: 11_002, step: 1 }),
    get("query_range", { query: "written[1m]", ...spans }),
    get("query_range", { query: '"text"', ...spans }),
    get("query", { query: ["1", "2"], time: to }),
    get("query", { query: "rate(written[5m])", time: to }, { compares: "shape" }),
    ...exemplarCalls(),
    post("query_range", { query: "written", ...spans }),
  ];
}

function exemplarCalls(): readonly Call[] {
  const shape = { compares: "shape" } as const;
  return [
    ...both("query_exemplars", { query: "requests_total" }, shape),
    get("query_exemplars", { query: "rate(requests_total[1m]) + on() latency_seconds_bucket" }, shape),
    get("query_exemplars", { query: "test", start: 1_700_000_000_000, end: 1_700_000_100_000 }),
    get("query_exemplars", { query: "requests_total", start: 0, end: 1 }),
    get("query_exemplars", { query: "nowhere" }),
    get("query_exemplars", { query: "1 + 1" }),
    get("query_exemplars", { query: "requests_total{" }),
    get("query_exemplars", {}),
    get("query_exemplars", { query: "requests_total", start: 2, end: 1 }),
    get("query_exemplars", { query: "requests_total", start: "x" }),
    get("query_exemplars", { query: "requests_total", end: "x" }),
  ];
}
