import { Annotations, PromError } from "@ferula/model";

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
  readonly stats: EvaluationStats;
}

/** What an evaluation took. */
export interface EvaluationStats {
  loadedSamples: number;
  peakSamples: number;
}

/** Texts of promql/engine.go `ErrTooManySamples`, `ErrQueryTimeout` and `ErrQueryCanceled`. */
const PHASE = "query execution";
const PLACE = "expression evaluation";

export function createEvaluation(control: EvaluationControl, delayedNameRemoval: boolean): Evaluation {
  const stats: EvaluationStats = { loadedSamples: 0, peakSamples: 0 };

  function check(): void {
    const reason = control.stopReason();
    if (reason !== undefined) throw stopError(reason);
  }

  function countSamples(count: number): void {
    stats.loadedSamples += count;
    if (stats.loadedSamples > stats.peakSamples) stats.peakSamples = stats.loadedSamples;
    if (stats.loadedSamples > control.maxSamples) {
      throw new PromError("execution", `query processing would load too many samples into memory in ${PHASE}`);
    }
  }

  return { annotations: new Annotations(), delayedNameRemoval, check, countSamples, stats };
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
