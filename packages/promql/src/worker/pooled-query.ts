import { PromError } from "@ferula/model";
import type { SeriesSelection } from "@ferula/storage";
import { type EvaluationStats, stopError } from "../control.ts";
import type { QueryParams } from "../plan/params.ts";
import type { ResultSeries } from "../result/series-sink.ts";
import type { ResultType } from "../result/sink.ts";
import { CREDIT_WORD, type ResultKind, STOP_CANCELED, STOP_TIMEOUT, STOP_WORD, type WorkerMessage } from "./protocol.ts";
import type { WorkerSlot } from "./slot.ts";

/** A query to run. `select` is called when a worker is free, `release` when the query has ended. */
export interface PoolQuery {
  readonly text: string;
  readonly params: QueryParams;
  readonly kind: ResultKind;
  readonly maxSamples: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly select: () => readonly SeriesSelection[];
  readonly release: (selections: readonly SeriesSelection[]) => void;
  /** Takes the next piece of JSON; while its promise is open, the worker is held back. Unused for "series". */
  readonly onJson?: (bytes: Uint8Array) => Promise<void> | void;
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
}

/** One run of a query on a worker. */
export interface PooledRun {
  readonly id: number;
  readonly selections: readonly SeriesSelection[];
  /** What is left of the query's time. */
  readonly timeoutMs: number;
  /** How long the worker may take to stop when told to, before it is terminated and replaced. */
  readonly stopGraceMs: number;
}

/** Runs a query on a worker that has started. Settles when the worker no longer uses the selections. Rejects with PromError. */
export function runOnSlot(slot: WorkerSlot, query: PoolQuery, { id, selections, timeoutMs, stopGraceMs }: PooledRun): Promise<PoolResult> {
  return new Promise((resolve, reject) => {
    const series: ResultSeries[] = [];
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
      query.signal?.removeEventListener("abort", onAbort);
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
          handedOn = handedOn.then(() => query.onJson?.(message.bytes)).then(giveCredit, onAbort);
          break;
        case "series":
          series.push({ labels: message.labels, timestampsMs: message.timestampsMs, values: message.values });
          giveCredit();
          break;
        case "done": {
          const { resultType, text, warnings, infos, stats } = message;
          void handedOn.then(() => {
            settle();
            resolve({ resultType, series, text, warnings, infos, stats });
          });
          break;
        }
        case "failed":
          fail(new PromError(message.errorType, message.message));
          break;
      }
    };

    const { text, params, kind, maxSamples, signal } = query;
    try {
      slot.begin({ id, text, params, selections, kind, maxSamples }, { onMessage, fail });
    } catch (error) {
      fail(error);
      return;
    }
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}
