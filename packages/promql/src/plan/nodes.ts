import type { Labels } from "@ferula/model";
import type { AggregateOp, ArithmeticOp, ComparisonOp, PositionRange, SetOp, TrimOp } from "@ferula/promql-syntax";
import type { Grid } from "../grid.ts";
import type { Extension } from "./extension.ts";
import type { InfoMatchers } from "./info.ts";

/** Where in the query's text a node stands, in UTF-16 units. */
export type TextRange = PositionRange;

/** Operators between numbers. */
export type ValueOp = ArithmeticOp | ComparisonOp;

/** Operators between samples of which one comes from a vector: trimming is for histograms only. */
export type SampleOp = ValueOp | TrimOp;

/** Which labels make a group or a match: only `labels` (`by`, `on`), or all but them and the name (`without`, `ignoring`). */
export interface LabelChoice {
  readonly only: boolean;
  readonly labels: readonly string[];
}

/** How the series of two vectors find each other. The "one" side is the right one for `group_left`, the left one for `group_right`. */
export interface Matching {
  readonly choice: LabelChoice;
  readonly cardinality: "one-to-one" | "many-to-one" | "one-to-many";
  /** Labels that the result takes from the "one" side. */
  readonly include: readonly string[];
  /** What stands in for a partner that is missing on this side (`fill`, `fill_left`, `fill_right`). */
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

/** Selects sample windows: `selector` is an index into `Plan.selectors`. */
export interface SelectorUse {
  readonly selector: number;
  /** Subtracted from the evaluation time, or from `atMs` where that is set. */
  readonly offsetMs: number;
  readonly atMs: number | undefined;
  /** Nothing but the count and the sum of histograms matters, so that their buckets may be left out. */
  readonly statsOnly: boolean;
  /** It is asked when the counters of the samples began. */
  readonly usesStarts: boolean;
}

/**
 * A node of the plan: the expression with every modifier resolved to milliseconds, and with the grid on which it is evaluated.
 * Scalars and vectors yield a column of steps a series; ranges ("matrix", "subquery") yield windows of samples to a function.
 */
export type PlanNode = VectorNode | RangeNode;

/** A scalar or a vector: it has a value, or none, at each step of `grid`. */
export type VectorNode =
  | { readonly kind: "number"; readonly grid: Grid; readonly value: number }
  | ({
      readonly kind: "vector-selector";
      readonly grid: Grid;
      readonly pos: TextRange;
      readonly lookbackMs: number;
      /** Between two samples the value lies on the line from one to the other. */
      readonly smoothed: boolean;
    } & SelectorUse)
  | {
      readonly kind: "aggregate";
      readonly grid: Grid;
      readonly pos: TextRange;
      readonly op: AggregateOp;
      readonly choice: LabelChoice;
      /** k or the quantile. */
      readonly param: VectorNode | undefined;
      readonly paramPos: TextRange;
      /** The label that `count_values` writes. */
      readonly valueLabel: string;
      readonly child: VectorNode;
      readonly childPos: TextRange;
    }
  | { readonly kind: "scalar-scalar"; readonly grid: Grid; readonly op: SampleOp; readonly left: VectorNode; readonly right: VectorNode }
  | {
      readonly kind: "vector-scalar";
      readonly grid: Grid;
      readonly pos: TextRange;
      readonly op: SampleOp;
      readonly bool: boolean;
      readonly vector: VectorNode;
      readonly scalar: VectorNode;
      /** The scalar stands on the left. */
      readonly scalarFirst: boolean;
    }
  | {
      readonly kind: "vector-vector";
      readonly grid: Grid;
      readonly pos: TextRange;
      readonly op: SampleOp;
      readonly bool: boolean;
      readonly matching: Matching;
      readonly left: VectorNode;
      readonly right: VectorNode;
    }
  | {
      readonly kind: "set";
      readonly grid: Grid;
      readonly op: SetOp;
      readonly choice: LabelChoice;
      readonly left: VectorNode;
      readonly right: VectorNode;
    }
  | { readonly kind: "negate"; readonly grid: Grid; readonly child: VectorNode }
  | CallNode
  | InfoNode
  | { readonly kind: "step-invariant"; readonly grid: Grid; readonly child: VectorNode };

/** A call of a function that `functionOperators` lists. */
export interface CallNode {
  readonly kind: "call";
  readonly grid: Grid;
  readonly pos: TextRange;
  readonly name: string;
  readonly args: readonly CallArgument[];
}

/** A call of `info`: the series of `child` with labels of info series that have the same `instance` and `job`. */
export interface InfoNode {
  readonly kind: "info";
  readonly grid: Grid;
  readonly child: VectorNode;
  readonly matchers: InfoMatchers;
  /** Selects the info series. */
  readonly selector: number;
  readonly lookbackMs: number;
  /** As in `SelectorUse`. */
  readonly offsetMs: number;
  readonly atMs: number | undefined;
}

/** What a function is called with. */
export interface CallArgument {
  readonly type: "scalar" | "vector" | "matrix" | "string";
  readonly pos: TextRange;
  /** Set unless the type is "string". */
  readonly node: PlanNode | undefined;
  /** The text of a string. */
  readonly text: string;
  /** The labels that a selector pins down by equality, for the `absent` functions; empty for anything else. */
  readonly absentLabels: Labels;
}

/** A range vector: the windows that end at the steps of `grid`, and reach `rangeMs` back. */
export type RangeNode =
  | ({
      readonly kind: "matrix-selector";
      readonly grid: Grid;
      readonly rangeMs: number;
      readonly extension: Extension | undefined;
    } & SelectorUse)
  | {
      readonly kind: "subquery";
      readonly grid: Grid;
      readonly rangeMs: number;
      readonly offsetMs: number;
      readonly atMs: number | undefined;
      /** Evaluated on a grid of its own. */
      readonly child: VectorNode;
    };
