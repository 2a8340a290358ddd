import { type ParseOptions, defaultParseOptions } from "@ferula/promql-syntax";

/** What a plan depends on besides the query's text. Plain data: a worker that gets the same makes the same plan. */
export interface QueryParams {
  readonly startMs: number;
  /** The same as `startMs` in an instant query. */
  readonly endMs: number;
  /** 0 marks an instant query. */
  readonly stepMs: number;
  /** How old a sample may be and still count. */
  readonly lookbackMs: number;
  /** The step of subqueries that name none. */
  readonly defaultSubqueryStepMs: number;
  /** Drops metric names from the result only, instead of in each operation. */
  readonly delayedNameRemoval: boolean;
  /** Functions of counters look at when these began, where the storage knows. */
  readonly startTimestamps: boolean;
  /** Whether a metric is a counter is told by its label `__type__`, not by its name. */
  readonly typeAndUnitLabels: boolean;
  readonly syntax: ParseOptions;
}

/** The default of `--query.lookback-delta` (cmd/prometheus/main.go). */
export const DEFAULT_LOOKBACK_MS: number = 5 * 60_000;

/** The default `evaluation_interval`, which is the step of subqueries that name none (config/config.go `DefaultGlobalConfig`). */
export const DEFAULT_SUBQUERY_STEP_MS: number = 60_000;

const defaults: Omit<QueryParams, "startMs" | "endMs" | "stepMs"> = {
  lookbackMs: DEFAULT_LOOKBACK_MS,
  defaultSubqueryStepMs: DEFAULT_SUBQUERY_STEP_MS,
  delayedNameRemoval: false,
  startTimestamps: false,
  typeAndUnitLabels: false,
  syntax: defaultParseOptions,
};

/** The parameters of a query at one time. */
export function instantParams(timeMs: number, options?: Partial<QueryParams>): QueryParams {
  return { ...defaults, ...options, startMs: timeMs, endMs: timeMs, stepMs: 0 };
}

/** The parameters of a query over a range; `stepMs` is above 0. */
export function rangeParams(startMs: number, endMs: number, stepMs: number, options?: Partial<QueryParams>): QueryParams {
  return { ...defaults, ...options, startMs, endMs, stepMs };
}
