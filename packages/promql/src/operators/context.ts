import type { HistogramColumns, SampleColumns } from "@ferula/model";
import type { SeriesSet, StartColumns } from "@ferula/storage";
import type { Evaluation } from "../control.ts";
import { type StepColumn, createStepColumn } from "../columns.ts";
import type { Grid } from "../grid.ts";
import type { VectorNode } from "../plan/nodes.ts";
import type { SampleTally } from "../sample-tally.ts";
import type { Operator } from "./operator.ts";

/** What a selector of the plan found. Operators that use the same selector share it, and with it what was decoded last. */
export interface SelectorInput {
  readonly seriesCount: number;
  readonly set: SeriesSet;
  /** The floats of one series, stale markers included. The columns are overwritten by the next call for another series. */
  readonly samples: (index: number) => SampleColumns;
  /** Overwrites `out` with them: without a copy in between where nobody else reads the selector. */
  readonly samplesInto: (index: number, out: SampleColumns) => void;
  /** The same for its histograms. They may be kept, but are never changed. */
  readonly histograms: (index: number) => HistogramColumns;
  /** When the counters of all its samples began; of a storage that doesn't know, nothing. Overwritten by the next call. */
  readonly starts: (index: number) => StartColumns;
}

/** What an operator is built with. */
export interface OperatorContext {
  readonly evaluation: Evaluation;
  readonly selectors: readonly SelectorInput[];
  /** Takes what selectors find on the grid of the operators that are built. */
  readonly tally: SampleTally;
  /** The same context for operators on a grid of their own. */
  readonly withTally: (tally: SampleTally) => OperatorContext;
  /** Builds the operator of a child node. */
  readonly build: (node: VectorNode) => Operator;
}

/** The column of a scalar: one series, present at every step. */
export function readScalar(context: OperatorContext, node: VectorNode): StepColumn {
  const operator = context.build(node);
  operator.series();
  const column = createStepColumn(node.grid.stepCount);
  operator.read(0, column);
  return column;
}

/** An operator of one nameless series that is computed by `fill` each time it is read. */
export function singleSeries(fill: (out: StepColumn) => void): Operator {
  return { series: () => [{ labels: [], dropName: false }], read: (_index, out) => fill(out) };
}

/** A scratch column for a grid. */
export function scratchFor(grid: Grid): StepColumn {
  return createStepColumn(grid.stepCount);
}
