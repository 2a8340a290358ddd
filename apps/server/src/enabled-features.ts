import type { Logger } from "@ferula/logging";
import { PROTOBUF_FIRST_PROTOCOLS } from "@ferula/scrape";
import type { ScrapeDefaults } from "@ferula/server-config";
import { defaultParseOptions, type EvaluationFeatures, type ParseOptions } from "@ferula/query-api";

/** The parts of the language that `--enable-feature` switches on, and what upstream logs then. */
const SYNTAX: ReadonlyMap<string, { readonly option: keyof ParseOptions; readonly message: string }> = new Map([
  ["promql-experimental-functions", { option: "experimentalFunctions", message: "Experimental PromQL functions enabled." }],
  [
    "promql-extended-range-selectors",
    { option: "extendedRangeSelectors", message: "Experimental PromQL extended range selectors enabled." },
  ],
  ["promql-binop-fill-modifiers", { option: "binopFillModifiers", message: "Experimental PromQL binary operator fill modifiers enabled." }],
]);

/** How queries are evaluated otherwise, and what upstream logs then. */
const EVALUATION: ReadonlyMap<string, { readonly option: keyof EvaluationFeatures; readonly message: string }> = new Map([
  ["promql-per-step-stats", { option: "perStepStats", message: "Experimental per-step statistics reporting" }],
  ["promql-delayed-name-removal", { option: "delayedNameRemoval", message: "Experimental PromQL delayed name removal enabled." }],
  ["type-and-unit-labels", { option: "typeAndUnitLabels", message: "Experimental type and unit labels enabled" }],
  ["use-start-timestamps", { option: "startTimestamps", message: "Experimental usage of start timestamps in PromQL engine is enabled." }],
]);

/** What of the database `--enable-feature` switches on. */
export interface StorageFeatures {
  readonly exemplarStorage: boolean;
  readonly memorySnapshot: boolean;
  readonly metadataRecords: boolean;
  readonly xor2Encoding: boolean;
  readonly startStorage: boolean;
  readonly startZeros: boolean;
  readonly histogramStarts: boolean;
  readonly delayedCompaction: boolean;
}

/** What is told with the features by which the protobuf format is asked for first: start times come with it. */
const PROTOBUF_FIRST = { "global.scrape_protocols": `[${PROTOBUF_FIRST_PROTOCOLS.join(" ")}]` };

/** A feature of the database, and what upstream logs then. */
interface StorageFeature {
  readonly option: keyof StorageFeatures;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** Its features. */
const STORAGE: ReadonlyMap<string, StorageFeature> = new Map<string, StorageFeature>([
  ["exemplar-storage", { option: "exemplarStorage", message: "Experimental in-memory exemplar storage enabled" }],
  ["memory-snapshot-on-shutdown", { option: "memorySnapshot", message: "Experimental memory snapshot on shutdown enabled" }],
  ["metadata-wal-records", { option: "metadataRecords", message: "Experimental metadata records in WAL enabled" }],
  ["xor2-encoding", { option: "xor2Encoding", message: "Experimental XOR2 chunk encoding enabled." }],
  [
    "st-storage",
    {
      option: "startStorage",
      message:
        "Experimental start timestamp storage enabled. OpenMetrics 1.0 parsing will parse <metric>_created metrics as ST instead of normal sample. Changed default scrape_protocols to prefer PrometheusProto format.",
      fields: PROTOBUF_FIRST,
    },
  ],
  [
    "created-timestamp-zero-ingestion",
    {
      option: "startZeros",
      message:
        "Experimental start timestamp zero ingestion enabled. OpenMetrics 1.0 parsing will parse <metric>_created metrics as ST instead of normal sample. Changed default scrape_protocols to prefer PrometheusProto format.",
      fields: PROTOBUF_FIRST,
    },
  ],
  ["histograms-st-encoding", { option: "histogramStarts", message: "Experimental ST-capable histogram chunk encoding enabled." }],
  ["delayed-compaction", { option: "delayedCompaction", message: "Experimental delayed compaction is enabled." }],
]);

/** What of scraping `--enable-feature` switches on, and what upstream warns of then. */
const SCRAPING: ReadonlyMap<string, { readonly option: keyof ScrapeDefaults; readonly message: string }> = new Map([
  [
    "extra-scrape-metrics",
    {
      option: "extraMetrics",
      message:
        "This option for --enable-feature is being phased out. It currently changes the default for the extra_scrape_metrics config setting to true, but will become a no-op in a future version. Stop using this option and set extra_scrape_metrics in the config instead.",
    },
  ],
]);

/** Makes up start times for counters of targets that tell none. */
const START_SYNTHESIS = "st-synthesis";

/** What of it upstream logs. */
const STARTS: ReadonlyMap<string, { readonly message: string }> = new Map([
  [START_SYNTHESIS, { message: "Experimental start timestamp synthesis enabled." }],
]);

/** Evaluates rules of a group that don't need each other's series at once. */
const CONCURRENT_RULES = "concurrent-rule-eval";

/** What of the rules `--enable-feature` switches on, and what upstream logs then. */
const RULES: ReadonlyMap<string, { readonly message: string }> = new Map([
  [CONCURRENT_RULES, { message: "Experimental concurrent rule evaluation enabled." }],
]);

/** Names and values can be searched. */
const SEARCH = "search-api";

/** What of the API `--enable-feature` switches on, and what upstream logs then. */
const API: ReadonlyMap<string, { readonly message: string }> = new Map([[SEARCH, { message: "Experimental search API enabled." }]]);

/** Reloads when the configuration changes, as `--config.auto-reload`. */
const AUTO_RELOAD = "auto-reload-config";

/** What has a flag of its own by now, and what upstream warns of then. */
const RELOADING: ReadonlyMap<string, { readonly message: string }> = new Map([
  [AUTO_RELOAD, { message: "This option for --enable-feature is deprecated. Use --config.auto-reload instead." }],
]);

/** What `--enable-feature` can switch on. */
export const featureNames: readonly string[] = [SYNTAX, EVALUATION, STORAGE, STARTS, SCRAPING, RULES, API, RELOADING]
  .flatMap((known) => [...known.keys()])
  .sort();

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
  "fast-startup",
  "old-ui",
  "otlp-deltatocumulative",
  "otlp-native-delta-ingestion",
  "use-uncached-io",
]);

