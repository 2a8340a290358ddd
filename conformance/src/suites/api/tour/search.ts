import { both, type Call, encode, get, type Params } from "../call.ts";
import type { Times } from "./times.ts";

const since = { since: 3 } as const;

/** No search names as many: it is not cut, so that upstream has no choice of its own. */
const ALL = 5000;

/** `search/…`: names and values that are written, found by parts of them; whole answers are compared, scores included. */
export function searchCalls({ range, to }: Times): readonly Call[] {
  const written = { ...range, "match[]": '{__name__=~"written.*",__name__!~"written_long"}' };
  const metrics = (params: Params): Call => get("search/metric_names", { ...written, ...params }, since);
  const scored = { include_score: "true" };
  return [
    ...both("search/metric_names", { ...written, limit: ALL }, since),
    ...both("search/label_names", { ...written, limit: ALL, ...scored }, since),
    ...both("search/label_values", { ...written, label: "text", limit: ALL }, since),
    get("search/label_values", { ...written, label: "http.status" }, since),
    get("search/label_values", { ...written, label: "nowhere" }, since),
    get("search/label_values", { ...range, label: "text", "match[]": "written_long", "search[]": "x" }, since),
    ...TERMS.flatMap((terms) =>
      ["subsequence", "jarowinkler"].flatMap((fuzz_alg) =>
        ["0", "40", "90"].flatMap((fuzz_threshold) => [
          metrics({ "search[]": terms, fuzz_alg, fuzz_threshold, ...scored }),
          metrics({ "search[]": terms, fuzz_alg, fuzz_threshold, ...scored, sort_by: "score", case_sensitive: "false" }),
        ]),
      ),
    ),
    ...["asc", "dsc"].map((sort_dir) => metrics({ sort_by: "alpha", sort_dir, limit: ALL })),
    ...[1, 2, 3, 100].flatMap((batch_size) => [1, 2, 6, 7].map((limit) => metrics({ "search[]": "w", batch_size, limit }))),
    metrics({ "search[]": "written", include_metadata: "true" }),
    get("search/metric_names", { "match[]": '{job="good"}', include_metadata: "true", limit: ALL }, since),
    metrics({ "match[]": ["written", "written_odd", "{job='b'}"], "search[]": "r", sort_by: "score", ...scored }),
    metrics({ start: to + 7200, end: to + 7300 }),
    metrics({ start: to, end: to, limit: ALL }),
    get("search/label_values", { label: "text", "search[]": "<", ...written }, since),
    get("search/label_values", { label: "text", "search[]": "日本", ...scored, ...written }, since),
    get("search/metric_names", { ...written, "search[]": "w" }, { ...since, headers: { "accept-encoding": "gzip" } }),
    get("search/metric_names", { ...written, "search[]": "w" }, { ...since, headers: { origin: "https://a.example.com" } }),
    ...ODD_PARAMS.flatMap((params) =>
      ["metric_names", "label_names", "label_values"].map((name) => get(`search/${name}?${encode({ ...written, ...params })}`, {}, since)),
    ),
    get("search/label_values?label=job&x=%zz", {}, since),
    { method: "PUT", path: "/api/v1/search/label_names", ...since },
    { method: "OPTIONS", path: "/api/v1/search/label_names", ...since },
    get("search/label_names/", {}, { ...since, compares: "status" }),
    get("search/nope", {}, since),
  ];
}

const TERMS: readonly (readonly string[])[] = [
  ["written"],
  ["Written_T"],
  ["wrtn"],
  ["wirtten_total"],
  ["total"],
  ["odd", "text"],
  ["", "dotted"],
  ["nothing like it", "ö"],
];

/** Refused, or odd and taken; the order of the checks counts where two are wrong. */
const ODD_PARAMS: readonly Params[] = [
  { start: "x" },
  { start: 2, end: 1 },
  { start: "x", end: "x" },
  { "match[]": "{" },
  { "match[]": "{}" },
  { "match[]": ["written", ""] },
  { "search[]": Array.from({ length: 33 }, () => "a"), limit: "x" },
  { "search[]": Array.from({ length: 32 }, () => "w"), limit: ALL },
  ...["-1", "101", "x", "1.5", "+40", "040"].map((fuzz_threshold) => ({ "search[]": "w", fuzz_threshold })),
  ...["", "Subsequence", "x"].map((fuzz_alg) => ({ "search[]": "w", fuzz_alg })),
  ...["", "T", "no", "TRUE", "tRUE"].map((case_sensitive) => ({ "search[]": "w", case_sensitive })),
  { include_score: "x" },
  { include_metadata: "x" },
  { sort_by: "x", limit: ALL },
  { sort_by: "x", sort_dir: "y" },
  { sort_by: "score" },
  { sort_by: "score", "search[]": "w", sort_dir: "asc" },
  { sort_dir: "asc" },
  { sort_by: "alpha", sort_dir: "desc" },
  ...["0", "-1", "x", "10000", "10001", "99999999999999999999", "9223372036854775807", "+010001"].map((limit) => ({
    "search[]": "w",
    limit,
  })),
  ...["0", "-1", "x", "1000000"].map((batch_size) => ({ "search[]": "w", batch_size })),
  { label: "" },
  { label: "job", "search[]": "a" },
];
