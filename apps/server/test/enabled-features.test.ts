import { expect, test } from "@jest/globals";
import { noLogger, type Logger } from "@ferula/logging";
import { defaultParseOptions } from "@ferula/query-api";
import {
  evaluatesRulesConcurrently,
  makesUpStarts,
  readEvaluationFeatures,
  readFeatures,
  readScrapeDefaults,
  readStorageFeatures,
  servesSearches,
  takesStartTimestamps,
} from "../src/enabled-features.ts";

function read(...lists: readonly string[]): { readonly options: unknown; readonly log: readonly unknown[] } {
  const log: unknown[] = [];
  const note = (level: string) => (message: string, fields?: object) => void log.push([level, message, ...Object.values(fields ?? {})]);
  const logger: Logger = { ...noLogger, info: note("info"), warn: note("warn") };
  return { options: readFeatures(lists, logger), log };
}

test.each([
  { feature: "promql-experimental-functions", option: "experimentalFunctions" },
  { feature: "promql-extended-range-selectors", option: "extendedRangeSelectors" },
  { feature: "promql-binop-fill-modifiers", option: "binopFillModifiers" },
])("$feature is switched on, in a list too", ({ feature, option }) => {
  for (const list of [feature, `promql-duration-expr,${feature}`]) {
    expect(read(list).options).toEqual({ ...defaultParseOptions, [option]: true });
  }
});

test.each([
  { feature: "promql-duration-expr", message: "This option for --enable-feature is now permanently enabled and therefore a no-op." },
  { feature: "fast-startup", message: "This option for --enable-feature is not supported yet" },
  { feature: "nope", message: "Unknown option for --enable-feature" },
])("$feature is warned of", ({ feature, message }) => {
  expect(read(feature)).toEqual({ options: defaultParseOptions, log: [["warn", message, feature]] });
});

test.each([
  { feature: "promql-delayed-name-removal", option: "delayedNameRemoval" },
  { feature: "use-start-timestamps", option: "startTimestamps" },
  { feature: "promql-per-step-stats", option: "perStepStats" },
  { feature: "type-and-unit-labels", option: "typeAndUnitLabels" },
])("$feature is switched on for queries, and told", ({ feature, option }) => {
  const on = Object.entries(readEvaluationFeatures([`promql-duration-expr,${feature}`])).filter(([, isOn]) => isOn);
  expect(on).toEqual([[option, true]]);
  expect(read(feature)).toEqual({
    options: defaultParseOptions,
    log: [["info", expect.stringMatching(/^Experimental .* (?:enabled\.?|reporting)$/)]],
  });
});

test.each([
  { feature: "exemplar-storage", option: "exemplarStorage" },
  { feature: "memory-snapshot-on-shutdown", option: "memorySnapshot" },
  { feature: "metadata-wal-records", option: "metadataRecords" },
  { feature: "xor2-encoding", option: "xor2Encoding" },
  { feature: "histograms-st-encoding", option: "histogramStarts" },
  { feature: "delayed-compaction", option: "delayedCompaction" },
])("$feature is switched on in the database, and told", ({ feature, option }) => {
  const on = Object.entries(readStorageFeatures([`promql-duration-expr,${feature}`])).filter(([, isOn]) => isOn);
  expect(on).toEqual([[option, true]]);
  expect(read(feature).log).toEqual([["info", expect.stringMatching(/^Experimental .* enabled(?:\.|$)/)]]);
});

test.each([
  { feature: "st-storage", option: "startStorage", what: "storage" },
  { feature: "created-timestamp-zero-ingestion", option: "startZeros", what: "zero ingestion" },
])("$feature is switched on in the database, asks for the protobuf format first, and is told", ({ feature, option, what }) => {
  const on = Object.entries(readStorageFeatures([feature])).filter(([, isOn]) => isOn);
  expect(on).toEqual([[option, true]]);
  expect(readScrapeDefaults([feature])).toEqual({ extraMetrics: false, protobufFirst: true });
  expect(takesStartTimestamps([feature])).toBe(true);
  expect(read(feature).log).toEqual([
    [
      "info",
      `Experimental start timestamp ${what} enabled. OpenMetrics 1.0 parsing will parse <metric>_created metrics as ST instead of normal sample. Changed default scrape_protocols to prefer PrometheusProto format.`,
      "[PrometheusProto OpenMetricsText1.0.0 OpenMetricsText0.0.1 PrometheusText1.0.0 PrometheusText0.0.4]",
    ],
  ]);
});

test("st-synthesis is switched on for scrapes, and told", () => {
  expect([makesUpStarts(["promql-duration-expr"]), makesUpStarts(["a,st-synthesis"])]).toEqual([false, true]);
  expect(read("st-synthesis").log).toEqual([["info", "Experimental start timestamp synthesis enabled."]]);
});

test("concurrent-rule-eval is switched on for rules, and told", () => {
  expect([evaluatesRulesConcurrently(["promql-duration-expr"]), evaluatesRulesConcurrently(["a,concurrent-rule-eval"])]).toEqual([
    false,
    true,
  ]);
  expect(read("concurrent-rule-eval").log).toEqual([["info", "Experimental concurrent rule evaluation enabled."]]);
});

test("search-api is switched on, and told", () => {
  expect([servesSearches(["search"]), servesSearches(["a,search-api"])]).toEqual([false, true]);
  expect(read("search-api").log).toEqual([["info", "Experimental search API enabled."]]);
});

test.each([{ feature: "extra-scrape-metrics", option: "extraMetrics" }])(
  "$feature changes what jobs do, with a warning",
  ({ feature, option }) => {
    const on = Object.entries(readScrapeDefaults([`promql-duration-expr,${feature}`])).filter(([, isOn]) => isOn);
    expect(on).toEqual([[option, true]]);
    expect(read(feature).log).toEqual([["warn", expect.stringContaining("is being phased out"), feature]]);
  },
);
