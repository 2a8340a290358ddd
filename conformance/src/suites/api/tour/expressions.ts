import { both, type Call, get, post } from "../call.ts";

const EXPRESSIONS: readonly string[] = [
  "1",
  '"text"',
  "up",
  'sum by (job) (rate(up{job=~"a.*", x!="<b>"}[5m] offset 1m)) / on (job) group_left (z) count without (a) (up @ 12.5)',
  "-up",
  "(up)",
  "quantile(0.9, up)",
  "max_over_time(up[5m:1m] @ end() offset -2m)",
  "up > bool 1",
  "1e30 + NaN + Inf + 0x1f + 1_000",
  "up @ start() unless up",
  'label_replace(up, "a", "$1", "b", "(.*)")',
  "topk by (a) (3, up)",
  'count_values("x", up)',
  "atan2(1",
  "",
  "up{",
];

/** `format_query` and `parse_query`: what is only read. */
export function expressionCalls(): readonly Call[] {
  return [
    ...EXPRESSIONS.map((query) => get("format_query", { query })),
    ...EXPRESSIONS.map((query) => get("parse_query", { query }, { since: 3 })),
    post("format_query", { query: "sum(up)by(job)" }),
    post("parse_query", { query: "sum(up)by(job)" }, { since: 3 }),
    ...both("format_query", {}),
    get("parse_query", {}, { since: 3 }),
  ];
}
