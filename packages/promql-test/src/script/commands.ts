import type { Labels } from "@ferula/model";
import type { SeriesValue } from "@ferula/promql-syntax";

/** A script, ready to run: its commands in their order. Times are milliseconds since the epoch, where every script begins. */
export type Script = readonly Command[];

/** One command of a script. */
export type Command = { readonly kind: "clear"; readonly line: number } | LoadCommand | EvalCommand;

/** A command, and the index of the first line behind it. */
export interface Parsed<C extends Command> {
  readonly command: C;
  readonly next: number;
}

/** Puts samples into the database, a value every `stepMs` from time 0. */
export interface LoadCommand {
  readonly kind: "load";
  readonly line: number;
  readonly stepMs: number;
  /** Whether classic histograms are stored as histograms with custom buckets, too (`load_with_nhcb`). */
  readonly withCustomBuckets: boolean;
  readonly series: readonly LoadedSeries[];
}

/** A series of a `load`. */
export interface LoadedSeries {
  readonly labels: Labels;
  readonly values: readonly SeriesValue[];
  /** For each value when its counter began, relative to the value's time; undefined where that is not known. */
  readonly startOffsetsMs: readonly (number | undefined)[] | undefined;
}

/** Evaluates a query and holds the result against what is expected. */
export interface EvalCommand {
  readonly kind: "eval";
  readonly line: number;
  readonly expr: string;
  readonly isRange: boolean;
  /** The time of an instant query. */
  readonly timeMs: number;
  /** Of a range query its range. Of an instant query the times of the values that are expected (`expect range vector`); else its time. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  readonly expected: Expectation;
}

/** What a query must give. */
export interface Expectation {
  /** Set where the query must fail; then one of each kind that is there must match the error's message. */
  readonly fails: readonly TextMatch[] | undefined;
  readonly isOrdered: boolean;
  readonly warnings: AnnotationExpectation;
  readonly infos: AnnotationExpectation;
  /** A number, where the result must be a scalar. */
  readonly scalar: number | undefined;
  readonly text: string;
  /** By the key of their labels; position counts from 1. */
  readonly series: ReadonlyMap<string, ExpectedSeries>;
  /** Whether an instant query must give the same in the middle of a range query. */
  readonly holdsInRange: boolean;
}

/** A series of an expected result. */
export interface ExpectedSeries {
  readonly labels: Labels;
  readonly position: number;
  readonly values: readonly SeriesValue[];
}

/** What is expected of the warnings, or of the infos. */
export interface AnnotationExpectation {
  /** One at least must be there (`eval_warn`), whatever it says. */
  readonly isDue: boolean;
  /** None may be there. */
  readonly isForbidden: boolean;
  /** Each must match one that is there, and each that is there one of these. Empty: nothing is said. */
  readonly matches: readonly TextMatch[];
}

/** A message as it must be, or a pattern that must be found in it. */
export interface TextMatch {
  readonly source: string;
  readonly matches: (text: string) => boolean;
}
