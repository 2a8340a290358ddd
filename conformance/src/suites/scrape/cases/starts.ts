import { type HistogramMetric, type MetricFamily, writeProtobuf } from "@ferula/exposition";
import { createFloatHistogram, createIntegerHistogram, type Histogram } from "@ferula/model";
import { openMetrics, protobuf, type ScrapeCase, type Step, text, timedText } from "../scrape-case.ts";

const NATIVE = { scrape_native_histograms: true };
const CONVERTED = { convert_classic_histograms_to_nhcb: true };
const BOTH = { ...CONVERTED, always_scrape_classic_histograms: true };

/** A body with a counter of each type whose lines say when it began; `start` is a time as `timedText` reads it. */
function begun(start: string, factor: number): readonly string[] {
  return [
    "# TYPE c counter",
    `c_total{a="1"} ${5 * factor}`,
    `c_created{a="1"} ${start}`,
    `c_total{a="2"} ${6 * factor}`,
    "# TYPE h histogram",
    `h_bucket{a="1",le="1"} ${factor}`,
    `h_bucket{a="1",le="+Inf"} ${3 * factor}`,
    `h_sum{a="1"} ${2 * factor}`,
    `h_count{a="1"} ${3 * factor}`,
    `h_created{a="1"} ${start}`,
    `h_bucket{a="2",le="1"} ${factor}`,
    `h_bucket{a="2",le="+Inf"} ${factor}`,
    `h_sum{a="2"} ${0.5 * factor}`,
    `h_count{a="2"} ${factor}`,
    "# TYPE s summary",
    's{quantile="0.5"} 2',
    `s_sum ${3 * factor}`,
    `s_count ${2 * factor}`,
    `s_created ${start}`,
    "# TYPE g gauge",
    `g ${factor}`,
    "g_created 1",
    "# TYPE u unknown",
    `u ${factor}`,
  ];
}

const LINES = [
  openMetrics(begun("{-60s.}", 1)),
  openMetrics(begun("{-60s.}", 2)),
  // Began anew between two scrapes.
  openMetrics(begun("{-1s.}", 1)),
  openMetrics(begun("{-1s.}", 2)),
];

function native(factor: number): Histogram {
  return createIntegerHistogram({
    schema: 2,
    zeroThreshold: 0.001,
    zeroCount: factor,
    count: 6 * factor,
    sum: 4 * factor,
    positiveSpans: Int32Array.of(0, 2),
    positiveBuckets: Float64Array.of(2 * factor, factor),
  });
}

function floats(factor: number): Histogram {
  return createFloatHistogram({
    schema: 0,
    zeroThreshold: 0.001,
    count: 2.5 * factor,
    sum: 4 * factor,
    positiveSpans: Int32Array.of(1, 1),
    positiveBuckets: Float64Array.of(2.5 * factor),
  });
}

function classic(factor: number): HistogramMetric {
  return {
    labels: [],
    count: 4 * factor,
    sum: 3 * factor,
    buckets: [
      { upperBound: 1, cumulativeCount: factor },
      { upperBound: 2, cumulativeCount: 3 * factor },
    ],
  };
}

function families(createdSeconds: number, factor: number): readonly MetricFamily[] {
  const created = createdSeconds === 0 ? {} : { createdSeconds };
  return [
    { name: "c_total", type: "counter", metrics: [{ labels: [], value: 5 * factor, ...created }] },
    { name: "g", type: "gauge", metrics: [{ labels: [], value: factor }] },
    { name: "u", type: "untyped", metrics: [{ labels: [], value: factor }] },
    {
      name: "s",
      type: "summary",
      metrics: [{ labels: [], count: 2 * factor, sum: 3 * factor, quantiles: [{ quantile: 0.5, value: 2 }], ...created }],
    },
    { name: "classic", type: "histogram", metrics: [{ ...classic(factor), ...created }] },
    {
      name: "native",
      type: "histogram",
      metrics: [
        { labels: [], buckets: [], native: native(factor), count: 6 * factor, sum: 4 * factor, ...created },
        { labels: ["kind", "float"], buckets: [], native: floats(factor), count: 2.5 * factor, sum: 4 * factor, ...created },
      ],
    },
    {
      name: "sizes",
      type: "gaugehistogram",
      metrics: [{ labels: [], buckets: [], native: native(factor), count: 6 * factor, sum: 4 * factor, ...created }],
    },
  ];
}

