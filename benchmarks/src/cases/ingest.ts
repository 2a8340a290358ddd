import type { BenchCase } from "../bench.ts";
import { runIngest, type IngestKind } from "../ingest/run-ingest.ts";
import { churningPages } from "../targets/churning-pages.ts";
import { gzipped, openMetricsPages, textPages } from "../targets/pages.ts";
import { protobufPages } from "../targets/protobuf-pages.ts";

/** Both are measured warm: a server runs for months, and half a minute is what V8 needs to compile it. */
const defaults = { targets: 10, series: 10_000, intervalMs: 2000, warmUpS: 30, measureS: 26, rounds: 1, churnPercentAnHour: 5 };

/** What scraping, checking, logging and storing a sample costs, one way of scraping at a time. */
const kinds: readonly IngestKind[] = [
  { name: "ingest", about: "bodies of text", bar: 0.4, defaults, createPages: () => textPages },
  { name: "ingest-gzip", about: "packed bodies of text", bar: 0.6, defaults, createPages: () => gzipped(textPages) },
  { name: "ingest-openmetrics", about: "bodies of OpenMetrics", bar: 0.5, defaults, createPages: () => openMetricsPages },
  {
    name: "ingest-churn",
    about: "text of which some series are others from time to time (--churn-percent-an-hour=)",
    bar: 0.5,
    defaults,
    createPages: ({ churnPercentAnHour }) => churningPages(churnPercentAnHour),
  },
  {
    name: "ingest-many",
    about: "many small targets: how late scrapes come, too",
    bar: undefined,
    delayBar: 1,
    defaults: { ...defaults, targets: 1000, series: 100 },
    createPages: () => textPages,
  },
  {
    name: "ingest-protobuf",
    about: "bodies of protobuf, a tenth of the series native histograms",
    bar: undefined,
    defaults,
    createPages: () => protobufPages,
    // The same wish in the words of two versions.
    serverOptions: {
      ours: { globals: "scrape_native_histograms: true" },
      "Debian's": { flags: ["--enable-feature=native-histograms"] },
    },
  },
];

export const ingestCases: readonly BenchCase[] = kinds.map((kind) => ({
  name: kind.name,
  about: `CPU-seconds per million samples scraped, ours and Debian's prometheus in turn: ${kind.about}`,
  run: (args) => runIngest(kind, args),
}));
