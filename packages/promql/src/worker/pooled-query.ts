import { PromError } from "@ferula/model";
import type { SeriesSelection } from "@ferula/storage";
import { type EvaluationStats, type StatsLevel, stopError } from "../control.ts";
import type { ExplainedNode } from "../plan/explain.ts";
import type { QueryParams } from "../plan/params.ts";
import type { ResultSeries } from "../result/series-sink.ts";
import type { ResultType } from "../result/sink.ts";
import {
  CREDIT_WORD,
  type ListedKind,
  type PoolMessage,
  type ResultKind,
  STOP_CANCELED,
  STOP_TIMEOUT,
  STOP_WORD,
  type WorkerMessage,
} from "./protocol.ts";
import type { WorkerSlot } from "./slot.ts";

/** What is asked of a pool. `select` is called when a worker is free, `release` when the worker no longer uses the selections. */
export interface PoolTask {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly select: () => readonly SeriesSelection[] | Promise<readonly SeriesSelection[]>;
  readonly release: (selections: readonly SeriesSelection[]) => void;
  /** Takes the next piece of the result's bytes; while its promise is open, the worker is held back. Unused for "series" of a query. */
  readonly onJson?: (bytes: Uint8Array) => Promise<void> | void;
}

/** A query to run. */
export interface PoolQuery extends PoolTask {
  readonly text: string;
  readonly params: QueryParams;
  readonly kind: ResultKind;
  readonly maxSamples: number;
  /** As in `EvaluationControl`. */
  readonly stats?: StatsLevel | undefined;
  readonly analyze?: boolean | undefined;
  /** Evaluates what was selected on this thread, where that is done sooner than it is handed over; undefined where a worker must. */
  readonly here?: (selections: readonly SeriesSelection[]) => PoolResult | undefined;
}

/** A listing to make, handed on as a JSON array. */
export interface PoolListing extends PoolTask {
  readonly kind: ListedKind;
  /** How many items there may be; 0 is no limit. */
  readonly limit: number;
}

/** What is to be written, see `WritingJob`. */
export interface PoolWriting extends PoolTask {
  readonly request: unknown;
}

/** A query that has ended well. */
export interface PoolResult {
  readonly resultType: ResultType;
  /** Of "series"; empty for "json". */
  readonly series: readonly ResultSeries[];
  /** The text of a string result. */
  readonly text: string;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: EvaluationStats;
  /** Of a query that was to be analyzed. */
  readonly explained?: ExplainedNode | undefined;
}

/** One job on a worker. */
export interface PooledRun extends Pick<PoolTask, "signal" | "onJson"> {
  /** What is left of its time. */
  readonly timeoutMs: number;
  /** How long the worker may take to stop when told to, before it is terminated and replaced. */
  readonly stopGraceMs: number;
  /** Takes the series of a result. */
  readonly onSeries?: (series: ResultSeries) => void;
}

/** The message that ends a job well. */
export type EndMessage = Extract<WorkerMessage, { readonly type: "done" | "listed" | "written" }>;

/** Runs a job on a worker that has started. Settles when the worker no longer uses the selections. Rejects with PromError. */
export function runOnSlot(
  slot: WorkerSlot,
  job: PoolMessage,
  { signal, onJson, onSeries, timeoutMs, stopGraceMs }: PooledRun,
): Promise<EndMessage> {
  return new Promise((resolve, reject) => {
    let graceTimer: NodeJS.Timeout | undefined;

    const stop = (word: number, reason: "canceled" | "timeout"): void => {
      Atomics.store(slot.control, STOP_WORD, word);
      Atomics.notify(slot.control, CREDIT_WORD);
      graceTimer ??= setTimeout(() => {
        settle();
        slot.restart().then(() => reject(stopError(reason)), reject);
      }, stopGraceMs);
    };
    const onAbort = (): void => stop(STOP_CANCELED, "canceled");
    const timer = setTimeout(() => stop(STOP_TIMEOUT, "timeout"), timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(graceTimer);
      signal?.removeEventListener("abort", onAbort);
      slot.settle();
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error);
    };
    const giveCredit = (): void => {
      Atomics.add(slot.control, CREDIT_WORD, 1);
      Atomics.notify(slot.control, CREDIT_WORD);
    };
    // Pieces are handed on one after another; a reader that fails has gone away, and its query is of no more use.
    let handedOn: Promise<void> = Promise.resolve();
    const onMessage = (message: WorkerMessage): void => {
      switch (message.type) {
        case "json":
          handedOn = handedOn.then(() => onJson?.(message.bytes)).then(giveCredit, onAbort);
          break;
        case "series":
          onSeries?.(message.series);
          giveCredit();
          break;
        case "done":
        case "listed":
        case "written":
          void handedOn
            .then(() => (message.bytes === undefined ? undefined : onJson?.(message.bytes)))
            .catch(onAbort)
            .then(() => {
              settle();
              resolve(message);
            });
          break;
        case "failed":
          fail(new PromError(message.errorType, message.message));
          break;
      }
    };

    try {
      slot.begin(job, { onMessage, fail });
    } catch (error) {
      fail(error);
      return;
    }
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
