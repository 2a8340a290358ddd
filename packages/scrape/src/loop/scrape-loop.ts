import { formatGoDuration, type Clock } from "@ferula/durations";
import { isHttpClientError, type HttpClient } from "@ferula/http";
import { sleep, withDeadline } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import { isPromError } from "@ferula/model";
import type { Appender, AppendOutcome } from "@ferula/storage";
import type { ReadOutcome } from "../body-reader.ts";
import { createLineCache } from "../cache/line-cache.ts";
import { ScrapeError, type ScrapeCounts } from "../cache/scrape-error.ts";
import type { SeriesRules } from "../cache/series-maker.ts";
import type { MetadataSink } from "../cache/walk.ts";
import type { Workspace } from "../cache/workspace.ts";
import type { ScrapeMetrics } from "../metrics.ts";
import type { ScrapeConfig } from "../scrape-config.ts";
import { offsetMs, type Target } from "../target/target.ts";
import { acceptEncoding, acceptHeader } from "./accept-header.ts";
import { fetchBody } from "./fetch-body.ts";
import { createReportSeries } from "./scrape-report.ts";

/** How a target fares, for the page and the API. */
export interface TargetHealth {
  readonly health: "unknown" | "up" | "down";
  /** "" when all is well. */
  readonly lastError: string;
  /** 0 before the first scrape. */
  readonly lastScrapeMs: number;
  readonly lastDurationSeconds: number;
}

/** Scrapes one target until it is stopped. */
export interface ScrapeLoop {
  readonly target: Target;
  readonly health: () => TargetHealth;
  /** The same target was found again: its labels before relabelling may be others. */
  readonly rediscover: (target: Target) => void;
  /** From the next scrape on every one fails with `message`, without a request; undefined ends that. */
  readonly forceError: (message: string | undefined) => void;
  /** Ends at once, the scrape that runs included. The series stay live: the server comes back and goes on with them. */
  readonly stop: () => Promise<void>;
  /**
   * Ends after the scrape that runs; the target's series end with it. Their stale markers are of the time of the next scrape, but only
   * written after another one and a bit: if somebody else has gone on with the series by then, the storage refuses the markers as too
   * old. `successorIntervalMs` is the interval of who may do so, where that is another. `stop` cuts the wait short, without markers.
   */
  readonly retire: (successorIntervalMs?: number) => Promise<void>;
}

/** What a loop works with. */
export interface ScrapeLoopDeps {
  readonly appender: Appender;
  readonly workspace: Workspace;
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ScrapeMetrics;
  readonly metadata: MetadataSink;
  /** Spreads the targets of different servers, see `offsetMs`. */
  readonly seed: bigint;
}

/** A tick that comes this late or early still counts as on time, and is stamped with the time it was due: equal steps pack better. */
const TIMESTAMP_TOLERANCE_MS = 2;

/** Where a body has no limit of its own: a target that never ends must not take the memory of all. */
const SAFE_BODY_BYTES = 256 * 1024 * 1024;

const NO_COUNTS: ScrapeCounts = { scraped: 0, afterRelabelling: 0, added: 0 };