function messages(startOf: (baseMs: number) => number, factor: number): Step {
  return protobuf((baseMs) => writeProtobuf(families(startOf(baseMs) / 1000, factor)));
}

const MESSAGES = [
  messages((baseMs) => baseMs - 60_000, 1),
  messages((baseMs) => baseMs - 60_000, 2),
  messages((baseMs) => baseMs - 1000, 1),
  messages((baseMs) => baseMs - 1000, 3),
];

function counter(...lines: readonly string[]): Step {
  return openMetrics(["# TYPE c counter", ...lines]);
}

/** What targets tell of starts. */
function startCases(prefix: string, features: string): readonly ScrapeCase[] {
  const cases: readonly ScrapeCase[] = [
    { name: "openmetrics", steps: LINES },
    { name: "openmetrics-converted", steps: LINES, since3: CONVERTED },
    { name: "openmetrics-converted-both", steps: LINES, since3: BOTH },
    { name: "protobuf", steps: MESSAGES, since3: NATIVE },
    { name: "protobuf-floats", steps: MESSAGES, since3: { scrape_native_histograms: false } },
    { name: "protobuf-converted", steps: MESSAGES, since3: { ...NATIVE, ...CONVERTED } },
    { name: "protobuf-both", steps: MESSAGES, since3: { ...NATIVE, ...BOTH } },
    { name: "text", steps: [text(["# TYPE c counter", "c_total 1", "c_created 2"])] },
    { name: "too-old", steps: [counter("c_total 1", "c_created {-7200s.}"), counter("c_total 2", "c_created {-7200s.}")] },
    { name: "just-old", steps: [counter("c_total 1", "c_created {-3500s.}"), counter("c_total 2", "c_created {-3500s.}")] },
    { name: "ahead", steps: [counter("c_total 1", "c_created {+7200s.}"), counter("c_total 2", "c_created {+60s.}")] },
    {
      name: "odd",
      steps: [
        counter("c_total 1", "c_created -5"),
        counter("c_total 2", "c_created 0"),
        counter("c_total 3", "c_created NaN"),
        counter("c_total 4", "c_created +Inf"),
        counter("c_total 5", "c_created {-5s.}"),
      ],
    },
    { name: "late", steps: [counter("c_total 1"), counter("c_total 2", "c_created {-60s.}"), counter("c_total 3")] },
    { name: "ahead-of-counter", steps: [counter("c_created {-60s.}", "c_total 1"), counter("c_created {-60s.}", "c_total 2")] },
    { name: "far-behind", steps: [counter("c_total 1", 'c_total{a="1"} 1', 'c_created{a="1"} {-60s.}', "c_created {-50s.}")] },
    {
      name: "stamped",
      steps: [
        counter("c_total 1 {-20s.}", "c_created {-60s.}", 'c_total{a="1"} 1 {-20s.}', 'c_created{a="1"} {-20s.}'),
        counter("c_total 2 {-15s.}", "c_created {-60s.}"),
        counter("c_total 1 {-5s.}", "c_created {-10s.}"),
      ],
    },
    { name: "stamped-ignored", steps: [counter("c_total 1 {-20s.}", "c_created {-60s.}")], job: { honor_timestamps: false } },
    {
      name: "relabelled",
      steps: [LINES[0], LINES[1]] as readonly Step[],
      job: {
        metric_relabel_configs: [
          { source_labels: ["__name__"], regex: "(.*)_created", target_label: "__name__", replacement: "renamed_$1" },
          { source_labels: ["a"], regex: "2", action: "drop" },
        ],
      },
    },
    { name: "comes-back", steps: [LINES[0], text(["x 1"]), LINES[1], text("bad"), LINES[2]] as readonly Step[] },
    { name: "limit", steps: [counter("c_total 1", "c_created {-60s.}", "d 1")], job: { sample_limit: 2 } },
    { name: "exemplars", steps: [counter('c_total 1 # {t="1"} 1 {-3s.}', "c_created {-60s.}")] },
    {
      name: "no-type",
      steps: [openMetrics(["c_total 1", "c_created {-60s.}", "# HELP d Help.", "d_total 1", "d_created {-60s.}"])],
    },
  ];
  return cases.map((one) => ({ ...one, name: `${prefix}-${one.name}`, features }));
}