/** Reads `--enable-feature`, each value a list with commas. What can't be switched on is warned of, as upstream does. */
export function readFeatures(lists: readonly string[], logger: Logger): ParseOptions {
  const options: Record<keyof ParseOptions, boolean> = { ...defaultParseOptions };
  for (const option of namesOf(lists)) {
    const syntax = SYNTAX.get(option);
    const storage = STORAGE.get(option);
    const other = EVALUATION.get(option) ?? STARTS.get(option) ?? RULES.get(option) ?? API.get(option);
    const deprecated = SCRAPING.get(option) ?? RELOADING.get(option);
    const noLongerNeeded = NO_LONGER_NEEDED.get(option);
    if (syntax !== undefined) {
      options[syntax.option] = true;
      logger.info(syntax.message);
    } else if (storage !== undefined) {
      logger.info(storage.message, storage.fields);
    } else if (other !== undefined) {
      logger.info(other.message);
    } else if (deprecated !== undefined) {
      logger.warn(deprecated.message, { option });
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

/** The ways to evaluate queries among those of `--enable-feature`. */
export function readEvaluationFeatures(lists: readonly string[]): EvaluationFeatures {
  const names = namesOf(lists);
  const isOn = (wanted: keyof EvaluationFeatures): boolean => names.some((name) => EVALUATION.get(name)?.option === wanted);
  return {
    delayedNameRemoval: isOn("delayedNameRemoval"),
    startTimestamps: isOn("startTimestamps"),
    perStepStats: isOn("perStepStats"),
    typeAndUnitLabels: isOn("typeAndUnitLabels"),
  };
}

/** What jobs do that say nothing, by those of `--enable-feature`. */
export function readScrapeDefaults(lists: readonly string[]): ScrapeDefaults {
  const names = namesOf(lists);
  const isOn = (wanted: keyof ScrapeDefaults): boolean => names.some((name) => SCRAPING.get(name)?.option === wanted);
  return { extraMetrics: isOn("extraMetrics"), protobufFirst: takesStartTimestamps(lists) };
}

/** The features of the database among those of `--enable-feature`. */
export function readStorageFeatures(lists: readonly string[]): StorageFeatures {
  const names = namesOf(lists);
  const isOn = (wanted: keyof StorageFeatures): boolean => names.some((name) => STORAGE.get(name)?.option === wanted);
  return {
    exemplarStorage: isOn("exemplarStorage"),
    memorySnapshot: isOn("memorySnapshot"),
    metadataRecords: isOn("metadataRecords"),
    xor2Encoding: isOn("xor2Encoding"),
    startStorage: isOn("startStorage"),
    startZeros: isOn("startZeros"),
    histogramStarts: isOn("histogramStarts"),
    delayedCompaction: isOn("delayedCompaction"),
  };
}

/** Whether `--enable-feature` has scrapes make up start times where targets tell none. */
export function makesUpStarts(lists: readonly string[]): boolean {
  return namesOf(lists).includes(START_SYNTHESIS);
}

/** Whether `--enable-feature` has scrapes take the start times that targets tell. */
export function takesStartTimestamps(lists: readonly string[]): boolean {
  const { startStorage, startZeros } = readStorageFeatures(lists);
  return startStorage || startZeros;
}

/** Whether `--enable-feature` has rules of a group evaluated at once. */
export function evaluatesRulesConcurrently(lists: readonly string[]): boolean {
  return namesOf(lists).includes(CONCURRENT_RULES);
}

/** Why those of `--enable-feature` can't be on together. */
export function featureProblem({ "enable-feature": lists }: { readonly "enable-feature": readonly string[] }): string | undefined {
  const names = namesOf(lists);
  const isBoth = names.includes("otlp-deltatocumulative") && names.includes("otlp-native-delta-ingestion");
  return isBoth ? "cannot enable otlp-deltatocumulative and otlp-native-delta-ingestion features at the same time" : undefined;
}

/** Whether `--enable-feature` has names and values searched. */
export function servesSearches(lists: readonly string[]): boolean {
  return namesOf(lists).includes(SEARCH);
}

/** Whether `--enable-feature` has the server reload when its configuration changes. */
export function reloadsOnChange(lists: readonly string[]): boolean {
  return namesOf(lists).includes(AUTO_RELOAD);
}

function namesOf(lists: readonly string[]): readonly string[] {
  return lists.flatMap((list) => list.split(","));
}
