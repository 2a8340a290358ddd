import type { Logger } from "@ferula/logging";
import { defaultParseOptions, type ParseOptions } from "@ferula/query-api";

/** The parts of the language that `--enable-feature` switches on, and what upstream logs then. */
const SYNTAX: ReadonlyMap<string, { readonly option: keyof ParseOptions; readonly message: string }> = new Map([
  ["promql-experimental-functions", { option: "experimentalFunctions", message: "Experimental PromQL functions enabled." }],
  [
    "promql-extended-range-selectors",
    { option: "extendedRangeSelectors", message: "Experimental PromQL extended range selectors enabled." },
  ],
  ["promql-binop-fill-modifiers", { option: "binopFillModifiers", message: "Experimental PromQL binary operator fill modifiers enabled." }],
]);

const ALWAYS_ON = "This option for --enable-feature is now permanently enabled and therefore a no-op.";

/** What upstream takes, too, and no longer needs. */
const NO_LONGER_NEEDED: ReadonlyMap<string, string> = new Map([
  ["promql-duration-expr", ALWAYS_ON],
  ["ooo-native-histograms", ALWAYS_ON],
  [
    "native-histograms",
    "This option for --enable-feature is a no-op. To scrape native histograms, set the scrape_native_histograms scrape config setting to true.",
  ],
]);

/** Upstream's other features (cmd/prometheus/main.go `setFeatureListOptions`). */
const NOT_YET: ReadonlySet<string> = new Set([
  "auto-reload-config",
  "concurrent-rule-eval",
  "created-timestamp-zero-ingestion",
  "delayed-compaction",
  "exemplar-storage",
  "extra-scrape-metrics",
  "fast-startup",
  "histograms-st-encoding",
  "memory-snapshot-on-shutdown",
  "metadata-wal-records",
  "old-ui",
  "otlp-deltatocumulative",
  "otlp-native-delta-ingestion",
  "promql-delayed-name-removal",
  "promql-per-step-stats",
  "search-api",
  "st-storage",
  "st-synthesis",
  "type-and-unit-labels",
  "use-start-timestamps",
  "use-uncached-io",
  "xor2-encoding",
]);

/** Reads `--enable-feature`, each value a list with commas. What can't be switched on is warned of, as upstream does. */
export function readFeatures(lists: readonly string[], logger: Logger): ParseOptions {
  const options: Record<keyof ParseOptions, boolean> = { ...defaultParseOptions };
  for (const option of lists.flatMap((list) => list.split(","))) {
    const syntax = SYNTAX.get(option);
    const noLongerNeeded = NO_LONGER_NEEDED.get(option);
    if (syntax !== undefined) {
      options[syntax.option] = true;
      logger.info(syntax.message);
    } else if (noLongerNeeded !== undefined) {
      logger.warn(noLongerNeeded, { option });
    } else {
      logger.warn(NOT_YET.has(option) ? "This option for --enable-feature is not supported yet" : "Unknown option for --enable-feature", {
        option,
      });
    }
  }
  return options;
}
