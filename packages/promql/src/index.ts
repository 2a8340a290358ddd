export { createEngine, defaultEngineOptions, type Engine, type EngineOptions, type QueryOptions, type QueryOutcome } from "./engine.ts";
export { evaluatePlan, type EvaluationOutcome } from "./evaluate.ts";
export type { EvaluationControl, EvaluationStats, StatsLevel } from "./control.ts";
export type { Measures } from "./analysis.ts";
export { type ExplainedDetails, type ExplainedNode, explainPlan } from "./plan/explain.ts";
export { planQuery, type Plan } from "./plan/plan.ts";
export { TIME_DEPENDENT } from "./plan/invariance.ts";
export type { PlannedSelector } from "./plan/selectors.ts";
export { DEFAULT_LOOKBACK_MS, DEFAULT_SUBQUERY_STEP_MS, instantParams, rangeParams, type QueryParams } from "./plan/params.ts";
export type { StepColumn } from "./columns.ts";
export type { Grid } from "./grid.ts";
export type { ResultSink, ResultType } from "./result/sink.ts";
export { createCollector, type CollectedResult } from "./result/collect.ts";
export type { ListingOptions } from "./result/write-listing.ts";
export type { ResultSeries } from "./result/series-sink.ts";
export { jsonText } from "./result/json-text.ts";
export type { JsonWriter } from "./result/json-writer.ts";
export type { PointWriter } from "./result/point-writer.ts";
export type {
  ListedKind,
  ListingJob,
  PoolMessage,
  QueryJob,
  ResultKind,
  WorkerMessage,
  WorkerStart,
  WritingJob,
} from "./worker/protocol.ts";
export type { JobHandler, JobHandlerOptions } from "./worker/serve.ts";
export type { PoolOptions, WorkerPool } from "./worker/pool.ts";
export type { PoolListing, PoolQuery, PoolResult, PoolTask, PoolWriting } from "./worker/pooled-query.ts";
export type { WorkerThread } from "./worker/slot.ts";
