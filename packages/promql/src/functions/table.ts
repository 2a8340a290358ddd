import { absentCall, absentOverTimeCall, constantCall, scalarCall, scalarPairCall, vectorCall } from "../operators/call/conversion.ts";
import { histogramQuantileCall } from "../operators/call/histogram-quantile.ts";
import { labelJoinCall, labelReplaceCall } from "../operators/call/label-call.ts";
import { sortCall } from "../operators/call/sort-call.ts";
import { timeCall, timestampCall } from "../operators/call/time-call.ts";
import { dateCall, valueCall } from "../operators/call/value-call.ts";
import type { OperatorContext } from "../operators/context.ts";
import type { Operator } from "../operators/operator.ts";
import { rangeFunction } from "../operators/range-function.ts";
import type { CallNode } from "../plan/nodes.ts";
import { goMax, goMin } from "./float-math.ts";
import { rangeFunctions } from "./range-functions.ts";
import { dateFunctions, valueMappings } from "./value-functions.ts";

/** Makes the operator of one call. */
export type FunctionOperator = (context: OperatorContext, call: CallNode) => Operator;

/** Functions that are neither over windows nor value by value. */
const otherFunctions: readonly (readonly [string, FunctionOperator])[] = [
  ["absent", absentCall],
  ["absent_over_time", absentOverTimeCall],
  ["histogram_quantile", histogramQuantileCall],
  ["label_join", labelJoinCall],
  ["label_replace", labelReplaceCall],
  ["max_of", scalarPairCall(goMax)],
  ["min_of", scalarPairCall(goMin)],
  ["pi", constantCall(Math.PI)],
  ["scalar", scalarCall],
  ["sort", sortCall(1)],
  ["sort_desc", sortCall(-1)],
  ["time", timeCall],
  ["timestamp", timestampCall],
  ["vector", vectorCall],
];

/**
 * Every function that the engine evaluates, by name. A new one is a row: in `rangeFunctions`, `valueMappings` or `dateFunctions` when it
 * is of their kind, else above. What the parser must know of it stands in @ferula/promql-syntax.
 */
export const functionOperators: ReadonlyMap<string, FunctionOperator> = new Map<string, FunctionOperator>([
  ...[...rangeFunctions].map(([name, row]) => [name, forRow(row, rangeFunction)] as const),
  ...[...valueMappings].map(([name, row]) => [name, forRow(row, valueCall)] as const),
  ...[...dateFunctions].map(([name, row]) => [name, forRow(row, dateCall)] as const),
  ...otherFunctions,
]);

function forRow<Row>(row: Row, make: (context: OperatorContext, call: CallNode, row: Row) => Operator): FunctionOperator {
  return (context, call) => make(context, call, row);
}
