import { failure, openMetrics, OPENMETRICS, PROTOBUF, type ScrapeCase, type Step, TEXT, text } from "../scrape-case.ts";

const GOOD = text(["a 1", 'b{x="1"} 1', "c 1"]);
const LATER = text(["a 2", "c 2", "d 2"]);

function between(name: string, step: Step, job: ScrapeCase["job"] = {}): ScrapeCase {
  return { name: `failure-${name}`, steps: [GOOD, step, step, LATER, GOOD, step], job };
}

const QUICK = { scrape_timeout: "500ms" };

function typed(name: string, contentType: string, fallback?: string, step: Step = GOOD): ScrapeCase {
  return {
    name: `type-${name}`,
    steps: [{ ...step, contentType }],
    since3: fallback === undefined ? {} : { fallback_scrape_protocol: fallback },
  };
}

/** Series that go, scrapes that fail, and answers of other types. */
export const failureCases: readonly ScrapeCase[] = [
  { name: "stale", steps: [GOOD, LATER, GOOD, text(["c 3", "a 3"]), text(["a 3", 'b{x="1"} 3']), GOOD] },
  { name: "stale-nan", steps: [text(["a NaN", "b 1"]), text(["b 1"]), text(["a NaN", "b NaN"])] },
  between("status", failure({ status: 500 })),
  between("not-found", failure({ status: 404 })),
  between("no-content", failure({ status: 204 })),
  between("reset", failure({ ends: "reset" })),
  between("early", text(["a 2", 'b{x="1"} 2', "c 2"], { ends: "early" })),
  between("hanging", text(["a 2", 'b{x="1"} 2', "c 2"], { ends: "never" }), QUICK),
  between("bad-middle", text(["a 2", "b{ 2", "c 2"])),
  between("bad-gzip", text(["a 2", "no_gzip_at_all 1"], { headers: { "content-encoding": "gzip" } })),
  between("bad-start", text(["new 1", "bad"])),
  between("loop", failure({ status: 302, headers: { location: "/failure-loop" } })),
  { name: "failure-first", steps: [failure({ status: 503 }), GOOD] },
  { name: "failure-only", steps: [text(["a 1", "bad"]), text(["a 2", "bad"])] },
  {
    name: "gzip",
    steps: [
      { ...GOOD, isGzipped: true },
      { ...LATER, isGzipped: true },
    ],
  },
  { name: "gzip-not-asked", steps: [{ ...GOOD, isGzipped: true }], since3: { enable_compression: false } },
  { name: "encoding-unknown", steps: [text(["a 1"], { headers: { "content-encoding": "br" } })] },
  {
    name: "redirect",
    steps: [
      { ...GOOD, status: 302, headers: { location: "/redirect/again" } },
      { ...LATER, status: 308, headers: { location: "again/../redirect/again" } },
    ],
  },
  {
    name: "redirect-refused",
    steps: [{ ...GOOD, status: 302, headers: { location: "/redirect-refused/again" } }],
    job: { follow_redirects: false },
  },
  typed("blank", ""),
  typed("blank-fallback", "", "PrometheusText0.0.4"),
  typed("blank-fallback-openmetrics", "", "OpenMetricsText1.0.0", openMetrics(["a 1"])),
  typed("unknown", "application/json"),
  typed("unknown-fallback", "application/json", "PrometheusText1.0.0"),
  typed("html", "text/html; charset=utf-8", "OpenMetricsText0.0.1"),
  typed("damaged", "text/plain; version=", "PrometheusText0.0.4"),
  typed("damaged-alone", "text/plain; =;"),
  typed("plain", "text/plain"),
  typed("plain-version", "text/plain; version=0.0.3"),
  typed("upper", "TEXT/PLAIN; VERSION=0.0.4"),
  typed("protobuf-other", PROTOBUF.replace("delimited", "text")),
  typed("protobuf-bare", "application/vnd.google.protobuf", "PrometheusText0.0.4"),
  typed("openmetrics-bare", "application/openmetrics-text", undefined, openMetrics(["a 1"])),
  typed("openmetrics-text", OPENMETRICS),
  typed("text-openmetrics", TEXT, undefined, openMetrics(["a 1", "# TYPE c counter", "c_total 1"])),
  { name: "type-changes", steps: [GOOD, openMetrics(["a 2", 'b{x="1"} 2']), text(["a 3", "c 3"]), openMetrics(["a 4", "c 4"])] },
];
