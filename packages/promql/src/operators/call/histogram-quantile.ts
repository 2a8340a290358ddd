import { formatOpenMetricsFloat, histogramFraction, histogramQuantile, type NanNote } from "@ferula/model";
import { noteQuantiles } from "../../annotations.ts";
import { bucketFraction } from "../../functions/bucket-fraction.ts";
import { bucketQuantile } from "../../functions/bucket-quantile.ts";
import { nanInFraction, nanInQuantile } from "../../histogram-annotations.ts";
import { noForcedCounts } from "../../monotonicity-info.ts";
import type { CallNode, TextRange } from "../../plan/nodes.ts";
import { type OperatorContext, readScalar } from "../context.ts";
import type { Operator } from "../operator.ts";
import { argument, vectorArgument } from "./arguments.ts";
import { answerHistograms, type HistogramQuestion } from "./histogram-answers.ts";

/** `histogram_quantile(φ, v)`. */
export function histogramQuantileCall(context: OperatorContext, call: CallNode): Operator {
  const phis = quantilesOf(context, call, 0);
  const question = quantileQuestion(context, call, phis, argument(call, 1).pos);
  return answerHistograms(context, call, 1, [{ ...question, isAsked: () => true }], () => noteArgument(context, call, 0, phis));
}

/** `histogram_quantiles(v, label, φ…)`: a series for each quantile, told apart by the label. */
export function histogramQuantilesCall(context: OperatorContext, call: CallNode): Operator {
  const labelName = argument(call, 1).text;
  const questions: HistogramQuestion[] = [];
  const noteArguments: (() => void)[] = [];
  for (let i = 2; i < call.args.length; i++) {
    const phis = quantilesOf(context, call, i);
    noteArguments.push(() => noteArgument(context, call, i, phis));
    const question = quantileQuestion(context, call, phis, argument(call, 0).pos);
    for (const phi of new Set(phis.subarray(0, call.grid.stepCount))) {
      const isAsked = (k: number): boolean => phis[k] === phi || Object.is(phis[k], phi);
      questions.push({ ...question, label: [labelName, formatOpenMetricsFloat(phi)], isAsked });
    }
  }
  return answerHistograms(context, call, 0, questions, () => {
    for (const note of noteArguments) note();
  });
}

function quantilesOf(context: OperatorContext, call: CallNode, index: number): Float64Array {
  return readScalar(context, vectorArgument(call, index)).values;
}

/** Quantiles out of range are told of whether or not there are histograms. */
function noteArgument({ evaluation }: OperatorContext, call: CallNode, index: number, phis: Float64Array): void {
  noteQuantiles(evaluation.annotations, phis, call.grid.stepCount, argument(call, index).pos);
}

/** `vectorPos` is the place of the histograms, to which annotations about them point (3.14 itself points to the quantile). */
function quantileQuestion(
  { evaluation }: OperatorContext,
  call: CallNode,
  phis: Float64Array,
  vectorPos: TextRange,
): Pick<HistogramQuestion, "native" | "classic"> {
  const { startMs, stepMs } = call.grid;
  const note: NanNote = { nan: "none" };
  const forced = noForcedCounts();
  return {
    native: (histogram, k, metricName) => {
      const value = histogramQuantile(phis[k], histogram, note);
      nanInQuantile(evaluation.annotations, note, metricName, vectorPos);
      return value;
    },
    classic: ({ upperBounds, counts }, from, to, k, metricName) => {
      const value = bucketQuantile(phis[k], upperBounds, counts, from, to, forced);
      if (forced.wasForced) evaluation.monotonicity.note(metricName, vectorPos, startMs + k * stepMs, forced);
      return value;
    },
  };
}

/** `histogram_fraction(lower, upper, v)`. */
export function histogramFractionCall(context: OperatorContext, call: CallNode): Operator {
  const { annotations } = context.evaluation;
  const lower = readScalar(context, vectorArgument(call, 0)).values;
  const upper = readScalar(context, vectorArgument(call, 1)).values;
  const { pos } = argument(call, 2);
  const note: NanNote = { nan: "none" };
  const question: HistogramQuestion = {
    isAsked: () => true,
    native: (histogram, k, metricName) => {
      const value = histogramFraction(lower[k], upper[k], histogram, note);
      nanInFraction(annotations, note, metricName, pos);
      return value;
    },
    classic: ({ upperBounds, counts }, from, to, k) => bucketFraction(lower[k], upper[k], upperBounds, counts, from, to),
  };
  return answerHistograms(context, call, 2, [question], () => undefined);
}
