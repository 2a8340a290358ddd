export { type RelabelStep } from "@ferula/relabel";
export { type BodyReader, type ReadOutcome, type ScrapedExemplar } from "./body-reader.ts";
export { createLineCache, type LineCacheDeps } from "./cache/line-cache.ts";
export { ScrapeError, type ScrapeCounts, type ScrapeFailure } from "./cache/scrape-error.ts";
export { type SeriesRules } from "./cache/series-maker.ts";
export { type TargetMetadata } from "./cache/target-metadata.ts";
export { createWorkspaces, type Workspaces } from "./cache/workspace.ts";
export { type FailureLog, type OpenFailureLog } from "./failure-log.ts";
export { type ExemplarSink } from "./loop/exemplars.ts";
export { startScrapeLoop, type ScrapeLoop, type ScrapeLoopDeps } from "./loop/scrape-loop.ts";
export { type TargetHealth } from "./loop/scraper.ts";
export { createScrapeManager, type ScrapeManager, type ScrapeManagerDeps } from "./manager.ts";
export { createScrapeMetrics, type ScrapeMetrics } from "./metrics.ts";
export { createScrapePool, type ScrapePool, type ScrapePoolDeps } from "./pool.ts";
export {
  convertHistogramsField,
  extraMetricsField,
  failureLogField,
  limitField,
  nameEscapingField,
  nameValidationField,
  nativeHistogramsField,
  scrapeConfigChecks,
  scrapeConfigShape,
  scrapeLimitsShape,
  type ScrapeConfig,
} from "./scrape-config.ts";
export { DEFAULT_SCRAPE_PROTOCOLS, PROTOBUF_FIRST_PROTOCOLS, scrapeProtocolsField } from "./scrape-protocols.ts";
export { defaultScrapeOptions, type ScrapeOptions } from "./scrape-options.ts";
export { offsetMs, targetsOfGroup, type DroppedTarget, type HistogramWishes, type Target, type TargetsOfGroup } from "./target/target.ts";
