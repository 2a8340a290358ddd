import type { Registry } from "@ferula/client";
import { isPromError, PromError, type Labels } from "@ferula/model";
import { planQuery, type PoolQuery, type PoolResult, type QueryParams, type ResultSeries, type WorkerPool } from "@ferula/promql";
import type { ListingSource } from "@ferula/storage";
import { createLister, releaseAll, selectEach, type Lister } from "./listing.ts";
import { readNewest, type NewestRequest, type NewestSample } from "./newest.ts";
import { createQueryMetrics, type QueryTimings } from "./query-metrics.ts";

/** Evaluates queries in the workers of a pool. All fail with PromError: "bad_data" (no PromQL), "execution", "timeout" or "canceled". */
export interface QueryService {
  /** Runs a query and hands the JSON of its `data` to `onJson`, piece by piece; while a promise of it is open, the worker is held back. */
  readonly json: (request: QueryRequest, onJson: (bytes: Uint8Array) => Promise<void> | void) => Promise<QueryOutcome>;
  /** Runs a query for its series. */
  readonly series: (request: QueryRequest) => Promise<QueryOutcome>;
  /** Lists label names, label values or series. */
  readonly list: Lister;
  /** An instant query for rules: a scalar is one element without labels, and strings and ranges are refused ("execution"). */
  readonly vector: (text: string, params: QueryParams, signal: AbortSignal) => Promise<readonly VectorElement[]>;
  /** The newest float of each series in a range, but of those that end with a stale marker. */
  readonly newest: (request: NewestRequest) => Promise<readonly NewestSample[]>;
  /** Ends the workers; queries that run are cancelled. */
  readonly close: () => Promise<void>;
}

/** A query. `params` come from promql's `instantParams` or `rangeParams`. */
export interface QueryRequest {
  readonly text: string;
  readonly params: QueryParams;
  /** Used where it is shorter than the service's own limit. */
  readonly timeoutMs?: number | undefined;
  /** Its abort cancels the query. */
  readonly signal: AbortSignal;
}

/** A result and how long its parts took. */
export interface QueryOutcome extends PoolResult {
  readonly timings: QueryTimings;
}

/** What an instant query finds for a rule. */
export interface VectorElement {
  readonly labels: Labels;
  readonly value: number;
}

/** What a service is made of. */
export interface QueryServiceOptions {
  readonly pool: WorkerPool;
  readonly source: ListingSource;
  /** Samples that one query may hold in memory. */
  readonly maxSamples: number;
  readonly timeoutMs: number;
  /** Told as a metric; how many queries run at once is the pool's to decide, see `startQueryPool`. */
  readonly maxConcurrency: number;
  readonly registry: Registry;
}

/** Defaults of the server's `--query.*` flags. */
export const defaultQueryLimits: {
  readonly maxSamples: number;
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
} = Object.freeze({ maxSamples: 50_000_000, timeoutMs: 2 * 60_000, maxConcurrency: 20 });

/** Plans on this thread, which owns the index, selects when a worker is free, and lets the worker do the rest. */
export function createQueryService({ pool, source, maxSamples, timeoutMs, maxConcurrency, registry }: QueryServiceOptions): QueryService {
  const metrics = createQueryMetrics(registry, maxConcurrency);

  async function run(request: QueryRequest, kind: PoolQuery["kind"], onJson?: PoolQuery["onJson"]): Promise<QueryOutcome> {
    const { text, params, signal } = request;
    const watch = createStopwatch();
    const plan = planQuery(text, params);
    watch.planned();
    const limitMs = Math.min(timeoutMs, request.timeoutMs ?? timeoutMs);
    // Timers count whole milliseconds: a shorter time would be a race.
    if (limitMs < 1) throw timedOut("query execution");
    const ended = metrics.started();
    try {
      const result = await pool.run({
        text,
        params,
        kind,
        maxSamples,
        timeoutMs: limitMs,
        signal,
        select() {
          watch.admitted();
          const selections = selectEach(source, plan.selectors, ({ minTimeMs, maxTimeMs, matchers, hints }) =>
            source.select(minTimeMs, maxTimeMs, matchers, hints),
          );
          watch.selected();
          return selections;
        },
        release: (selections) => releaseAll(source, selections),
        ...(onJson === undefined ? {} : { onJson }),
      });
      metrics.loaded(result.stats.loadedSamples);
      return { ...result, timings: watch.timings() };
    } catch (error) {
      // A query that never left the queue is told so.
      if (!watch.wasAdmitted() && isPromError(error) && error.errorType === "timeout") throw timedOut("query queue");
      throw error;
    } finally {
      ended();
      metrics.timed(watch.timings());
    }
  }

  async function vector(text: string, params: QueryParams, signal: AbortSignal): Promise<readonly VectorElement[]> {
    const { resultType, series } = await run({ text, params, signal }, "series");
    if (resultType !== "vector" && resultType !== "scalar") throw new PromError("execution", "rule result is not a vector or scalar");
    return series.map(lastElement);
  }

  return {
    json: (request, onJson) => run(request, "json", onJson),
    series: (request) => run(request, "series"),
    list: createLister({ pool, source, timeoutMs }),
    vector,
    newest: (request) => readNewest(vector, request),
    close: () => pool.close(),
  };
}

/** In upstream's words (promql/engine.go `ErrQueryTimeout`). */
function timedOut(place: string): PromError {
  return new PromError("timeout", `query timed out in ${place}`);
}

function lastElement({ labels, values }: ResultSeries): VectorElement {
  return { labels, value: values[values.length - 1] };
}

/** Takes the time between the stations of a query. A query that ends early was at its last station until then. */
function createStopwatch() {
  const startedMs = performance.now();
  let plannedMs = startedMs;
  let admittedMs: number | undefined;
  let selectedMs: number | undefined;

  return {
    planned: (): void => void (plannedMs = performance.now()),
    admitted: (): void => void (admittedMs = performance.now()),
    selected: (): void => void (selectedMs = performance.now()),
    wasAdmitted: (): boolean => admittedMs !== undefined,
    timings(): QueryTimings {
      const nowMs = performance.now();
      const leftQueueMs = admittedMs ?? nowMs;
      const leftMainMs = selectedMs ?? nowMs;
      return {
        queueSeconds: (leftQueueMs - plannedMs) / 1000,
        prepareSeconds: (plannedMs - startedMs + (leftMainMs - leftQueueMs)) / 1000,
        evalSeconds: (nowMs - leftMainMs) / 1000,
        totalSeconds: (nowMs - startedMs) / 1000,
      };
    },
  };
}
