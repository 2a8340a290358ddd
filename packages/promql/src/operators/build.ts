import type { SeriesSet } from "@ferula/storage";
import { fillColumn } from "../columns.ts";
import type { Evaluation } from "../control.ts";
import type { Grid } from "../grid.ts";
import { functionOperators } from "../functions/table.ts";
import type { VectorNode } from "../plan/nodes.ts";
import { aggregate } from "./aggregate/aggregate.ts";
import { negate, scalarScalar, vectorScalar } from "./binary/scalar.ts";
import { setOperation } from "./binary/set.ts";
import { vectorVector } from "./binary/vector-vector.ts";
import { createTally, type SampleTally } from "../sample-tally.ts";
import { type OperatorContext, type SelectorInput, singleSeries } from "./context.ts";
import { infoOperator } from "./info/info.ts";
import type { Operator, SymbolSeries } from "./operator.ts";
import { createSelectorInput } from "./selector-input.ts";
import { smoothedSelector } from "./smoothed-selector.ts";
import { stepInvariant } from "./step-invariant.ts";
import { vectorSelector } from "./vector-selector.ts";

/** The operator of a plan's root over what its selectors found. */
export function buildOperators(root: VectorNode, sets: readonly SeriesSet[], evaluation: Evaluation): Operator {
  return operatorContext(sets, evaluation, root.grid).build(root);
}

/** What operators are built with, for `sets` in the order of the plan's selectors and the grid of its root. */
export function operatorContext(sets: readonly SeriesSet[], evaluation: Evaluation, grid: Grid): OperatorContext {
  evaluation.reserve(grid.stepCount);
  const tally = createTally(grid, evaluation.statsLevel === "steps");
  evaluation.whenCounted(() => tellStats(tally, evaluation));
  const selectors = sets.map((set) => createSelectorInput(set, evaluation));
  return contextOf(evaluation, selectors, tally);
}

function tellStats({ grid, total, read, steps }: SampleTally, { stats }: Evaluation): void {
  stats.totalSamples = total;
  stats.samplesRead = read;
  if (steps !== undefined)
    stats.steps = { timesMs: Float64Array.from(steps.total, (_count, k) => grid.startMs + k * grid.stepMs), ...steps };
}

function contextOf(evaluation: Evaluation, selectors: readonly SelectorInput[], tally: SampleTally): OperatorContext {
  const { analysis } = evaluation;
  const context: OperatorContext = {
    evaluation,
    selectors,
    tally,
    withTally: (other) => contextOf(evaluation, selectors, other),
    build: (node) => {
      // Operators hold columns of all their steps, and nothing but the query's text limits a subquery's.
      evaluation.reserve(node.grid.stepCount);
      const plain = askedOnce(operatorOf(context, node));
      const operator = analysis === undefined ? plain : analysis.watch(node, plain);
      // Upstream evaluates every operand; one that nobody asks may still have an error or a warning to give.
      evaluation.atEnd(() => void (operator.symbolSeries?.() ?? operator.series()));
      return operator;
    },
  };
  return context;
}

function operatorOf(context: OperatorContext, node: VectorNode): Operator {
  switch (node.kind) {
    case "number":
      return singleSeries((out) => fillColumn(out, node.grid.stepCount, node.value));
    case "vector-selector":
      return node.smoothed ? smoothedSelector(context, node) : vectorSelector(context, node, false);
    case "aggregate":
      return aggregate(context, node);
    case "scalar-scalar":
      return scalarScalar(context, node);
    case "vector-scalar":
      return vectorScalar(context, node);
    case "vector-vector":
      return vectorVector(context, node);
    case "set":
      return setOperation(context, node);
    case "negate":
      return negate(context, node);
    case "call": {
      const make = functionOperators.get(node.name);
      if (make === undefined) throw new Error(`BUG: the plan holds the unknown function ${node.name}()`);
      return make(context, node);
    }
    case "info":
      return infoOperator(context, node);
    case "step-invariant":
      return stepInvariant(context, node);
  }
}

/** Keeps what it says of its series, so that an operator makes it once however often it is asked. */
function askedOnce(operator: Operator): Operator {
  let series: ReturnType<Operator["series"]> | undefined;
  let symbolSeries: SymbolSeries | undefined;
  return {
    series: () => (series ??= operator.series()),
    symbolSeries: () => (series === undefined ? (symbolSeries ??= operator.symbolSeries?.()) : undefined),
    read: operator.read,
  };
}
