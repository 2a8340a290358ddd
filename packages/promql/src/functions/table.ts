import { absentCall, absentOverTimeCall, constantCall, scalarCall, scalarPairCall, vectorCall } from "../operators/call/conversion.ts";
import { histogramFractionCall, histogramQuantileCall, histogramQuantilesCall } from "../operators/call/histogram-quantile.ts";
import { histogramValueCall } from "../operators/call/histogram-value-call.ts";
import { labelJoinCall, labelReplaceCall } from "../operators/call/label-call.ts";
import { smoothingCall } from "../operators/call/smoothing-call.ts";
import { sortByLabelCall } from "../operators/call/sort-by-label.ts";
import { sortCall } from "../operators/call/sort-call.ts";
import { startTimestampCall } from "../operators/call/start-timestamp-call.ts";
import { timeCall, timestampCall } from "../operators/call/time-call.ts";
import { dateCall, valueCall } from "../operators/call/value-call.ts";
import type { OperatorContext } from "../operators/context.ts";
import type { Operator } from "../operators/operator.ts";
import { rangeFunction } from "../operators/range-function.ts";
import type { CallNode } from "../plan/nodes.ts";
import { goMax, goMin } from "./float-math.ts";
import { histogramValues } from "./histogram-values.ts";
import { rangeFunctions } from "./range-functions.ts";
import { dateFunctions, valueMappings } from "./value-functions.ts";

/** Makes the operator of one call. */
export type FunctionOperator = (context: OperatorContext, call: CallNode) => Operator;

/** Functions that are neither over windows nor value by value. */
const otherFunctions: readonly (readonly [string, FunctionOperator])[] = [
  ["absent", absentCall],
  ["absent_over_time", absentOverTimeCall],
  ["histogram_fraction", histogramFractionCall],
  ["double_exponential_smoothing", smoothingCall],
  ["histogram_quantile", histogramQuantileCall],
  ["histogram_quantiles", histogramQuantilesCall],
  ["label_join", labelJoinCall],
  ["label_replace", labelReplaceCall],
  ["max_of", scalarPairCall(goMax)],
  ["min_of", scalarPairCall(goMin)],
  ["pi", constantCall(Math.PI)],
  ["scalar", scalarCall],
  ["sort", sortCall(1)],
  ["sort_by_label", sortByLabelCall(1)],
  ["sort_by_label_desc", sortByLabelCall(-1)],
  ["sort_desc", sortCall(-1)],
  ["start_timestamp", startTimestampCall],
  ["time", timeCall],
  ["timestamp", timestampCall],
  ["vector", vectorCall],
];

/**
 * Every function that the engine evaluates, by name. A new one is a row: in `rangeFunctions`, `valueMappings`, `dateFunctions` or
 * `histogramValues` when it is of their kind, else above. What the parser must know of it stands in @ferula/promql-syntax.
 */
export const functionOperators: ReadonlyMap<string, FunctionOperator> = new Map<string, FunctionOperator>([
  ...[...rangeFunctions].map(([name, row]) => [name, forRow(row, rangeFunction)] as const),
  ...[...valueMappings].map(([name, row]) => [name, forRow(row, valueCall)] as const),
  ...[...dateFunctions].map(([name, row]) => [name, forRow(row, dateCall)] as const),
  ...[...histogramValues].map(([name, row]) => [name, forRow(row, histogramValueCall)] as const),
  ...otherFunctions,
]);

function forRow<Row>(row: Row, make: (context: OperatorContext, call: CallNode, row: Row) => Operator): FunctionOperator {
  return (context, call) => make(context, call, row);
}
