import { type Annotations, type SampleColumns, compareLabels, createSampleColumns, growSampleColumns } from "@ferula/model";
import type { SeriesSet } from "@ferula/storage";
import { createStepColumn, hasStep } from "./columns.ts";
import { type Evaluation, type EvaluationControl, type EvaluationStats, createEvaluation } from "./control.ts";
import { gridOf } from "./grid.ts";
import { buildOperators, operatorContext } from "./operators/build.ts";
import { dropMetadata } from "./operators/labels.ts";
import { mergeSameLabels } from "./operators/merge.ts";
import type { Operator, OutputSeries } from "./operators/operator.ts";
import { rangeSource } from "./operators/range-source.ts";
import type { RangeNode, VectorNode } from "./plan/nodes.ts";
import type { Plan } from "./plan/plan.ts";
import type { ResultSink } from "./result/sink.ts";

/** What an evaluation leaves besides its result. */
export interface EvaluationOutcome {
  readonly annotations: Annotations;
  readonly stats: Readonly<EvaluationStats>;
}

/**
 * Evaluates a plan, one series after another, into `sink`. `sets[i]` is what the storage found for `plan.selectors[i]`. Runs to its end
 * in one go; `control.stopReason` is asked between series. Throws PromError("execution"), ("timeout") or ("canceled").
 */
export function evaluatePlan(plan: Plan, sets: readonly SeriesSet[], sink: ResultSink, control: EvaluationControl): EvaluationOutcome {
  if (sets.length !== plan.selectors.length) throw new Error(`BUG: ${plan.selectors.length} selectors, but ${sets.length} series sets`);
  const { startMs, endMs, stepMs } = plan.params;
  const grid = gridOf(startMs, endMs, stepMs);
  const evaluation = createEvaluation(control, plan.params.delayedNameRemoval);
  evaluation.check();
  const { root } = plan;
  switch (root.type) {
    case "string":
      sink.begin("string", grid);
      sink.text(startMs, root.text);
      break;
    case "scalar":
    case "vector": {
      const operator = withFinalNames(buildOperators(root.node, sets, evaluation), root.node, evaluation);
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
  return { annotations: evaluation.annotations, stats: evaluation.stats };
}

/** With delayed name removal, names go here; series that become the same are joined. */
function withFinalNames(operator: Operator, node: VectorNode, evaluation: Evaluation): Operator {
  if (!evaluation.delayedNameRemoval) return operator;
  const final: Operator = {
    series: () => operator.series().map((series) => (series.dropName ? { labels: dropMetadata(series.labels), dropName: false } : series)),
    read: operator.read,
  };
  return mergeSameLabels(final, node.grid, evaluation, "apart");
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
    if (hasStep(column, grid.stepCount)) sink.series(series[index].labels, column);
  }
}

function yieldSamples(node: RangeNode, sets: readonly SeriesSet[], evaluation: Evaluation, sink: ResultSink): void {
  const source = rangeSource(operatorContext(sets, evaluation), node);
  const all = createSampleColumns(1024);
  const inWindow = createSampleColumns(1024);
  const endMs = (node.atMs ?? node.grid.startMs) - node.offsetMs;
  const series = source.series();
  for (const index of orderByLabels(series)) {
    evaluation.check();
    source.read(index, all);
    copyWindow(all, endMs - node.rangeMs, endMs, inWindow);
    evaluation.countSamples(inWindow.length);
    const { labels, dropName } = series[index];
    if (inWindow.length > 0) sink.samples(dropName ? dropMetadata(labels) : labels, inWindow);
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

function orderByLabels(series: readonly OutputSeries[]): Uint32Array {
  const order = new Uint32Array(series.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => compareLabels(series[a].labels, series[b].labels));
}
