import { Annotations, PromError } from "@ferula/model";
import { type MonotonicityInfo, createMonotonicityInfo } from "./monotonicity-info.ts";

/** What the outside holds an evaluation to. */
export interface EvaluationControl {
  /** Points in memory at once; more is an error. */
  readonly maxSamples: number;
  /** Asked between series; true stops the evaluation. */
  readonly stopReason: () => "canceled" | "timeout" | undefined;
}

/** The state that all operators of one evaluation share. */
export interface Evaluation {
  readonly annotations: Annotations;
  /** With it, `__name__` is dropped from the result only (feature `promql-delayed-name-removal`). */
  readonly delayedNameRemoval: boolean;
  /** Throws when the query was cancelled or timed out. */
  readonly check: () => void;
  /** Counts points that were loaded, and throws when there are too many; a negative count gives them back. */
  readonly countSamples: (count: number) => void;
  /** Runs `run` and gives back the points that it counted: what it read has gone into something smaller. */
  readonly passing: (run: () => void) => void;
  /** Throws when so many values, about to be allocated, are more than the query may load. They are not counted. */
  readonly reserve: (valueCount: number) => void;
  readonly monotonicity: MonotonicityInfo;
  /** Has `run` called when the result is complete, by `finish`. */
  readonly atEnd: (run: () => void) => void;
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
}

/**
 * So many values may be allocated whatever `maxSamples` says: it limits the samples that there are, and of few steps or many, few may
 * have one.
 */
const HARMLESS_VALUES = 1 << 20;

/** What the texts of promql/engine.go `ErrTooManySamples`, `ErrQueryTimeout` and `ErrQueryCanceled` end in. */
const PHASE = "query execution";
const PLACE = "expression evaluation";

/** The state of one evaluation, with nothing loaded yet. */
export function createEvaluation(control: EvaluationControl, delayedNameRemoval: boolean): Evaluation {
  const stats: EvaluationStats = { loadedSamples: 0, peakSamples: 0 };

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

  function reserve(valueCount: number): void {
    if (valueCount > HARMLESS_VALUES && valueCount > control.maxSamples) throw tooManySamples();
  }

  const annotations = new Annotations();
  const monotonicity = createMonotonicityInfo();
  const endings: (() => void)[] = [];

  function finish(): void {
    for (const run of endings) run();
    monotonicity.addTo(annotations);
  }

  return {
    annotations,
    delayedNameRemoval,
    check,
    countSamples,
    passing,
    reserve,
    monotonicity,
    atEnd: (run) => endings.push(run),
    finish,
    stats,
  };
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
