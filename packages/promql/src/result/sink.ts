import type { HistogramColumns, Labels, SampleColumns } from "@ferula/model";
import type { StepColumn } from "../columns.ts";
import type { Grid } from "../grid.ts";

/** The shape of a result, as the HTTP API's `resultType` names it. */
export type ResultType = "vector" | "matrix" | "scalar" | "string";

/**
 * Takes a result as it is computed: `begin`, then what belongs to the type, then `end`. Columns belong to the evaluator and are
 * overwritten after the call returns.
 */
export interface ResultSink {
  /** `grid` is the query's; of an instant query it has one step. */
  readonly begin: (type: ResultType, grid: Grid) => void;
  /** One series of a vector or a matrix with at least one step present. A matrix comes in the order of its labels. */
  readonly series: (labels: Labels, column: StepColumn) => void;
  /** One series of an instant query of a range vector, with its own timestamps; at least one sample, a float or a histogram. */
  readonly samples: (labels: Labels, samples: SampleColumns, histograms: HistogramColumns) => void;
  readonly scalar: (timeMs: number, value: number) => void;
  readonly text: (timeMs: number, text: string) => void;
  readonly end: () => void;
}
