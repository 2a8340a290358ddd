import { both, type Call, encode, get, type Params } from "../call.ts";
import type { Times } from "./times.ts";

/** Integers in forms that Go's strconv takes, or does not. */
const ODD_INTEGERS: readonly string[] = [
  ...["", " 1", "1 ", "+2", "-0", "00", "0x1", "1e1", "NaN", "٣"],
  ...["9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"],
];

const ODD_DURATIONS: readonly string[] = [
  ...["", "1s", "100y", "292y", "293y", "1e10", "0x10", "1_0", "Inf", "-Inf", "9223372037", "1d1d", "1h 1m", "1.5h", " 1s", "5µs", "1M"],
];

/** What is at the edge of a form of times, or of the calendar. */
const ODD_TIMES: readonly string[] = [
  ...["1e9", "1.0e9", "0x1p4", "1_0", ".5", "5.", "-0", "1.0004999", "1.9995", "-1.0005", "1e309", "1s", "now", "1 ", "1\n"],
  ...["2026-01-02t15:04:05z", "2026-01-02 15:04:05Z", "2026-01-02T15:04:05,5Z", "2026-01-02T15:04Z", "2026-01-02T24:00:00Z"],
  ...["2026-01-02T23:59:60Z", "2026-02-30T00:00:00Z", "2026-01-02T15:04:05+2:00", "2026-01-02T15:04:05+24:00", "2026-01-02T15:04:05.Z"],
  ...["2026-1-2T15:04:05Z", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"],
];

const ROUTES: readonly string[] = [
  ...["query", "query_range", "query_exemplars", "format_query", "parse_query", "labels", "series", "label/job/values", "label/%ff/values"],
  ...["targets/metadata", "metadata", "rules", "status/tsdb"],
];

/** All wrong; the order of the checks counts. */
const WRONG: Params = {
  ...{ query: "(", time: "x", start: "x", end: "y", step: "z", limit: "q", timeout: "t", lookback_delta: "l", "match[]": "{" },
  ...{ match_target: "{", limit_per_metric: "p", type: "u", exclude_alerts: "e", group_limit: "g" },
};

/** Parameters in odd forms, at each route that has them, and several that are wrong at once. */
export function parameterCalls({ from, to, range }: Times): readonly Call[] {
  const written = { ...range, "match[]": '{__name__=~"written.*",__name__!~"written_long"}' };
  const new3 = { since: 3 } as const;
  const shape = { compares: "shape", ...new3 } as const;
  return [
    ...ODD_INTEGERS.flatMap((limit) => [
      get("query", { query: "written", time: to, limit }, new3),
      get("query_range", { query: "written", ...range, step: 60, limit }, new3),
      ...["labels", "series", "label/job/values"].map((path) => get(path, { ...written, limit }, new3)),
      get("metadata", { metric: "requests", limit }, new3),
      get("metadata", { metric: "requests", limit_per_metric: limit }, new3),
      get("targets/metadata", { metric: "requests", limit }, new3),
      get("status/tsdb", { limit }, shape),
      get("rules", { group_limit: limit }, shape),
    ]),
    ...ODD_DURATIONS.flatMap((duration) => [
      get("query", { query: "written", time: to, timeout: duration }, new3),
      ...both("query_range", { query: "written", ...range, step: 60, lookback_delta: duration }, new3),
      get("query_range", { query: "written", start: to - 60, end: to, step: duration }, { ...new3, compares: "shape" }),
    ]),
    ...ODD_TIMES.flatMap((time) => [
      get("query", { query: "time()", time }, new3),
      get("query_range", { query: "time()", start: time, end: time, step: 1 }, new3),
      get("query_exemplars", { query: "nowhere", start: time }, new3),
      get("labels", { ...written, start: time }, new3),
      get("series", { ...written, end: time }, new3),
      get("label/job/values", { ...written, start: 0, end: time }, new3),
    ]),
    ...ROUTES.flatMap((path) => [
      ...both(path, WRONG, new3),
      ...Object.keys(WRONG).map((name) => get(path, without(WRONG, name), shape)),
      get(path, {}, shape),
      get(`${path}?${encode(written)}&query=1&%zz`, {}, shape),
      get(`${path}?query=1;match[]=x`, {}, shape),
    ]),
    get("query", { query: "written", time: from, stats: "true,all" }, shape),
    get("query", { query: String.raw`"<\xff"`, time: to }, new3),
  ];
}

function without(params: Params, name: string): Params {
  return Object.fromEntries(Object.entries(params).filter(([one]) => one !== name));
}
