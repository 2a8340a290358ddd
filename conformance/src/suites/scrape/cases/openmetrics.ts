import { OPENMETRICS, OPENMETRICS_0, openMetrics, type ScrapeCase, timedText } from "../scrape-case.ts";

const FAMILIES = [
  "# HELP served_requests Asked.",
  "# TYPE served_requests counter",
  "# UNIT served_requests requests",
  'served_requests_total{code="200"} 5 # {trace="a"} 1',
  'served_requests_created{code="200"} {-60s.}',
  "# TYPE wait_seconds histogram",
  "# UNIT wait_seconds seconds",
  'wait_seconds_bucket{le="0.1"} 1 # {trace="b"} 0.05 {-1s.}',
  'wait_seconds_bucket{le="1.0"} 3',
  'wait_seconds_bucket{le="+Inf"} 4 # {trace="c",span="ü"} 7.5',
  "wait_seconds_count 4",
  "wait_seconds_sum 9.5",
  "wait_seconds_created {-60s.}",
  "# TYPE build info",
  'build_info{version="1"} 1',
  "# TYPE state stateset",
  'state{state="on"} 1',
  'state{state="off"} 0',
  "# TYPE sizes gaugehistogram",
  'sizes_bucket{le="1"} 1',
  'sizes_bucket{le="+Inf"} 2',
  "sizes_gcount 2",
  "sizes_gsum -3",
  "# TYPE quantiles summary",
  'quantiles{quantile="0.9"} 2',
  "quantiles_count 3",
  "quantiles_sum 4",
  "# TYPE what unknown",
  "what 1",
  "# TYPE level gauge",
  "level -1e3",
];

function bad(name: string, ...lines: readonly string[]): ScrapeCase {
  return { name: `openmetrics-bad-${name}`, steps: [openMetrics(["a 1"]), openMetrics(["a 2", ...lines, "c 2"])] };
}

/** OpenMetrics. */
export const openMetricsCases: readonly ScrapeCase[] = [
  { name: "openmetrics", steps: [openMetrics(FAMILIES), openMetrics(FAMILIES), openMetrics(FAMILIES.slice(0, 6))] },
  { name: "openmetrics-0", steps: [openMetrics(FAMILIES, { contentType: OPENMETRICS_0 })] },
  {
    name: "openmetrics-exemplars",
    steps: [
      openMetrics(["# TYPE c counter", 'c_total 1 # {t="1"} 1 {-9s.}']),
      openMetrics(["# TYPE c counter", 'c_total 2 # {t="2"} 2 {-5s.}']),
      openMetrics(["# TYPE c counter", 'c_total 3 # {t="2"} 2 {-5s.}']),
      openMetrics(["# TYPE c counter", 'c_total 4 # {t="4"} 4 {-7s.}']),
      openMetrics(["# TYPE c counter", "c_total 5 # {} 5 {-4s.}"]),
      openMetrics(["# TYPE c counter", 'c_total 6 # {z="1",a="2"} NaN {-3s.}', "# TYPE g gauge", 'g 1 # {t="g"} 1 {-3s.}']),
      openMetrics(["# TYPE c counter", "c_total 7"]),
    ],
  },
  { name: "openmetrics-long-exemplar", steps: [openMetrics(["# TYPE c counter", `c_total 1 # {t="${"x".repeat(150)}"} 1`, "d 1"])] },
  {
    name: "openmetrics-times",
    steps: [openMetrics(["a 1 {-9s.}", "b 1 {-8s.}", "c 1 1e9", "d 1 0.0001", "e 1 -1"]), openMetrics(["a 2 {-7s.}", "b 2 {-8s.}"])],
  },
  { name: "openmetrics-no-end", steps: [openMetrics(["a 1"]), timedText(["a 2"], { contentType: OPENMETRICS }), openMetrics(["a 3"])] },
  { name: "openmetrics-behind-end", steps: [openMetrics(["a 1"]), timedText(["a 2", "# EOF", "b 1"], { contentType: OPENMETRICS })] },
  { name: "openmetrics-no-newline", steps: [{ ...openMetrics([]), body: () => "a 1\n# EOF" }] },
  {
    name: "openmetrics-quoted",
    needs3: true,
    steps: [openMetrics(['# TYPE "a.b" gauge', '# HELP "a.b" Dots.', '{"a.b","c d"="1"} 1', '{"x_total"} 2 # {"t.t"="1"} 1 {-3s.}'])],
  },
  { name: "openmetrics-wrong-unit", steps: [openMetrics(["# TYPE a gauge", "# UNIT a seconds", "a 1"])] },
  bad("blank-line", ""),
  bad("comment", "# a comment"),
  bad("blanks", "b  1"),
  bad("type", "# TYPE b untyped", "b 1"),
  bad("unit", "# TYPE b gauge", "# UNIT b seconds", "b 1"),
  bad("exemplar", 'b 1 # {t="1"}'),
  bad("exemplar-time", 'b 1 # {t="1"} 1 x'),
  bad("value", "b one"),
  bad("time", "b 1 NaN"),
  bad("crlf", "b 1\r"),
  bad("hash", "#b"),
  {
    name: "openmetrics-numbers",
    steps: [openMetrics(["NaN", "+Inf", "-Inf", "Inf", "1e3", "-0", "0x1p2", ".5"].map((number, i) => `n{i="${i}"} ${number}`))],
  },
];
