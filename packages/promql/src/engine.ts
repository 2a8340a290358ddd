import type { Annotations } from "@ferula/model";
import { type ParseOptions, defaultParseOptions } from "@ferula/promql-syntax";
import type { Querier, Queryable } from "@ferula/storage";
import { createGate } from "./gate.ts";
import { type EvaluationStats, type StatsLevel, stopError } from "./control.ts";
import { evaluatePlan } from "./evaluate.ts";
import { type ExplainedNode, explainPlan } from "./plan/explain.ts";
import { DEFAULT_LOOKBACK_MS, DEFAULT_SUBQUERY_STEP_MS, type QueryParams, instantParams, rangeParams } from "./plan/params.ts";
import { planQuery } from "./plan/plan.ts";
import { type CollectedResult, createCollector } from "./result/collect.ts";
import type { ResultSink } from "./result/sink.ts";

/** What an engine holds its queries to. */
export interface EngineOptions {
  /** Points that one query may hold in memory. */
  readonly maxSamples: number;
  readonly timeoutMs: number;
  readonly lookbackMs: number;
  /** Queries that run at once; more wait their turn. */
  readonly maxConcurrency: number;
  readonly defaultSubqueryStepMs: number;
  readonly delayedNameRemoval: boolean;
  /** Functions of counters look at when these began, where the storage knows. */
  readonly startTimestamps: boolean;
  /** As in `QueryParams`. */
  readonly typeAndUnitLabels: boolean;
  readonly syntax: ParseOptions;
  readonly nowMs: () => number;
}

/** Defaults of the server's `--query.*` flags. */
export const defaultEngineOptions: EngineOptions = Object.freeze({
  maxSamples: 50_000_000,
  timeoutMs: 2 * 60_000,
  lookbackMs: DEFAULT_LOOKBACK_MS,
  maxConcurrency: 20,
  defaultSubqueryStepMs: DEFAULT_SUBQUERY_STEP_MS,
  delayedNameRemoval: false,
  startTimestamps: false,
  typeAndUnitLabels: false,
  syntax: defaultParseOptions,
  nowMs: Date.now,
});

/** What may differ from one query to the next. */
export interface QueryOptions {
  /** Instead of the engine's. */
  readonly lookbackMs?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** How exactly samples are counted. Default: "cheap". */
  readonly stats?: StatsLevel;
  /** The outcome has the plan with what each of its operators took. */
  readonly analyze?: boolean;
}

/** A result and what the evaluation had to say about it. */
export interface QueryOutcome extends CollectedResult {
  readonly annotations: Annotations;
  readonly stats: Readonly<EvaluationStats>;
  /** Of a query that was to be analyzed. */
  readonly explained: ExplainedNode | undefined;
}

/** Evaluates queries on the calling thread, a query in one go. */
export interface Engine {
  /** Evaluates at one time. Throws PromError: "bad_data", "execution", "timeout" or "canceled". */
  readonly instant: (queryable: Queryable, text: string, timeMs: number, options?: QueryOptions) => Promise<QueryOutcome>;
  /** Evaluates at each step from `startMs` to `endMs`; the step is above 0. Throws as `instant` does. */
  readonly range: (
    queryable: Queryable,
    text: string,
    startMs: number,
    endMs: number,
    stepMs: number,
    options?: QueryOptions,
  ) => Promise<QueryOutcome>;
  /** As the two above, for a result that goes elsewhere series by series. `params` come from `params()`. */
  readonly run: (
    queryable: Queryable,
    text: string,
    params: QueryParams,
    sink: ResultSink,
    options?: QueryOptions,
  ) => Promise<Pick<QueryOutcome, "annotations" | "stats" | "explained">>;
  /** The plan of a query, which is not evaluated. Throws as `instant` does. */
  readonly explain: (text: string, params: QueryParams) => ExplainedNode;
  /** The parameters of a query under this engine's options; `stepMs` 0 is an instant query. */
  readonly params: (startMs: number, endMs: number, stepMs: number, options?: QueryOptions) => QueryParams;
}

/** An engine; what `options` leave out has its default. It keeps nothing between queries but its gate. */
export function createEngine(options?: Partial<EngineOptions>): Engine {
  const settings: EngineOptions = { ...defaultEngineOptions, ...options };
  const gate = createGate(settings.maxConcurrency);

  function params(startMs: number, endMs: number, stepMs: number, query?: QueryOptions): QueryParams {
    const { defaultSubqueryStepMs, delayedNameRemoval, startTimestamps, typeAndUnitLabels, syntax } = settings;
    const lookbackMs = query?.lookbackMs !== undefined && query.lookbackMs > 0 ? query.lookbackMs : settings.lookbackMs;
    const shared = { lookbackMs, defaultSubqueryStepMs, delayedNameRemoval, startTimestamps, typeAndUnitLabels, syntax };
    return stepMs === 0 ? instantParams(startMs, shared) : rangeParams(startMs, endMs, stepMs, shared);
  }

  async function run(
    queryable: Queryable,
    text: string,
    queryParams: QueryParams,
    sink: ResultSink,
    query?: QueryOptions,
  ): ReturnType<Engine["run"]> {
    const deadlineMs = settings.nowMs() + (query?.timeoutMs ?? settings.timeoutMs);
    const leave = await enterGate(query?.signal, deadlineMs);
    const queriers: Querier[] = [];
    try {
      const plan = planQuery(text, queryParams);
      const sets = plan.selectors.map(({ matchers, minTimeMs, maxTimeMs, hints }) => {
        const querier = queryable.querier(minTimeMs, maxTimeMs);
        queriers.push(querier);
        return querier.select(matchers, hints);
      });
      const stopReason = (): "canceled" | "timeout" | undefined => {
        if (query?.signal?.aborted === true) return "canceled";
        return settings.nowMs() > deadlineMs ? "timeout" : undefined;
      };
      return evaluatePlan(plan, sets, sink, {
        maxSamples: settings.maxSamples,
        stopReason,
        stats: query?.stats,
        analyze: query?.analyze,
      });
    } finally {
      for (const querier of queriers) querier.close();
      leave();
    }
  }

  async function enterGate(signal: AbortSignal | undefined, deadlineMs: number): Promise<() => void> {
    const entered = await gate.enter(signal, Math.max(0, deadlineMs - settings.nowMs()));
    if (typeof entered === "function") return entered;
    throw stopError(entered);
  }

  async function collect(queryable: Queryable, text: string, queryParams: QueryParams, query?: QueryOptions): Promise<QueryOutcome> {
    const { sink, result } = createCollector();
    const outcome = await run(queryable, text, queryParams, sink, query);
    return { ...result(), ...outcome };
  }

  return {
    instant: (queryable, text, timeMs, query) => collect(queryable, text, params(timeMs, timeMs, 0, query), query),
    range: (queryable, text, startMs, endMs, stepMs, query) => collect(queryable, text, params(startMs, endMs, stepMs, query), query),
    run,
    explain: (text, queryParams) => explainPlan(planQuery(text, queryParams)),
    params,
  };
}
