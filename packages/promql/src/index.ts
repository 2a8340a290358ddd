export { createEngine, defaultEngineOptions, type Engine, type EngineOptions, type QueryOptions, type QueryOutcome } from "./engine.ts";
export { evaluatePlan, type EvaluationOutcome } from "./evaluate.ts";
export type { EvaluationControl, EvaluationStats } from "./control.ts";
export { planQuery, type Plan } from "./plan/plan.ts";
export type { PlannedSelector } from "./plan/selectors.ts";
export { DEFAULT_LOOKBACK_MS, DEFAULT_SUBQUERY_STEP_MS, instantParams, rangeParams, type QueryParams } from "./plan/params.ts";
export type { StepColumn } from "./columns.ts";
export type { Grid } from "./grid.ts";
export type { ResultSink, ResultType } from "./result/sink.ts";
export { createCollector, type CollectedResult, type ResultSeries } from "./result/collect.ts";
export { createJsonWriter, type JsonWriter } from "./result/json-writer.ts";
export { kernelPointWriter, plainPointWriter, POINT_SCRATCH_BYTES, type PointWriter } from "./result/point-writer.ts";
export type { PoolMessage, QueryJob, ResultKind, WorkerMessage, WorkerStart } from "./worker/protocol.ts";
export { createJobHandler, type JobHandler, type JobHandlerOptions } from "./worker/serve.ts";
export {
  createWorkerPool,
  threadStarter,
  type PoolOptions,
  type PoolQuery,
  type PoolResult,
  type WorkerPool,
  type WorkerThread,
} from "./worker/pool.ts";
