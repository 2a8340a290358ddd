import type { HistogramColumns, Labels, SampleColumns } from "@ferula/model";
import type { StepColumn } from "../columns.ts";

/** A series that an operator will yield. */
export interface OutputSeries {
  readonly labels: Labels;
  /** With delayed name removal, the result drops the name at the very end. */
  readonly dropName: boolean;
}

/**
 * An operator first says which series it will yield, then yields the steps of one series after another.
 *
 * `series()` is asked once, before any `read`. A series may turn out to have no step at all. `read(i, out)` overwrites the grid's steps
 * of `out`; the caller owns it. Each series is normally read once and in order, which is when operators share what they decoded; any
 * order and repeated reads give the same values. What an operator keeps is O(groups × steps), never O(series × samples).
 */
export interface Operator {
  readonly series: () => readonly OutputSeries[];
  readonly read: (index: number, out: StepColumn) => void;
}

/**
 * The windows of samples that a range function slides over. `read` yields samples without stale markers, oldest first, floats and
 * histograms each by themselves; no time is that of both. Histograms are only read.
 */
export interface RangeSource {
  readonly series: () => readonly OutputSeries[];
  readonly read: (index: number, out: SampleColumns, histograms: HistogramColumns) => void;
}
