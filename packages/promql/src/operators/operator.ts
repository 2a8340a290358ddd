import type { HistogramColumns, Labels, SampleColumns } from "@ferula/model";
import type { LabelSymbols } from "@ferula/storage";
import type { StepColumn } from "../columns.ts";

/** A series that an operator will yield. */
export interface OutputSeries {
  readonly labels: Labels;
  /** With delayed name removal, the result drops the name at the very end. */
  readonly dropName: boolean;
}

/** The series of a select, all with labels of their own, before one is made as text: who groups them needs the labels of few. */
export interface SymbolSeries {
  readonly count: number;
  readonly symbols: LabelSymbols;
  /** The labels that say what the metric is are not among those of the series. */
  readonly isNameless: boolean;
  /** The same as `series()` says. */
  readonly at: (index: number) => OutputSeries;
}

/**
 * An operator first says which series it will yield, then yields the steps of one series after another.
 *
 * `series()` is asked once, before any `read`. A series may turn out to have no step at all. `read(i, out)` overwrites the grid's steps
 * of `out`; the caller owns it. Each series is normally read once and in order, which is when operators share what they decoded; any
 * order and repeated reads give the same values. What an operator keeps is O(groups × steps), never O(series × samples).
 *
 * `symbolSeries()` stands for `series()` where it is there and has an answer: by its symbols.
 */
export interface Operator {
  readonly series: () => readonly OutputSeries[];
  readonly symbolSeries?: (() => SymbolSeries | undefined) | undefined;
  readonly read: (index: number, out: StepColumn) => void;
}

/**
 * The windows of samples that a range function slides over. `read` yields samples without stale markers, oldest first, floats and
 * histograms each by themselves; no time is that of both. Histograms are only read.
 */
export interface RangeSource {
  readonly series: () => readonly OutputSeries[];
  /** As in `Operator`. */
  readonly symbolSeries?: (() => SymbolSeries | undefined) | undefined;
  readonly read: (index: number, out: SampleColumns, histograms: HistogramColumns) => void;
}
