import {
  type Annotations,
  compareLabels,
  createHistogramColumns,
  createSampleColumns,
  growSampleColumns,
  type HistogramColumns,
  pushHistogram,
  type SampleColumns,
} from "@ferula/model";
import type { SeriesSet } from "@ferula/storage";
import { createStepColumn, hasStep, histogramCost } from "./columns.ts";
import { type Evaluation, type EvaluationControl, type EvaluationStats, createEvaluation, executionError } from "./control.ts";
import { gridOf } from "./grid.ts";
import { buildOperators, operatorContext } from "./operators/build.ts";
import { withFinalNames } from "./operators/final-names.ts";
import { extendRange } from "./operators/extended-samples.ts";
import type { Operator, OutputSeries } from "./operators/operator.ts";
import { rangeSource } from "./operators/range-source.ts";
import { type ExplainedNode, explainPlan } from "./plan/explain.ts";
import type { RangeNode, VectorNode } from "./plan/nodes.ts";
import type { Plan } from "./plan/plan.ts";
import type { ResultSink } from "./result/sink.ts";

/** What an evaluation leaves besides its result. */
export interface EvaluationOutcome {
  readonly annotations: Annotations;
  readonly stats: Readonly<EvaluationStats>;
  /** The plan with what each of its operators took, where that was asked for. */
  readonly explained: ExplainedNode | undefined;
}

/**
 * Evaluates a plan, one series after another, into `sink`. `sets[i]` is what the storage found for `plan.selectors[i]`. Runs to its end
 * in one go; `control.stopReason` is asked between series. Throws PromError("execution"), ("timeout") or ("canceled").
 */
export function evaluatePlan(plan: Plan, sets: readonly SeriesSet[], sink: ResultSink, control: EvaluationControl): EvaluationOutcome {
  try {
    return evaluate(plan, sets, sink, control);
  } catch (error) {
    if (isStackOverflow(error)) throw executionError("expression is nested too deeply for the stack of its thread", error);
    if (isOutOfMemory(error)) throw executionError("query needs more memory than its thread can have", error);
    throw error;
  }
}

/** What V8 says where an array or a text would be larger than one can be, or than there is memory for. */
const OUT_OF_MEMORY = /allocation failed|Invalid (?:typed array|array buffer|array|string) length|maximum size exceeded/;

function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError && OUT_OF_MEMORY.test(error.message);
}

/** How deep a query may nest depends on the thread: a worker's stack is deeper than that of the main thread. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack size");
}

function evaluate(plan: Plan, sets: readonly SeriesSet[], sink: ResultSink, control: EvaluationControl): EvaluationOutcome {
  if (sets.length !== plan.selectors.length) throw new Error(`BUG: ${plan.selectors.length} selectors, but ${sets.length} series sets`);
  const { startMs, endMs, stepMs } = plan.params;
  const grid = gridOf(startMs, endMs, stepMs);
  const evaluation = createEvaluation(control, plan.params);
  evaluation.check();
  const { root } = plan;
  switch (root.type) {
    case "string":
      sink.begin("string", grid);
      sink.text(startMs, root.text);
      break;
    case "scalar":
    case "vector": {
      const operator = withFinalNames(buildOperators(root.node, sets, evaluation), root.node.grid, evaluation);
      if (root.type === "scalar" && stepMs === 0) yieldScalar(operator, startMs, sink);
      else yieldSeries(operator, root.node, stepMs === 0 ? "vector" : "matrix", evaluation, sink);
      break;
    }
    case "matrix":
      sink.begin("matrix", grid);
      yieldSamples(root.node, sets, evaluation, sink);
      break;
  }
  evaluation.finish();
  sink.end();
  const { annotations, stats, analysis } = evaluation;
  return { annotations, stats, explained: analysis === undefined ? undefined : explainPlan(plan, analysis) };
}

function yieldScalar(operator: Operator, timeMs: number, sink: ResultSink): void {
  const column = createStepColumn(1);
  operator.series();
  operator.read(0, column);
  const grid = gridOf(timeMs, timeMs, 0);
  sink.begin("scalar", grid);
  sink.scalar(timeMs, column.values[0]);
}

function yieldSeries(operator: Operator, node: VectorNode, type: "vector" | "matrix", evaluation: Evaluation, sink: ResultSink): void {
  const { grid } = node;
  const series = operator.series();
  const column = createStepColumn(grid.stepCount);
  sink.begin(type, grid);
  for (const index of type === "matrix" ? orderByLabels(series) : series.keys()) {
    evaluation.check();
    operator.read(index, column);
    // One series alone may have taken the time of the query.
    evaluation.check();
    if (hasStep(column, grid.stepCount)) sink.series(series[index].labels, column);
  }
}

function yieldSamples(node: RangeNode, sets: readonly SeriesSet[], evaluation: Evaluation, sink: ResultSink): void {
  const source = rangeSource(operatorContext(sets, evaluation, node.grid), node, node.kind === "subquery" ? "whole" : "windows");
  const all = createSampleColumns(1024);
  const inWindow = createSampleColumns(1024);
  const allHistograms = createHistogramColumns(0);
  const histograms = createHistogramColumns(0);
  const endMs = (node.atMs ?? node.grid.startMs) - node.offsetMs;
  const extension = node.kind === "matrix-selector" ? node.extension : undefined;
  const series = source.series();
  for (const index of orderByLabels(series)) {
    evaluation.check();
    source.read(index, all, allHistograms);
    if (extension === undefined) copyWindow(all, endMs - node.rangeMs, endMs, inWindow);
    else extendRange(all, allHistograms, endMs, node.rangeMs, extension, inWindow);
    evaluation.countSamples(inWindow.length + copyHistogramWindow(allHistograms, endMs - node.rangeMs, endMs, histograms));
    if (inWindow.length === 0 && histograms.length === 0) continue;
    sink.samples(series[index].labels, inWindow, histograms);
  }
}

/** Copies the samples in (`afterMs`, `untilMs`]. */
function copyWindow(from: SampleColumns, afterMs: number, untilMs: number, to: SampleColumns): void {
  growSampleColumns(to, from.length);
  let count = 0;
  for (let i = 0; i < from.length; i++) {
    if (from.timestampsMs[i] <= afterMs || from.timestampsMs[i] > untilMs) continue;
    to.timestampsMs[count] = from.timestampsMs[i];
    to.values[count++] = from.values[i];
  }
  to.length = count;
}

/** The same for histograms; returns how many floats they count as. */
function copyHistogramWindow(from: HistogramColumns, afterMs: number, untilMs: number, to: HistogramColumns): number {
  to.length = 0;
  let cost = 0;
  for (let i = 0; i < from.length; i++) {
    const timestampMs = from.timestampsMs[i];
    if (timestampMs <= afterMs || timestampMs > untilMs) continue;
    pushHistogram(to, timestampMs, from.histograms[i]);
    cost += histogramCost(from.histograms[i]);
  }
  return cost;
}

function orderByLabels(series: readonly OutputSeries[]): Uint32Array {
  const order = new Uint32Array(series.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => compareLabels(series[a].labels, series[b].labels));
}
