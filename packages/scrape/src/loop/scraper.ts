import type { Clock } from "@ferula/durations";
import { isHttpClientError, type HttpClient } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import { isPromError } from "@ferula/model";
import type { Appender, AppendOutcome } from "@ferula/storage";
import type { Span, TracerInForce } from "@ferula/tracing";
import type { ReadOutcome } from "../body-reader.ts";
import { SETTLED } from "../cache/refusals.ts";
import { ScrapeError, type ScrapeCounts } from "../cache/scrape-error.ts";
import type { Workspaces } from "../cache/workspace.ts";
import type { FailureLog } from "../failure-log.ts";
import type { ScrapeMetrics } from "../metrics.ts";
import type { ScrapeConfig } from "../scrape-config.ts";
import type { ScrapeOptions } from "../scrape-options.ts";
import type { Target } from "../target/target.ts";
import { acceptEncoding, acceptHeader } from "./accept-header.ts";
import { agendaOf } from "./agenda.ts";
import { chooseFormat, fallbackMediaType, type BodyFormat } from "./body-format.ts";
import { bodyLimit } from "./body-limit.ts";
import { createDeadline } from "./deadline.ts";
import { appendExemplars, type ExemplarSink } from "./exemplars.ts";
import { fetchBody, type FetchedBody } from "./fetch-body.ts";
import { createReportSeries, type ScrapeReport } from "./scrape-report.ts";
import { endScrapeSpan, startScrapeSpan, traceFetch } from "./scrape-span.ts";
import type { Inheritance, TargetState } from "./target-state.ts";

/** How a target fares, for the page and the API. */
export interface TargetHealth {
  readonly health: "unknown" | "up" | "down";
  /** "" when all is well. */
  readonly lastError: string;
  /** 0 before the first scrape. */
  readonly lastScrapeMs: number;
  readonly lastDurationSeconds: number;
}

/** That of a target of which nothing is known yet. */
export const UNKNOWN_HEALTH: TargetHealth = { health: "unknown", lastError: "", lastScrapeMs: 0, lastDurationSeconds: 0 };

/** What a scrape works with. */
export interface ScraperDeps {
  readonly appender: Appender;
  /** Absent where no exemplars are kept. */
  readonly exemplars?: ExemplarSink | undefined;
  readonly workspaces: Workspaces;
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: ScrapeMetrics;
  readonly options: ScrapeOptions;
  /** The log of failed scrapes that is open now. */
  readonly failureLog: () => FailureLog | undefined;
  /** Absent: nothing is traced. */
  readonly tracer?: TracerInForce | undefined;
}

/** Scrapes one target, when it is told to. */
export interface Scraper {
  readonly health: () => TargetHealth;
  /** Fetches, stores and reports. Never fails: what goes wrong is told. A scrape that `signal` cuts short leaves nothing behind. */
  readonly scrape: (timestampMs: number, signal: AbortSignal) => Promise<void>;
  /** From the next scrape on every one fails with `message`, without a request; undefined ends that. */
  readonly forceError: (message: string | undefined) => void;
  readonly hasScraped: () => boolean;
  /** Stale markers for all series that nobody has gone on with. */
  readonly end: (timestampMs: number) => void;
}

const NO_COUNTS: ScrapeCounts = { scraped: 0, afterRelabelling: 0, added: 0 };

/** How many samples were not taken. */
type Dropped = Omit<AppendOutcome, "appended">;

const NONE_DROPPED: Dropped = { outOfOrder: 0, duplicate: 0, outOfBounds: 0, tooOld: 0, invalid: 0 };

/** When a scrape is said to be, and when it began by the steady clock. */
interface ScrapeTimes {
  readonly timestampMs: number;
  readonly startedMs: number;
}

/** What became of a body. */
interface Stored {
  readonly counts: ScrapeCounts;
  /** The duration that the report tells which was stored with the body; absent where there is none yet. */
  readonly reportedSeconds?: number;
}

