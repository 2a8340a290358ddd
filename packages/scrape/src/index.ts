export { createWorkspace, type Workspace } from "./cache/workspace.ts";
export { createLineCache, type LineCache, type LineCacheDeps, type MetadataSink, type ReadOutcome } from "./cache/line-cache.ts";
export { ScrapeError, type SeriesRules } from "./cache/series-maker.ts";
export { SAFE_BODY_BYTES, startScrapeLoop, type ScrapeLoop, type ScrapeLoopDeps, type TargetHealth } from "./loop.ts";
export { createScrapeManager, type ScrapeManager, type ScrapeManagerDeps } from "./manager.ts";
export { createScrapeMetrics, type ScrapeMetrics } from "./metrics.ts";
export { createScrapePool, type ScrapePool, type ScrapePoolDeps } from "./pool.ts";
export { checkScrapeConfig, histogramShape, scrapeConfigShape, scrapeLimitsShape, SCRAPE_PROTOCOLS, type ScrapeConfig } from "./scrape-config.ts";
export { offsetMs, targetsOfGroup, type DroppedTarget, type Target } from "./target/target.ts";
