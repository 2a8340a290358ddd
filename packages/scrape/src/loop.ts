import type { Clock } from "@ferula/durations";
import { readContentType } from "@ferula/exposition";
import type { HttpClient } from "@ferula/http";
import type { Region } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import { createSampleBatch, LabelsBuilder, METRIC_NAME, setStaleAt } from "@ferula/model";
import type { Appender, SeriesRef } from "@ferula/storage";
import { createLineCache, type MetadataSink } from "./cache/line-cache.ts";
import { ScrapeError, type SeriesRules } from "./cache/series-maker.ts";
import type { Workspace } from "./cache/workspace.ts";
import type { ScrapeMetrics } from "./metrics.ts";
import type { ScrapeConfig } from "./scrape-config.ts";
import { offsetMs, type Target } from "./target/target.ts";

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
  /** Ends after the scrape that runs; `markStale` tells whether the target's series end with it. */
  readonly stop: (markStale: boolean) => Promise<void>;
}

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
  readonly userAgent: string;
}

/** A tick that comes this late or early still counts as on time, and is stamped with the time it was due: equal steps pack better. */
const TIMESTAMP_TOLERANCE_MS = 2;

/** Where a body has no limit of its own: a target that never ends must not take the memory of all. */
export const SAFE_BODY_BYTES: number = 256 * 1024 * 1024;

const ACCEPT = "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.2";

const REPORT_NAMES = ["up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"] as const;

