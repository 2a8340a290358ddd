import { ABSENT } from "../../columns.ts";
import type { RangeFunction } from "../../functions/range-functions.ts";
import { doubleExponentialSmoothing, factorError } from "../../functions/smoothing.ts";
import type { CallNode } from "../../plan/nodes.ts";
import { type OperatorContext, readScalar } from "../context.ts";
import type { Operator } from "../operator.ts";
import { rangeFunction } from "../range-function.ts";
import { vectorArgument } from "./arguments.ts";

const presence: RangeFunction = { minSamples: 1, evaluate: () => 1 };

/** `double_exponential_smoothing(m, smoothing, trend)`; it fails where a window with a sample meets a factor that is not between 0 and 1. */
export function smoothingCall(context: OperatorContext, call: CallNode): Operator {
  const { startMs, stepMs, stepCount } = call.grid;
  const smoothing = readScalar(context, vectorArgument(call, 1)).values;
  const trending = readScalar(context, vectorArgument(call, 2)).values;
  const smoothed = rangeFunction(context, call, {
    minSamples: 2,
    evaluate: (window) => {
      const k = (window.evalTimeMs - startMs) / stepMs;
      return doubleExponentialSmoothing(window, smoothing[k], trending[k]);
    },
  });
  const errors = Array.from({ length: stepCount }, (_, k) => factorError(smoothing[k], trending[k]));
  if (errors.every((error) => error === undefined)) return smoothed;
  const present = rangeFunction(context, { ...call, name: "present_over_time" }, presence);
  return {
    series: () => {
      present.series();
      return smoothed.series();
    },
    read: (index, out) => {
      present.read(index, out);
      errors.forEach((error, k) => {
        if (error !== undefined && out.present[k] !== ABSENT) throw error;
      });
      smoothed.read(index, out);
    },
  };
}
