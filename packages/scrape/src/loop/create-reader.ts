import type { Appender } from "@ferula/storage";
import type { BodyReader } from "../body-reader.ts";
import { createLineCache } from "../cache/line-cache.ts";
import type { SeriesRules } from "../cache/series-maker.ts";
import type { MetadataRecord } from "../cache/target-metadata.ts";
import type { Workspaces } from "../cache/workspace.ts";
import { createConvertingReader } from "../messages/converting-reader.ts";
import { finestSchema } from "../messages/limit-histogram.ts";
import { createMessageReader } from "../messages/message-reader.ts";
import type { ScrapeConfig } from "../scrape-config.ts";
import type { ScrapeOptions } from "../scrape-options.ts";
import { createMadeUpStarts, type MadeUpStarts } from "../starts/made-up-starts.ts";
import type { Target } from "../target/target.ts";
import type { BodyFormat } from "./body-format.ts";
import type { ExemplarSink } from "./exemplars.ts";

/** What readers of bodies work with. */
export interface ReaderDeps {
  readonly appender: Appender;
  readonly workspaces: Workspaces;
  readonly options: ScrapeOptions;
  /** Absent where no exemplars are kept; then none are read. */
  readonly exemplars?: ExemplarSink | undefined;
  /** How many samples a body may have now; 0 is no limit. */
  readonly sampleLimit: () => number;
  /** The target's metadata. */
  readonly record: MetadataRecord;
}

/** A reader of the bodies of `target` in `format`. */
export function createReader(
  format: BodyFormat,
  { histograms }: Pick<Target, "histograms">,
  config: ScrapeConfig,
  rules: SeriesRules,
  { appender, workspaces, options, exemplars, sampleLimit, record }: ReaderDeps,
): BodyReader {
  const { takesStartTimestamps, makesUpStarts } = options;
  const tableStarts = (): MadeUpStarts | undefined => (makesUpStarts ? createMadeUpStarts(appender) : undefined);
  const common = {
    workspaces,
    record,
    rules,
    honorTimestamps: config.honor_timestamps,
    trackTimestampsStaleness: config.track_timestamps_staleness,
    sampleLimit,
    takesExemplars: exemplars !== undefined,
    series: appender,
  };
  const limits = {
    bucketLimit: config.native_histogram_bucket_limit,
    finestSchema: finestSchema(config.native_histogram_min_bucket_factor),
  };
  if (format === "protobuf") {
    const forms = { readsNative: histograms.native, keepsClassic: histograms.classicToo, convertsClassic: histograms.converted };
    return createMessageReader({ ...common, forms, limits, takesStartTimestamps, madeUp: tableStarts() });
  }
  const lines = { ...common, syntax: format, takesStartTimestamps };
  if (!histograms.converted) return createLineCache({ ...lines, makesUpStarts });
  return createConvertingReader({ ...lines, keepsClassic: histograms.classicToo, limits, madeUp: tableStarts() });
}
