import type { SeriesSet } from "@ferula/storage";
import { fillColumn } from "../columns.ts";
import type { Evaluation } from "../control.ts";
import { functionOperators } from "../functions/table.ts";
import type { VectorNode } from "../plan/nodes.ts";
import { aggregate } from "./aggregate/aggregate.ts";
import { negate, scalarScalar, vectorScalar } from "./binary/scalar.ts";
import { setOperation } from "./binary/set.ts";
import { vectorVector } from "./binary/vector-vector.ts";
import { type OperatorContext, singleSeries } from "./context.ts";
import type { Operator } from "./operator.ts";
import { createSelectorInput } from "./selector-input.ts";
import { stepInvariant } from "./step-invariant.ts";
import { vectorSelector } from "./vector-selector.ts";

/** The operator of a plan's root over what its selectors found. */
export function buildOperators(root: VectorNode, sets: readonly SeriesSet[], evaluation: Evaluation): Operator {
  return operatorContext(sets, evaluation).build(root);
}

/** What operators are built with, for `sets` in the order of the plan's selectors. */
export function operatorContext(sets: readonly SeriesSet[], evaluation: Evaluation): OperatorContext {
  const context: OperatorContext = {
    evaluation,
    selectors: sets.map((set) => createSelectorInput(set, evaluation)),
    build: (node) => {
      // Operators hold columns of all their steps, and nothing but the query's text limits a subquery's.
      evaluation.reserve(node.grid.stepCount);
      const operator = askedOnce(operatorOf(context, node));
      // Upstream evaluates every operand; one that nobody asks may still have an error or a warning to give.
      evaluation.atEnd(operator.series);
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
      return vectorSelector(context, node, false);
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
    case "step-invariant":
      return stepInvariant(context, node);
  }
}

/** Keeps the list of series, so that an operator makes it once however often it is asked. */
function askedOnce(operator: Operator): Operator {
  let series: ReturnType<Operator["series"]> | undefined;
  return { series: () => (series ??= operator.series()), read: operator.read };
}