/** Starts scraping `target`, for the first time at its offset in the interval. */
export function startScrapeLoop(target: Target, config: ScrapeConfig, rules: SeriesRules, deps: ScrapeLoopDeps): ScrapeLoop {
  const { appender, workspace, client, clock, logger, metrics } = deps;
  const { shared, regions } = workspace;
  const stopping = new AbortController();
  const cache = createLineCache({
    workspace,
    rules,
    honorTimestamps: config.honor_timestamps,
    trackTimestampsStaleness: config.track_timestamps_staleness,
    sampleLimit: config.sample_limit,
    seriesRef: appender.seriesRef,
    metadata: deps.metadata,
  });
  const report = createSampleBatch(REPORT_NAMES.length);
  let reportRefs: readonly SeriesRef[] | undefined;
  let state: TargetHealth = { health: "unknown", lastError: "", lastScrapeMs: 0, lastDurationSeconds: 0 };
  const ended = run();

  async function run(): Promise<void> {
    const offset = offsetMs(target, deps.seed);
    const { intervalMs } = target;
    let dueMs = Math.ceil((clock.nowMs() - offset) / intervalMs) * intervalMs + offset;
    let lastStartMs: number | undefined;
    while (await waitUntil(dueMs)) {
      const startMs = clock.nowMs();
      if (lastStartMs !== undefined) metrics.intervalSeconds.observe({ interval: `${intervalMs / 1000}s` }, (startMs - lastStartMs) / 1000);
      lastStartMs = startMs;
      const isOnTime = Math.abs(startMs - dueMs) <= Math.min(intervalMs * 0.01, TIMESTAMP_TOLERANCE_MS);
      await scrape(isOnTime ? dueMs : startMs);
      // A scrape that took longer than the interval leaves out the ticks that it missed.
      dueMs += intervalMs * Math.max(1, Math.ceil((clock.nowMs() - dueMs) / intervalMs));
    }
  }

  /** Whether the time came; false when the loop is stopped first. */
  function waitUntil(dueMs: number): Promise<boolean> {
    if (stopping.signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const cancel = clock.setTimeout(() => {
        stopping.signal.removeEventListener("abort", stop);
        resolve(true);
      }, dueMs - clock.nowMs());
      const stop = (): void => {
        cancel();
        resolve(false);
      };
      stopping.signal.addEventListener("abort", stop, { once: true });
    });
  }

  async function scrape(timestampMs: number): Promise<void> {
    const startedMs = performance.now();
    let counts = { scraped: 0, afterRelabelling: 0, added: 0 };
    let failure: Error | undefined;
    try {
      const { region, sizeBytes } = await fetchBody();
      if (stopping.signal.aborted) return regions.free(region);
      const outcome = cache.read(region, sizeBytes, Math.round(timestampMs));
      counts = outcome;
      count(appender.append(outcome.batch));
    } catch (error) {
      if (stopping.signal.aborted) return;
      failure = error as Error;
      if (failure.message === "sample limit exceeded") metrics.sampleLimitExceeded.inc();
      logger.debug("Scrape failed", { target: target.url, err: failure });
      appendStale(Math.round(timestampMs));
    }
    const durationSeconds = (performance.now() - startedMs) / 1000;
    state = { health: failure === undefined ? "up" : "down", lastError: failure?.message ?? "", lastScrapeMs: timestampMs, lastDurationSeconds: durationSeconds };
    appendReport(Math.round(timestampMs), [failure === undefined ? 1 : 0, durationSeconds, counts.scraped, counts.afterRelabelling, counts.added]);
  }

  /** The body, in a region with room for a newline and for what the kernels read beyond the end. */
  async function fetchBody(): Promise<{ region: Region; sizeBytes: number }> {
    let region = regions.allocate(Math.max(4096, Math.ceil(cache.lastSizeBytes() * 1.05) + 64));
    let sizeBytes = 0;
    const limit = config.body_size_limit > 0 ? config.body_size_limit : SAFE_BODY_BYTES;
    const timeout = AbortSignal.timeout(target.timeoutMs);
    try {
      const { status, headers } = await client.stream(
        {
          url: target.url,
          headers: {
            Accept: ACCEPT,
            "Accept-Encoding": config.enable_compression && !isLoopback(target.url) ? "gzip" : "identity",
            "User-Agent": deps.userAgent,
            "X-Prometheus-Scrape-Timeout-Seconds": String(target.timeoutMs / 1000),
          },
          signal: AbortSignal.any([timeout, stopping.signal]),
          maxBodyBytes: limit,
        },
        (bytes) => {
          if (sizeBytes + bytes.length + 64 > region.sizeBytes) region = growBody(region, sizeBytes, bytes.length);
          shared.u8.set(bytes, region.address + sizeBytes);
          sizeBytes += bytes.length;
        },
      );
      if (status !== 200) throw new ScrapeError(`server returned HTTP status ${status}`);
      checkContentType(headers.get("content-type") ?? "");
      return { region, sizeBytes };
    } catch (error) {
      regions.free(region);
      if ((error as Error).message.startsWith("body size limit exceeded")) metrics.bodyLimitExceeded.inc();
      throw error;
    }
  }

  function growBody(region: Region, usedBytes: number, moreBytes: number): Region {
    const grown = regions.allocate(Math.max(region.sizeBytes * 2, usedBytes + moreBytes + 64));
    shared.u8.copyWithin(grown.address, region.address, region.address + usedBytes);
    regions.free(region);
    return grown;
  }

  function checkContentType(contentType: string): void {
    const fallback = config.fallback_scrape_protocol;
    const format = contentType === "" ? undefined : readContentType(contentType);
    if (format === "text-0.0.4" || format === "text-1.0.0") return;
    if (format !== undefined) throw new ScrapeError(`received Content-Type "${contentType}", a format that is not supported yet`);
    if (fallback.startsWith("PrometheusText")) return;
    if (contentType === "") throw new ScrapeError("non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target");
    throw new ScrapeError(`received unsupported Content-Type "${contentType}" and no fallback_scrape_protocol specified for target`);
  }

  function appendStale(timestampMs: number): void {
    const stale = cache.markAllStale(timestampMs);
    if (stale.length === 0) return;
    try {
      appender.append(stale);
    } catch (error) {
      logger.warn("Stale markers could not be stored", { target: target.url, err: error });
    }
  }

  function appendReport(timestampMs: number, values: readonly number[]): void {
    try {
      reportRefs ??= REPORT_NAMES.map((name) => appender.seriesRef(new LabelsBuilder(target.labels).set(METRIC_NAME, name).labels()));
      report.length = values.length;
      report.refs.set(reportRefs);
      report.values.set(values);
      report.timestampsMs.fill(timestampMs);
      appender.append(report);
    } catch (error) {
      logger.warn("Appending scrape report failed", { target: target.url, err: error });
    }
  }

  function endReport(timestampMs: number): void {
    if (reportRefs === undefined) return;
    report.timestampsMs.fill(timestampMs);
    for (let i = 0; i < report.length; i++) setStaleAt(report, i);
    appender.append(report);
  }

  function count({ outOfOrder, duplicate, outOfBounds }: ReturnType<Appender["append"]>): void {
    if (outOfOrder > 0) metrics.outOfOrder.inc(outOfOrder);
    if (duplicate > 0) metrics.duplicateTimestamp.inc(duplicate);
    if (outOfBounds > 0) metrics.outOfBounds.inc(outOfBounds);
    if (outOfOrder + duplicate + outOfBounds > 0) {
      logger.warn("Error on ingesting samples", { target: target.url, out_of_order: outOfOrder, different_value: duplicate, out_of_bounds: outOfBounds });
    }
  }

  return {
    target,
    health: () => state,
    async stop(markStale) {
      stopping.abort(new Error("the target is gone"));
      await ended;
      if (markStale) {
        const nowMs = clock.nowMs();
        appendStale(nowMs);
        endReport(nowMs);
      }
      cache.free();
    },
  };
}

/** On the machine itself packing costs more than it saves. */
function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}

