import { type AddedSeries, createAddedSeries } from "./added-series.ts";
import { createReader, type ReaderDeps } from "./create-reader.ts";
import type { SeriesRules } from "../cache/series-maker.ts";
import type { ScrapeConfig } from "../scrape-config.ts";
import type { Target } from "../target/target.ts";
import type { TargetHealth } from "./scraper.ts";
import { createTargetReader, type TargetReader } from "./target-reader.ts";

/** What is remembered of a target from one scrape to the next, and from one loop to its heir. */
export interface TargetState {
  readonly reader: TargetReader;
  readonly addedSeries: AddedSeries;
  /** That of the job as it is configured now. */
  sampleLimit: number;
}

/** What a loop leaves to the one that goes on with its target. */
export interface Inheritance {
  readonly health: TargetHealth;
  readonly hasScraped: boolean;
  readonly state: TargetState;
  /** Until then the state is in use. */
  readonly ended: Promise<void>;
}

/** The state of a target that was never scraped. */
export function createTargetState(
  target: Target,
  config: ScrapeConfig,
  rules: SeriesRules,
  deps: Omit<ReaderDeps, "sampleLimit" | "record">,
): TargetState {
  const readerDeps = { ...deps, sampleLimit: () => state.sampleLimit };
  const state: TargetState = {
    reader: createTargetReader((format, record) => createReader(format, target, config, rules, { ...readerDeps, record }), deps.appender),
    addedSeries: createAddedSeries(),
    sampleLimit: config.sample_limit,
  };
  return state;
}