function typed(type: string, ...lines: readonly string[]): Step {
  return timedText([`# HELP m Help.`, `# TYPE m ${type}`, ...lines]);
}

const WHOLE = (factor: number): Step =>
  text([
    "# TYPE c counter",
    `c ${5 * factor}`,
    "# TYPE d_total counter",
    `d_total{a="1"} ${6 * factor}`,
    "# TYPE h histogram",
    `h_bucket{le="1"} ${factor}`,
    `h_bucket{le="+Inf"} ${3 * factor}`,
    `h_sum ${0.7 * factor}`,
    `h_count ${3 * factor}`,
    "# TYPE s summary",
    `s_sum ${factor}`,
    `s_count ${factor}`,
    "# TYPE g gauge",
    `g ${factor}`,
    `untyped ${factor}`,
  ]);

const RISING = [1, 2, 4, 3, 3, 5].map(WHOLE);
const SILENT = [1, 2, 4, 1, 3].map((factor) => messages(() => 0, factor));

/** What is made up where targets tell nothing. */
function madeUpCases(prefix: string, features: string): readonly ScrapeCase[] {
  const cases: readonly ScrapeCase[] = [
    { name: "text", steps: RISING },
    { name: "text-converted", steps: RISING, since3: CONVERTED },
    { name: "text-converted-both", steps: RISING, since3: BOTH },
    { name: "protobuf", steps: SILENT, since3: NATIVE },
    { name: "protobuf-both", steps: SILENT, since3: { ...NATIVE, ...BOTH } },
    { name: "protobuf-told", steps: MESSAGES, since3: NATIVE },
    { name: "openmetrics", steps: LINES },
    {
      name: "told-then-not",
      steps: [counter("c_total 1", "c_created {-60s.}"), counter("c_total 2"), counter("c_total 3"), counter("c_total 5")],
    },
    {
      name: "not-then-told",
      steps: [
        counter("c_total 1"),
        counter("c_total 2"),
        counter("c_total 3", "c_created {-60s.}"),
        counter("c_total 5"),
        counter("c_total 6"),
      ],
    },
    { name: "once", steps: [typed("counter", "m 5"), text(["x 1"]), typed("counter", "m 6"), typed("counter", "m 8")] },
    {
      name: "comes-back",
      steps: [typed("counter", "m 5"), typed("counter", "m 6"), text(["x 1"]), typed("counter", "m 7"), typed("counter", "m 9")],
    },
    {
      name: "fails",
      steps: [typed("counter", "m 5"), typed("counter", "m 6"), text("bad"), typed("counter", "m 7"), typed("counter", "m 2")],
    },
    { name: "fails-first", steps: [text("bad"), typed("counter", "m 7"), typed("counter", "m 9")] },
    {
      name: "empty",
      steps: [typed("counter", "m 5"), typed("counter", "m 6"), text(""), typed("counter", "m 7"), typed("counter", "m 9")],
    },
    {
      name: "moved",
      steps: [
        text(["# TYPE c counter", "c 1", 'c{a="1"} 2', 'c{a="2"} 3']),
        text(["# TYPE c counter", 'c{a="2"} 4', "c 2", 'c{a="0"} 1', 'c{a="1"} 4']),
        text(["# TYPE c counter", "c 3", 'c{a="0"} 2', 'c{a="1"} 6', 'c{a="2"} 9']),
      ],
    },
    {
      name: "twice",
      steps: [1, 2, 4].map((factor) =>
        text(["# TYPE c counter", `c ${factor}`, `c ${factor}`, `d ${factor}`, "# TYPE d counter", `d ${factor}`]),
      ),
    },
    {
      name: "two-spellings",
      steps: [1, 2, 4].map((factor) => text(["# TYPE c counter", `c{a="1",b="2"} ${factor}`, `c{b="2",a="1"} ${factor}`])),
    },
    {
      name: "to-one",
      steps: [1, 2, 4].map((factor) => text(["# TYPE c counter", `c{a="1"} ${factor}`, `c{a="2"} ${factor}`])),
      job: { metric_relabel_configs: [{ regex: "a", action: "labeldrop" }] },
    },
    {
      name: "renamed",
      steps: [1, 2, 4].map((factor) => text(["# TYPE c counter", `c ${factor}`, "# TYPE d counter", `d ${factor}`, `d_total ${factor}`])),
      job: {
        metric_relabel_configs: [
          { source_labels: ["__name__"], regex: "c", target_label: "__name__", replacement: "x" },
          { source_labels: ["__name__"], regex: "d", target_label: "__name__", replacement: "d_more" },
        ],
      },
    },
    {
      name: "other-family",
      steps: [1, 2, 4].map((factor) =>
        text(["# TYPE c counter", "# HELP d Help.", `c ${factor}`, `d ${factor}`, "# HELP c Help.", `c{a="1"} ${factor}`]),
      ),
    },
    {
      name: "type-changes",
      steps: [
        typed("gauge", "m 5"),
        typed("gauge", "m 6"),
        typed("counter", "m 7"),
        typed("counter", "m 9"),
        typed("gauge", "m 10"),
        typed("gauge", "m 3"),
      ],
    },
    { name: "odd", steps: ["1", "NaN", "3", "+Inf", "+Inf", "-Inf", "2", "-5"].map((value) => typed("counter", `m ${value}`)) },
    {
      name: "stamped",
      steps: [
        typed("counter", "m 5 {-20s}"),
        typed("counter", "m 6 {-15s}"),
        typed("counter", "m 6 {-15s}"),
        typed("counter", "m 9 {-16s}"),
        typed("counter", "m 9 {-10s}"),
        typed("counter", "m 12 {-5s}"),
        text(["x 1"]),
      ],
    },
    { name: "stamped-in-one", steps: [typed("counter", "m 5 {-20s}", "m 6 {-19s}", "m 8 {-18s}"), typed("counter", "m 9 {-17s}")] },
    { name: "exemplars", steps: [counter('c_total 1 # {t="1"} 1 {-9s.}'), counter('c_total 2 # {t="2"} 1 {-8s.}')] },
    { name: "gauge-late", steps: [timedText(["g 1 {-5s}"]), timedText(["g 2 {-7s}"]), timedText(["g 3 {-4s}"])] },
    {
      name: "limit",
      steps: [1, 2].map((factor) => text(["# TYPE c counter", `c ${factor}`, `c{a="1"} ${factor}`, "# TYPE g gauge", "g 1"])),
      job: { sample_limit: 3 },
    },
  ];
  return cases.map((one) => ({ ...one, name: `${prefix}-${one.name}`, features }));
}

const STORED = "st-storage,xor2-encoding,histograms-st-encoding";

/** When counters began: told by targets, and made up. */
export const startingCases: readonly ScrapeCase[] = [
  ...startCases("zeros", "created-timestamp-zero-ingestion"),
  ...startCases("starts", STORED),
  ...startCases("zeros-stored", `created-timestamp-zero-ingestion,${STORED}`),
  ...madeUpCases("made-up", "st-synthesis"),
  ...madeUpCases("made-up-stored", `st-synthesis,${STORED}`),
  ...madeUpCases("made-up-zeros", "st-synthesis,created-timestamp-zero-ingestion"),
];