/** Starts scraping `target`, for the first time at its offset in the interval. */
export function startScrapeLoop(target: Target, config: ScrapeConfig, rules: SeriesRules, deps: ScrapeLoopDeps): ScrapeLoop {
  const { appender, workspace, client, clock, logger, metrics } = deps;
  const { intervalMs, timeoutMs, url } = target;
  /** No more scrapes; and, besides, not even the one that runs. */
  const ending = new AbortController();
  const stopping = new AbortController();
  const cache = createLineCache({
    workspace,
    rules,
    honorTimestamps: config.honor_timestamps,
    trackTimestampsStaleness: config.track_timestamps_staleness,
    sampleLimit: config.sample_limit,
    series: appender,
    metadata: deps.metadata,
  });
  const reportSeries = createReportSeries(
    { targetLabels: target.labels, hasExtraMetrics: config.extra_scrape_metrics ?? false, timeoutMs, sampleLimit: config.sample_limit },
    appender,
  );
  const headers = {
    Accept: acceptHeader(config),
    "Accept-Encoding": acceptEncoding(url, config.enable_compression),
    "X-Prometheus-Scrape-Timeout-Seconds": String(timeoutMs / 1000),
  };
  const maxBodyBytes = config.body_size_limit > 0 ? config.body_size_limit : SAFE_BODY_BYTES;
  const intervalText = formatGoDuration(intervalMs);
  let shown = target;
  let forcedError: string | undefined;
  let state: TargetHealth = { health: "unknown", lastError: "", lastScrapeMs: 0, lastDurationSeconds: 0 };
  let dueMs = firstDueMs();
  const ended = run();

  function firstDueMs(): number {
    const offset = offsetMs(target, deps.seed);
    return Math.ceil((clock.nowMs() - offset) / intervalMs) * intervalMs + offset;
  }

  async function run(): Promise<void> {
    let lastStartMs: number | undefined;
    while (await sleep(dueMs - clock.nowMs(), ending.signal, clock)) {
      const startMs = clock.nowMs();
      if (lastStartMs !== undefined) observeInterval((startMs - lastStartMs) / 1000);
      lastStartMs = startMs;
      const isOnTime = Math.abs(startMs - dueMs) <= Math.min(intervalMs / 100, TIMESTAMP_TOLERANCE_MS);
      await scrape(Math.round(isOnTime ? dueMs : startMs));
      // A scrape that took longer than the interval leaves out the ticks that it missed.
      dueMs += intervalMs * Math.max(1, Math.ceil((clock.nowMs() - dueMs) / intervalMs));
    }
  }

  function observeInterval(seconds: number): void {
    metrics.intervalSeconds.observe({ interval: intervalText }, seconds);
    metrics.intervalHistogram.observe({ interval: intervalText }, seconds);
  }

  async function scrape(timestampMs: number): Promise<void> {
    const startedMs = performance.now();
    let counts = NO_COUNTS;
    let bodySizeBytes = 0;
    let failure: Error | undefined;
    try {
      if (forcedError !== undefined) throw new ScrapeError(forcedError);
      const { region, sizeBytes } = await withDeadline(timeoutMs, stopping.signal, clock, (signal) =>
        fetchBody(client, { url, headers, signal, maxBodyBytes }, config.fallback_scrape_protocol, cache.lastSizeBytes(), workspace),
      );
      bodySizeBytes = sizeBytes;
      const outcome = cache.read(region, sizeBytes, timestampMs);
      counts = outcome;
      count(outcome, appender.append(outcome.batch));
    } catch (error) {
      // A scrape that was cut short tells nothing of the target.
      if (stopping.signal.aborted) return;
      failure = error as Error;
      if (error instanceof ScrapeError) counts = error.counts;
      if (isHttpClientError(error) && error.code === "body-too-large") bodySizeBytes = -1;
      countFailure(error);
      logFailure(failure);
      appendStale(timestampMs);
    }
    const durationSeconds = (performance.now() - startedMs) / 1000;
    if (config.extra_scrape_metrics) metrics.scrapeSeconds.observe(durationSeconds);
    const isUp = failure === undefined;
    state = {
      health: isUp ? "up" : "down",
      lastError: failure?.message ?? "",
      lastScrapeMs: timestampMs,
      lastDurationSeconds: durationSeconds,
    };
    try {
      reportSeries.append(timestampMs, { isUp, durationSeconds, bodySizeBytes, ...counts });
    } catch (error) {
      logger.warn("Appending scrape report failed", { target: url, err: error });
    }
  }

  function appendStale(timestampMs: number): void {
    try {
      const stale = cache.markAllStale(timestampMs);
      if (stale.length > 0) appender.append(stale);
    } catch (error) {
      logger.warn("Stale markers could not be stored", { target: url, err: error });
    }
  }

  /** What a target does wrong is told on its page. What goes wrong here must not hide there. */
  function logFailure(error: Error): void {
    if (error instanceof ScrapeError || isHttpClientError(error)) logger.debug("Scrape failed", { target: url, err: error });
    else if (isPromError(error)) logger.error("Scrape commit failed", { target: url, err: error });
    else logger.error("Scrape failed unexpectedly", { target: url, err: error, stack: error.stack });
  }

  function countFailure(error: unknown): void {
    if (isHttpClientError(error) && error.code === "body-too-large") metrics.bodyLimitExceeded.inc();
    if (!(error instanceof ScrapeError)) return;
    if (error.failure === "sample-limit") metrics.sampleLimitExceeded.inc();
    if (error.failure === "label-limit") metrics.labelLimitsExceeded.inc();
  }

  /** Upstream counts what is too old as out of bounds, and tells what is invalid in the log alone. */
  function count({ tooFarAhead }: ReadOutcome, { outOfOrder, duplicate, outOfBounds, tooOld, invalid }: AppendOutcome): void {
    const outside = outOfBounds + tooOld + tooFarAhead;
    metrics.outOfOrder.inc(outOfOrder);
    metrics.duplicateTimestamp.inc(duplicate);
    metrics.outOfBounds.inc(outside);
    if (outOfOrder + duplicate + outside + invalid === 0) return;
    logger.warn("Error on ingesting samples", {
      target: url,
      out_of_order: outOfOrder,
      different_value: duplicate,
      out_of_bounds: outside,
      ...(invalid > 0 ? { invalid } : {}),
    });
  }

  /** Ends the series, unless the loop is stopped before a successor must have gone on with them. */
  async function writeEndMarkers(successorIntervalMs: number): Promise<void> {
    if (state.lastScrapeMs === 0) return;
    if (!(await sleep(dueMs - clock.nowMs(), stopping.signal, clock))) return;
    const endMs = Math.round(clock.nowMs());
    if (!(await sleep(1.1 * Math.max(intervalMs, successorIntervalMs), stopping.signal, clock))) return;
    appendStale(endMs);
    try {
      reportSeries.end(endMs);
    } catch (error) {
      logger.warn("Stale markers could not be stored", { target: url, err: error });
    }
  }

  return {
    get target() {
      return shown;
    },
    health: () => state,
    rediscover(again) {
      shown = again;
    },
    forceError(message) {
      forcedError = message;
    },
    async stop() {
      ending.abort();
      stopping.abort();
      await ended;
      cache.free();
    },
    async retire(successorIntervalMs = intervalMs) {
      ending.abort();
      await ended;
      await writeEndMarkers(successorIntervalMs);
      cache.free();
    },
  };
}