/** A scraper that begins with what was known of the target's health. */
export function createScraper(
  target: Target,
  config: ScrapeConfig,
  { reader, addedSeries }: TargetState,
  deps: ScraperDeps,
  before: Pick<Inheritance, "health" | "hasScraped">,
): Scraper {
  const { appender, workspaces, client, clock, metrics } = deps;
  const { timeoutMs, url } = target;
  const logger = deps.logger.with({ target: url });
  const reportSeries = createReportSeries(
    {
      targetLabels: target.labels,
      hasExtraMetrics: config.extra_scrape_metrics ?? false,
      timeoutMs,
      sampleLimit: config.sample_limit,
      hasSamples: before.hasScraped,
    },
    appender,
  );
  const headers = {
    Accept: acceptHeader(config),
    "Accept-Encoding": acceptEncoding(url, config.enable_compression),
    "X-Prometheus-Scrape-Timeout-Seconds": String(timeoutMs / 1000),
  };
  const limit = bodyLimit(config, deps.options);
  const fallback = fallbackMediaType(config.fallback_scrape_protocol);
  const inTime = createDeadline(timeoutMs, agendaOf(clock));
  /** What was made of the last Content-Type, where there was nothing to complain of. */
  let known: { readonly contentType: string; readonly format: BodyFormat } | undefined;
  let { health, hasScraped } = before;
  let forcedError: string | undefined;

  async function fetch(stopping: AbortSignal, span: Span | undefined): Promise<FetchedBody> {
    if (forcedError !== undefined) throw new ScrapeError(forcedError);
    try {
      return await inTime(stopping, (signal) => request(signal, span));
    } catch (error) {
      if (!stopping.aborted) deps.failureLog()?.write(config.job_name, url, (error as Error).message);
      throw error;
    }
  }

  function request(signal: AbortSignal, span: Span | undefined): Promise<FetchedBody> {
    if (span === undefined) return fetchBody(client, { url, headers, signal }, limit, reader.lastSizeBytes(), workspaces);
    return traceFetch(span, url, (traced, onStatus) =>
      fetchBody(client, { url, headers: { ...headers, ...traced }, signal }, limit, reader.lastSizeBytes(), workspaces, onStatus),
    );
  }

  async function store(
    { region, sizeBytes, contentType }: FetchedBody,
    { timestampMs, startedMs }: ScrapeTimes,
    stopping: AbortSignal,
  ): Promise<Stored> {
    if (sizeBytes === 0) {
      workspaces.regions.free(region);
      appendStale(timestampMs);
      return { counts: NO_COUNTS };
    }
    let format: BodyFormat;
    try {
      format = formatOf(contentType);
    } catch (error) {
      workspaces.regions.free(region);
      throw error;
    }
    const workspace = workspaces.take();
    try {
      const reading = reader.read(format, region, sizeBytes, timestampMs, workspace);
      let step = reading.next();
      while (step.done !== true) {
        await workspaces.pause(workspace);
        step = stopping.aborted ? reading.throw(stopping.reason) : reading.next();
      }
      const outcome = step.value;
      const { scraped, afterRelabelling } = outcome;
      const durationSeconds = secondsSince(startedMs);
      const report = { isUp: true, durationSeconds, bodySizeBytes: sizeBytes, scraped, afterRelabelling, added: 0 };
      const isReported = append(outcome, timestampMs, report);
      const counts = { scraped, afterRelabelling, added: addedSeries.ofGood(settle(outcome)) };
      keepExemplars(outcome);
      return isReported ? { counts, reportedSeconds: durationSeconds } : { counts };
    } finally {
      workspaces.give(workspace);
    }
  }

  /**
   * Appends a body and, where it has room for that, the report; whether it has: a report by itself costs as much as a small body. How many
   * series were added is only known when the storage has taken them.
   */
  function append(outcome: ReadOutcome, timestampMs: number, report: ScrapeReport): boolean {
    const { batch, onRejected } = outcome;
    const { length } = batch;
    const isReported = outcome.added === 0 && reportSeries.addTo(batch, timestampMs, report);
    if (!isReported) {
      countDropped(outcome, appender.append(batch, onRejected));
      return false;
    }
    // Who scrapes the same again at once gets no sample of its report: that counts for nothing.
    const ofReport = { outOfOrder: 0, duplicate: 0, outOfBounds: 0, tooOld: 0, invalid: 0 };
    try {
      const all = appender.append(batch, (kind, index, reason, existing) => {
        if (kind === "float" && index >= length) ofReport[reason]++;
        else onRejected?.(kind, index, reason, existing);
      });
      countDropped(outcome, all, ofReport);
    } finally {
      batch.length = length;
    }
    return true;
  }

  /** Ends what the storage did not take of a body, and returns what was added without that. */
  function settle({ scraped, afterRelabelling, added, settle: settleReader }: ReadOutcome): ScrapeCounts {
    const { notAdded, stale } = settleReader?.() ?? SETTLED;
    try {
      if (stale !== undefined && stale.length > 0) appender.append(stale);
    } catch (error) {
      // The body is stored: its scrape has not failed.
      logger.warn("Stale markers could not be stored", { err: error });
    }
    return { scraped, afterRelabelling, added: Math.max(0, added - notAdded) };
  }

  function formatOf(contentType: string): BodyFormat {
    if (known?.contentType === contentType) return known.format;
    try {
      const { format, complaint } = chooseFormat(contentType, fallback);
      if (complaint === undefined) known = { contentType, format };
      else {
        logger.debug("Invalid content type on scrape, using fallback setting.", {
          content_type: contentType,
          fallback_media_type: fallback,
          err: complaint,
        });
      }
      return format;
    } catch (error) {
      logger.error("Failed to determine correct type of scrape target.", {
        content_type: contentType,
        fallback_media_type: fallback,
        err: error,
      });
      throw error;
    }
  }

  /** Upstream counts what is too old as out of bounds, and tells what is invalid in the log alone. */
  function countDropped({ tooFarAhead }: ReadOutcome, all: Dropped, ofReport: Dropped = NONE_DROPPED): void {
    const outOfOrder = all.outOfOrder - ofReport.outOfOrder;
    const duplicate = all.duplicate - ofReport.duplicate;
    const invalid = all.invalid - ofReport.invalid;
    const outside = all.outOfBounds + all.tooOld + tooFarAhead - ofReport.outOfBounds - ofReport.tooOld;
    metrics.outOfOrder.inc(outOfOrder);
    metrics.duplicateTimestamp.inc(duplicate);
    metrics.outOfBounds.inc(outside);
    warnOfDropped("Error on ingesting out-of-order samples", outOfOrder);
    warnOfDropped("Error on ingesting samples with different value but same timestamp", duplicate);
    warnOfDropped("Error on ingesting samples that are too old or are too far into the future", outside);
    warnOfDropped("Error on ingesting samples that are invalid", invalid);
  }

  function warnOfDropped(message: string, count: number): void {
    if (count > 0) logger.warn(message, { num_dropped: count });
  }

  /** Exemplars that can't be kept fail no scrape. */
  function keepExemplars({ exemplars = [], exemplarsLeftOut = 0 }: ReadOutcome): void {
    warnOfDropped("Exemplars are left out of a body that has too many, or too long ones", exemplarsLeftOut);
    if (deps.exemplars === undefined || exemplars.length === 0) return;
    try {
      const outOfOrder = appendExemplars(exemplars, deps.exemplars);
      metrics.exemplarOutOfOrder.inc(outOfOrder);
      warnOfDropped("Error on ingesting out-of-order exemplars", outOfOrder);
    } catch (error) {
      logger.warn("Exemplars could not be stored", { err: error });
    }
  }

  /** Where somebody has gone on with a series, its marker is refused, though the storage may take samples out of order. */
  function appendStale(timestampMs: number): void {
    const workspace = workspaces.take();
    try {
      const stale = reader.markAllStale(timestampMs, workspace);
      if (stale.length > 0) appender.append({ ...stale, inOrderOnly: true });
    } catch (error) {
      logger.warn("Stale markers could not be stored", { err: error });
    } finally {
      workspaces.give(workspace);
    }
  }

  function countFailure(error: unknown): void {
    if (!(error instanceof ScrapeError)) return;
    if (error.failure === "body-limit") metrics.bodyLimitExceeded.inc();
    if (error.failure === "sample-limit") metrics.sampleLimitExceeded.inc();
    if (error.failure === "bucket-limit") metrics.bucketLimitExceeded.inc();
    if (error.failure === "label-limit") metrics.labelLimitsExceeded.inc();
  }

  /** What a target does wrong is told on its page. What goes wrong here must not hide there. */
  function logFailure(error: Error): void {
    if (error instanceof ScrapeError || isHttpClientError(error)) logger.debug("Scrape failed", { err: error });
    else if (isPromError(error)) logger.error("Scrape commit failed", { err: error });
    else logger.error("Scrape failed unexpectedly", { err: error, stack: error.stack });
  }

  function fail(error: Error, timestampMs: number): void {
    countFailure(error);
    logFailure(error);
    appendStale(timestampMs);
  }

  async function scrape(timestampMs: number, stopping: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    const span = startScrapeSpan(deps.tracer, config.job_name, url);
    let stored: Stored = { counts: NO_COUNTS };
    let bodySizeBytes = 0;
    let failure: Error | undefined;
    try {
      const body = await fetch(stopping, span);
      bodySizeBytes = body.sizeBytes;
      stored = await store(body, { timestampMs, startedMs }, stopping);
    } catch (error) {
      // A scrape that was cut short tells nothing of the target.
      if (stopping.aborted) {
        if (span !== undefined) endScrapeSpan(span);
        return;
      }
      failure = error as Error;
      if (error instanceof ScrapeError) {
        stored = { counts: { ...error.counts, added: addedSeries.ofFailed(error.counts, config.sample_limit) } };
        if (error.failure === "body-limit") bodySizeBytes = -1;
      }
      fail(failure, timestampMs);
    }
    const { counts, reportedSeconds } = stored;
    if (span !== undefined) endScrapeSpan(span, { ...counts, bodySizeBytes, failure });
    const durationSeconds = reportedSeconds ?? secondsSince(startedMs);
    if (config.extra_scrape_metrics) metrics.scrapeSeconds.observe(durationSeconds);
    hasScraped = true;
    health = {
      health: failure === undefined ? "up" : "down",
      lastError: failure?.message ?? "",
      lastScrapeMs: timestampMs,
      lastDurationSeconds: durationSeconds,
    };
    if (reportedSeconds !== undefined) return;
    try {
      reportSeries.append(timestampMs, { isUp: failure === undefined, durationSeconds, bodySizeBytes, ...counts });
    } catch (error) {
      logger.warn("Appending scrape report failed", { err: error });
    }
  }

  return {
    health: () => health,
    hasScraped: () => hasScraped,
    scrape,
    forceError(message) {
      forcedError = message;
    },
    end(timestampMs) {
      appendStale(timestampMs);
      try {
        reportSeries.end(timestampMs);
      } catch (error) {
        logger.warn("Stale markers could not be stored", { err: error });
      }
    },
  };
}

function secondsSince(startedMs: number): number {
  return (performance.now() - startedMs) / 1000;
}
