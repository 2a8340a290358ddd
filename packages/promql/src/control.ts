import { Annotations, PromError } from "@ferula/model";
import { type Analysis, createAnalysis } from "./analysis.ts";
import { type MonotonicityInfo, createMonotonicityInfo } from "./monotonicity-info.ts";
import type { QueryParams } from "./plan/params.ts";

/**
 * How exactly samples are counted: of the series that were read ("cheap"), of all series that were selected, as upstream reads them all
 * ("all"), or those step by step ("steps").
 */
export type StatsLevel = "cheap" | "all" | "steps";

/** What the outside holds an evaluation to. */
export interface EvaluationControl {
  /** Points in memory at once; more is an error. */
  readonly maxSamples: number;
  /** Asked between series; true stops the evaluation. */
  readonly stopReason: () => "canceled" | "timeout" | undefined;
  /** Default: "cheap". */
  readonly stats?: StatsLevel | undefined;
  /** Has every operator watched. Default: none is. */
  readonly analyze?: boolean | undefined;
}

/** The state that all operators of one evaluation share. */
export interface Evaluation {
  readonly annotations: Annotations;
  /** With it, `__name__` is dropped from the result only (feature `promql-delayed-name-removal`). */
  readonly delayedNameRemoval: boolean;
  /** Types of metrics stand in labels (feature `type-and-unit-labels`). */
  readonly typeAndUnitLabels: boolean;
  /** Throws when the query was cancelled or timed out. */
  readonly check: () => void;
  /** Counts points that were loaded, and throws when there are too many; a negative count gives them back. */
  readonly countSamples: (count: number) => void;
  /** Runs `run` and gives back the points that it counted: what it read has gone into something smaller. */
  readonly passing: (run: () => void) => void;
  /**
   * Throws when so many values, about to be allocated, are more than the query may load: together with the `before` that the same table
   * holds already, or with all that was reserved so far. They are not counted as samples.
   */
  readonly reserve: (valueCount: number, before?: number) => void;
  /** As `reserve`, for so many characters of label values that the query makes. */
  readonly reserveText: (length: number) => void;
  readonly statsLevel: StatsLevel;
  /** What operators are watched with, where they are. */
  readonly analysis: Analysis | undefined;
  readonly monotonicity: MonotonicityInfo;
  /** Whether a histogram was read so far. */
  sawHistograms: boolean;
  /** Whether there is a histogram in what was selected, read or not; looks for one if none was read. Without any, nobody has a word to say of them. */
  readonly anyHistograms: () => boolean;
  /** Has `anyHistograms` look for one by `search`. */
  readonly searchHistogramsBy: (search: () => boolean) => void;
  /** Has `run` called when the result is complete, by `finish`. */
  readonly atEnd: (run: () => void) => void;
  /** Has `run` called when all has been read, behind all that `atEnd` was given. */
  readonly afterReads: (run: () => void) => void;
  /** Has `run` called when all samples have been counted, before what was given earlier: parts are told before the whole. */
  readonly whenCounted: (run: () => void) => void;
  /** Does what was left for the end, and completes the annotations. */
  readonly finish: () => void;
  readonly stats: EvaluationStats;
}

/** What an evaluation took. */
export interface EvaluationStats {
  /** Points that were loaded and not given back. */
  loadedSamples: number;
  /** The most that `loadedSamples` has been. */
  peakSamples: number;
  /** Samples that were taken in, each as often as a window holds it; histograms by their size. */
  totalSamples: number;
  /** The same, each once. */
  samplesRead: number;
  /** Both by step, where that was asked for. */
  steps?: { readonly timesMs: Float64Array; readonly total: Float64Array; readonly read: Float64Array } | undefined;
}

/**
 * So many values may be allocated whatever `maxSamples` says: it limits the samples that there are, and of few steps or many, few may
 * have one.
 */
const HARMLESS_VALUES = 1 << 20;

/** All that is allocated may be this many times what one allocation may be: a long query has many operators. */
const ALLOCATIONS_FACTOR = 16;
/** The same for queries that may load a lot; with the default limit it comes to 900 MB. */
const MOST_LIMITS = 2;

/** Characters of label values that a query may make, which grow exponentially where `label_replace` is applied to itself. */
const MAX_TEXT = 1 << 27;

/** What the texts of promql/engine.go `ErrTooManySamples`, `ErrQueryTimeout` and `ErrQueryCanceled` end in. */
const PHASE = "query execution";
const PLACE = "expression evaluation";

/** The state of one evaluation, with nothing loaded yet. */
export function createEvaluation(
  control: EvaluationControl,
  { delayedNameRemoval, typeAndUnitLabels }: Pick<QueryParams, "delayedNameRemoval" | "typeAndUnitLabels">,
): Evaluation {
  const stats: EvaluationStats = { loadedSamples: 0, peakSamples: 0, totalSamples: 0, samplesRead: 0 };
  let reserved = 0;
  let textLength = 0;

  function check(): void {
    const reason = control.stopReason();
    if (reason !== undefined) throw stopError(reason);
  }

  function countSamples(count: number): void {
    stats.loadedSamples += count;
    if (stats.loadedSamples > stats.peakSamples) stats.peakSamples = stats.loadedSamples;
    if (stats.loadedSamples > control.maxSamples) throw tooManySamples();
  }

  function passing(run: () => void): void {
    const before = stats.loadedSamples;
    run();
    countSamples(before - stats.loadedSamples);
  }

  function reserve(valueCount: number, before: number = 0): void {
    const tableSize = before + valueCount;
    if (tableSize > HARMLESS_VALUES && tableSize > control.maxSamples) throw tooManySamples();
    reserved += valueCount;
    if (reserved > Math.max(ALLOCATIONS_FACTOR * HARMLESS_VALUES, MOST_LIMITS * control.maxSamples)) throw tooManySamples();
  }

  function reserveText(length: number): void {
    textLength += length;
    if (textLength > MAX_TEXT) throw tooManySamples();
  }

  const annotations = new Annotations();
  const monotonicity = createMonotonicityInfo();
  const endings: (() => void)[] = [];
  const lastly: (() => void)[] = [];
  const countings: (() => void)[] = [];
  const searches: (() => boolean)[] = [];
  let found: boolean | undefined;

  function finish(): void {
    for (const run of endings) run();
    for (const run of lastly) run();
    for (const run of countings.toReversed()) run();
    monotonicity.addTo(annotations);
  }

  const evaluation: Evaluation = {
    annotations,
    delayedNameRemoval,
    typeAndUnitLabels,
    check,
    countSamples,
    passing,
    reserve,
    reserveText,
    statsLevel: control.stats ?? "cheap",
    analysis: control.analyze === true ? createAnalysis() : undefined,
    monotonicity,
    sawHistograms: false,
    anyHistograms: () => evaluation.sawHistograms || (found ??= searches.some((search) => search())),
    searchHistogramsBy: (search) => searches.push(search),
    atEnd: (run) => endings.push(run),
    afterReads: (run) => lastly.push(run),
    whenCounted: (run) => countings.push(run),
    finish,
    stats,
  };
  return evaluation;
}

function tooManySamples(): PromError {
  return new PromError("execution", `query processing would load too many samples into memory in ${PHASE}`);
}

/** The error of a query that was stopped. */
export function stopError(reason: "canceled" | "timeout"): PromError {
  return reason === "timeout"
    ? new PromError("timeout", `query timed out in ${PLACE}`)
    : new PromError("canceled", `query was canceled in ${PLACE}`);
}

/** An error of the evaluation itself. */
export function executionError(message: string, cause?: unknown): PromError {
  return new PromError("execution", message, { cause });
}
