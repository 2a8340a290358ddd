import { FLOAT, HISTOGRAM, putHistogram, type StepColumn } from "../../columns.ts";
import type { OperandSample } from "../../functions/sample-operation.ts";

/** Takes the sample that a column has at step `k`. */
export function takeSample({ present, values, histograms }: StepColumn, k: number, sample: OperandSample): void {
  sample.kind = present[k];
  sample.value = values[k];
  sample.histogram = sample.kind === HISTOGRAM ? histograms[k] : undefined;
}

/** Puts a histogram, or where that is undefined a float, at step `k`. */
export function putSample(out: StepColumn, k: number, histogram: OperandSample["histogram"], value: number): void {
  if (histogram !== undefined) {
    putHistogram(out, k, histogram);
    return;
  }
  out.present[k] = FLOAT;
  out.values[k] = value;
}
