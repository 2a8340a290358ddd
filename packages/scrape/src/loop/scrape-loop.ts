import type { HistogramChild, SummaryChild } from "@ferula/client";
import { formatGoDuration } from "@ferula/durations";
import { sleep } from "@ferula/lifecycle";
import type { TargetMetadata } from "../cache/target-metadata.ts";
import type { SeriesRules } from "../cache/series-maker.ts";
import type { ScrapeMetrics } from "../metrics.ts";
import type { ScrapeConfig } from "../scrape-config.ts";
import { offsetMs, type Target } from "../target/target.ts";
import { agendaOf } from "./agenda.ts";
import type { ReaderDeps } from "./create-reader.ts";
import { createScraper, UNKNOWN_HEALTH, type ScraperDeps, type TargetHealth } from "./scraper.ts";
import { createTargetState, type Inheritance } from "./target-state.ts";

/** Scrapes one target until it is stopped. */
export interface ScrapeLoop {
  readonly target: Target;
  readonly health: () => TargetHealth;
  /** What the target says of its metrics. */
  readonly metadata: () => TargetMetadata;
  /** The same target was found again: its labels before relabelling may be others. */
  readonly rediscover: (target: Target) => void;
  /** From the next scrape on every one fails with `message`, without a request; undefined ends that. */
  readonly forceError: (message: string | undefined) => void;
  /** Ends at once, the scrape that runs included. The series stay live: the server comes back and goes on with them. */
  readonly stop: () => Promise<void>;
  /**
   * Ends after the scrape that runs; the target's series end with it. Their stale markers are of the time of the next scrape, but only
   * written after another one and a bit: if somebody else has gone on with the series by then, the storage refuses the markers, also where
   * it takes samples out of order. `successorIntervalMs` is the interval of who may do so, where that is another. `stop` cuts the wait
   * short, without markers.
   */
  readonly retire: (successorIntervalMs?: number) => Promise<void>;
  /** Ends at once and leaves the target's series, and what is known of them, to another loop, which goes on with them. */
  readonly handOver: () => Inheritance;
}

/** What a loop works with. */
export interface ScrapeLoopDeps extends ScraperDeps, Omit<ReaderDeps, "sampleLimit" | "record"> {
  /** Spreads the targets of different servers, see `offsetMs`. */
  readonly seed: bigint;
}

/** What is known of a target before its first scrape. */
export type KnownBefore = Pick<Inheritance, "health"> & Partial<Inheritance>;

/** In intervals. A timer may fire a little early: a bit more than one interval is no sign of a clock that was set back. */
const LONGEST_WAIT = 1.5;

/**
 * Starts scraping `target`, for the first time at its offset in the interval. Until then the health of `before` is shown; where it is the
 * whole inheritance of another loop this one goes on with what that one knew.
 */
export function startScrapeLoop(
  target: Target,
  config: ScrapeConfig,
  rules: SeriesRules,
  deps: ScrapeLoopDeps,
  before: KnownBefore = { health: UNKNOWN_HEALTH },
): ScrapeLoop {
  const { clock, metrics, options } = deps;
  const { intervalMs } = target;
  const agenda = agendaOf(clock);
  const observed = createIntervals(metrics, intervalMs);
  /** No more scrapes; and, besides, not even the one that runs. */
  const ending = new AbortController();
  const stopping = new AbortController();
  const state = before.state ?? createTargetState(target, config, rules, deps);
  const { reader } = state;
  state.sampleLimit = config.sample_limit;
  const scraper = createScraper(target, config, state, deps, { health: before.health, hasScraped: before.hasScraped ?? false });
  const toleranceMs = options.alignsTimestamps ? Math.min(intervalMs / 100, options.timestampToleranceMs) : -1;
  let shown = target;
  let dueMs = firstDueMs();
  // Who was before may have scraped within this millisecond.
  if (dueMs === before.health.lastScrapeMs) dueMs += intervalMs;
  /** Goes on with the loop: with a scrape, or to its end. */
  let wake: ((isDue: boolean) => void) | undefined;
  const alarm = agenda.alarm(() => wake?.(true));
  const ended = run();

  function firstDueMs(): number {
    const offset = offsetMs(target, deps.seed);
    return Math.ceil((clock.nowMs() - offset) / intervalMs) * intervalMs + offset;
  }

  /** Until the next scrape is due. A clock that was set back must not leave the target unseen for as long. */
  function waitMs(): number {
    if (dueMs - agenda.nowMs() > LONGEST_WAIT * intervalMs) dueMs = firstDueMs();
    return dueMs - agenda.nowMs();
  }

  /** Whether the next scrape is due, and not the end. */
  function untilDue(): Promise<boolean> {
    if (ending.signal.aborted) return Promise.resolve(false);
    alarm.set(waitMs());
    return new Promise((resolve) => (wake = resolve));
  }

  function end(): void {
    ending.abort();
    alarm.clear();
    wake?.(false);
  }

  async function run(): Promise<void> {
    let lastStartMs: number | undefined;
    await before.ended;
    while (await untilDue()) {
      const startMs = clock.nowMs();
      if (lastStartMs !== undefined) observed((startMs - lastStartMs) / 1000);
      lastStartMs = startMs;
      const isOnTime = Math.abs(startMs - dueMs) <= toleranceMs;
      await scraper.scrape(Math.round(isOnTime ? dueMs : startMs), stopping.signal);
      // A scrape that took longer than the interval leaves out the ticks that it missed.
      dueMs += intervalMs * Math.max(1, Math.ceil((clock.nowMs() - dueMs) / intervalMs));
    }
  }

  /** Ends the series, unless the loop is stopped before a successor must have gone on with them. */
  async function writeEndMarkers(successorIntervalMs: number): Promise<void> {
    if (!scraper.hasScraped()) return;
    if (!(await sleep(waitMs(), stopping.signal, clock))) return;
    const endMs = Math.round(clock.nowMs());
    if (!(await sleep(1.1 * Math.max(intervalMs, successorIntervalMs), stopping.signal, clock))) return;
    scraper.end(endMs);
  }

  return {
    get target() {
      return shown;
    },
    health: scraper.health,
    metadata: reader.metadata,
    rediscover(again) {
      shown = again;
    },
    forceError: scraper.forceError,
    async stop() {
      end();
      stopping.abort();
      await ended;
      reader.free();
    },
    async retire(successorIntervalMs = intervalMs) {
      end();
      await ended;
      await writeEndMarkers(successorIntervalMs);
      reader.free();
    },
    handOver() {
      end();
      stopping.abort();
      return { health: scraper.health(), hasScraped: scraper.hasScraped(), state, ended };
    },
  };
}

/** Takes note of how long it was from one scrape to the next, in seconds. */
function createIntervals({ intervalSeconds, intervalHistogram }: ScrapeMetrics, intervalMs: number): (seconds: number) => void {
  const interval = { interval: formatGoDuration(intervalMs) };
  // Not before there is something to note: an interval without scrapes has no series.
  let series: { readonly summary: SummaryChild; readonly histogram: HistogramChild } | undefined;
  return (seconds) => {
    series ??= { summary: intervalSeconds.labels(interval), histogram: intervalHistogram.labels(interval) };
    series.summary.observe(seconds);
    series.histogram.observe(seconds);
  };
}
