import type { Registry } from "@ferula/client";
import { type FloatHistogram, isPromError, PromError, type Labels } from "@ferula/model";
import {
  explainPlan,
  type ExplainedNode,
  planQuery,
  type PoolQuery,
  type PoolResult,
  type QueryParams,
  type ResultSeries,
  type StatsLevel,
  type WorkerPool,
} from "@ferula/promql";
import { isBrief } from "@ferula/promql/server";
import type { ListingSource } from "@ferula/storage";
import type { Span } from "@ferula/tracing";
import type { ActiveQueries } from "./active-queries.ts";
import { evaluateHere } from "./evaluate-here.ts";
import { createFederator, type Federator } from "../federate/federator.ts";
import { createLister, releaseAll, type Lister } from "./listing.ts";
import { createSearcher, type Searcher } from "../search/searcher.ts";
import { readNewest, type NewestRequest, type NewestSample } from "./newest.ts";
import { createQueryMetrics, type QueryTimings } from "./query-metrics.ts";
import type { QueryLog, QueryOrigin } from "./query-log.ts";
import { endQuerySpan, noteQuery, startQuerySpan } from "./query-span.ts";
import { queryStats } from "./stats.ts";
import { createStopwatch } from "./stopwatch.ts";

/** Evaluates queries in the workers of a pool. All fail with PromError: "bad_data" (no PromQL), "execution", "timeout" or "canceled". */
export interface QueryService {
  /** Runs a query and hands the JSON of its `data` to `onJson`, piece by piece; while a promise of it is open, the worker is held back. */
  readonly json: (request: QueryRequest, onJson: (bytes: Uint8Array) => Promise<void> | void) => Promise<QueryOutcome>;
  /** Runs a query for its series. */
  readonly series: (request: QueryRequest) => Promise<QueryOutcome>;
  /** The plan of a query, which is not evaluated. */
  readonly explain: (text: string, params: QueryParams) => Promise<ExplainedNode>;
  /** Lists label names, label values or series. */
  readonly list: Lister;
  /** Finds label names or values by parts of them. */
  readonly search: Searcher;
  /** Exposes the newest samples of series to another server. */
  readonly federate: Federator;
  /** An instant query for rules: a scalar is one element without labels, and strings and ranges are refused ("execution"). */
  readonly vector: (
    text: string,
    params: QueryParams,
    signal: AbortSignal,
    origin?: QueryOrigin,
    span?: Span,
  ) => Promise<readonly VectorElement[]>;
  /** The newest float of each series in a range, but of those that end with a stale marker. */
  readonly newest: (request: NewestRequest) => Promise<readonly NewestSample[]>;
  /** Puts what the configuration says into force. Throws when the log can't be opened. */
  readonly configure: (settings: QuerySettings) => void;
  /** Ends the workers; queries that run are cancelled. */
  readonly close: () => Promise<void>;
}

/** What a configuration says of queries. */
export interface QuerySettings {
  /** The step of subqueries that name none: `evaluation_interval`. */
  readonly subqueryStepMs: number;
  /** `query_log_file`; it is opened anew each time. "" is none. */
  readonly logFile: string;
}

/** A query. `params` come from promql's `instantParams` or `rangeParams`. */
export interface QueryRequest {
  readonly text: string;
  readonly params: QueryParams;
  /** Used where it is shorter than the service's own limit. */
  readonly timeoutMs?: number | undefined;
  /** Its abort cancels the query. */
  readonly signal: AbortSignal;
  /** Who asks, for the log; a query of nobody is not logged. */
  readonly origin?: QueryOrigin | undefined;
  /** What the query is a piece of; absent: it is not traced. */
  readonly span?: Span | undefined;
  /** Default: what comes without effort. */
  readonly stats?: StatsLevel | undefined;
  /** The outcome has the plan with what each of its operators took. */
  readonly analyze?: boolean | undefined;
}

/** A result and how long its parts took. */
export interface QueryOutcome extends PoolResult {
  readonly timings: QueryTimings;
}

/** What an instant query finds for a rule. */
export interface VectorElement {
  readonly labels: Labels;
  /** 0 where the element is a histogram. */
  readonly value: number;
  /** Set where the element is a histogram. */
  readonly histogram?: FloatHistogram | undefined;
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
  /** Where queries are logged once `configure` names a file. Default: nowhere. */
  readonly log?: QueryLog;
  /** Where it is noted which queries run. Default: nowhere. */
  readonly active?: ActiveQueries;
}

/** Defaults of the server's `--query.*` flags. */
export const defaultQueryLimits: {
  readonly maxSamples: number;
  readonly timeoutMs: number;
  readonly maxConcurrency: number;
} = Object.freeze({ maxSamples: 50_000_000, timeoutMs: 2 * 60_000, maxConcurrency: 20 });

/** Plans on this thread, which owns the index, selects when a worker is free, and lets the worker do the rest, unless there is next to none. */
export function createQueryService(options: QueryServiceOptions): QueryService {
  const { pool, source, maxSamples, timeoutMs, maxConcurrency, registry, log, active } = options;
  const metrics = createQueryMetrics(registry, maxConcurrency);
  let subqueryStepMs: number | undefined;

  function configured(params: QueryParams): QueryParams {
    return subqueryStepMs === undefined ? params : { ...params, defaultSubqueryStepMs: subqueryStepMs };
  }

  async function run(request: QueryRequest, kind: PoolQuery["kind"], onJson?: PoolQuery["onJson"]): Promise<QueryOutcome> {
    const { text, signal } = request;
    const params = configured(request.params);
    const watch = createStopwatch();
    noteQuery(request.span, text);
    const plan = planQuery(text, params);
    watch.planned();
    const span = startQuerySpan(request.span, watch.stations().startedMs);
    const mayRunHere = isBrief(plan);
    const isLogged = request.origin !== undefined && log?.isOn() === true;
    const control = { maxSamples, stats: request.stats ?? (isLogged ? "all" : "cheap"), analyze: request.analyze === true } as const;
    const limitMs = Math.min(timeoutMs, request.timeoutMs ?? timeoutMs);
    const ended = metrics.started();
    let left: (() => void) | undefined;
    let result: PoolResult | undefined;
    const pieces: Uint8Array[] = [];
    let failure: unknown;
    try {
      // Timers count whole milliseconds: a shorter time would be a race.
      if (limitMs < 1) throw timedOut("query execution");
      result = await pool.run({
        text,
        params,
        kind,
        ...control,
        timeoutMs: limitMs,
        signal,
        async select() {
          watch.admitted();
          if (!mayRunHere) left = active?.note(text);
          const selections = await source.selectAll(plan.selectors);
          watch.selected();
          return selections;
        },
        here(selections) {
          if (!mayRunHere) return undefined;
          const evaluated = evaluateHere(source, selections, { ...control, plan, kind, onJson: (bytes) => pieces.push(bytes) });
          if (evaluated === undefined) left = active?.note(text);
          return evaluated;
        },
        release: (selections) => releaseAll(source, selections),
        ...(onJson === undefined ? {} : { onJson }),
      });
      for (const bytes of pieces) await onJson?.(bytes);
      metrics.loaded(result.stats);
      return { ...result, timings: watch.timings() };
    } catch (error) {
      // A query that never left the queue is told so.
      const isQueued = !watch.wasAdmitted() && isPromError(error) && error.errorType === "timeout" && limitMs >= 1;
      failure = isQueued ? timedOut("query queue") : error;
      throw failure;
    } finally {
      left?.();
      ended();
      const timings = watch.timings();
      metrics.timed(timings);
      if (span !== undefined) {
        endQuerySpan(span, { text, params, stations: watch.stations(), stats: result?.stats, error: failure });
      }
      if (isLogged) {
        const isWritten = log.write({
          text,
          params,
          error: failure,
          stats: queryStats(timings, result?.stats),
          origin: request.origin,
          span,
        });
        if (!isWritten) metrics.logFailed();
      }
    }
  }

  async function vector(
    text: string,
    params: QueryParams,
    signal: AbortSignal,
    origin?: QueryOrigin,
    span?: Span,
  ): Promise<readonly VectorElement[]> {
    const { resultType, series } = await run({ text, params, signal, origin, span }, "series");
    if (resultType !== "vector" && resultType !== "scalar") throw new PromError("execution", "rule result is not a vector or scalar");
    return series.map(lastElement);
  }

  return {
    json: (request, onJson) => run(request, "json", onJson),
    series: (request) => run(request, "series"),
    explain: async (text, params) => explainPlan(planQuery(text, configured(params))),
    list: createLister({ pool, source, timeoutMs }),
    search: createSearcher({ pool, source, timeoutMs }),
    federate: createFederator({ pool, source, timeoutMs }),
    vector,
    newest: (request) => readNewest(vector, request),
    configure(settings) {
      subqueryStepMs = settings.subqueryStepMs;
      log?.open(settings.logFile);
      metrics.logEnabled(log?.isOn() === true);
    },
    async close() {
      await pool.close();
      log?.close();
      active?.close();
    },
  };
}

/** In upstream's words (promql/engine.go `ErrQueryTimeout`). */
function timedOut(place: string): PromError {
  return new PromError("timeout", `query timed out in ${place}`);
}

/** An instant query has one sample of each series. */
function lastElement({ labels, values, histograms }: ResultSeries): VectorElement {
  const histogram = histograms.at(-1);
  return histogram === undefined ? { labels, value: values[values.length - 1] } : { labels, value: 0, histogram };
}
