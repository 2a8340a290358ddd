import type { WasmMemory } from "@ferula/kernels";
import type { ApiErrorType } from "@ferula/model";
import type { SeriesSelection } from "@ferula/storage";
import type { EvaluationStats, StatsLevel } from "../control.ts";
import type { ExplainedNode } from "../plan/explain.ts";
import type { QueryParams } from "../plan/params.ts";
import type { ResultSeries } from "../result/series-sink.ts";
import type { ResultType } from "../result/sink.ts";

/** What a worker gets as its `workerData`. */
export interface WorkerStart {
  /** The process's one memory, in which selections have their addresses. */
  readonly memory: WasmMemory;
  /** `POINT_SCRATCH_BYTES` of it that are this worker's alone. */
  readonly scratchAddress: number;
  /** `CONTROL_WORDS` words. */
  readonly control: SharedArrayBuffer;
}

/** How many words a worker's control block has: an Int32Array that both threads see. */
export const CONTROL_WORDS = 2;
/** The word that says why the running query must stop, if it must: one of the `STOP_` values below. */
export const STOP_WORD = 0;
/** The word that says how many result messages the worker may still send; it waits on it, so that a slow reader holds the query back. */
export const CREDIT_WORD = 1;
/** The query may go on. */
export const STOP_NONE = 0;
/** Nobody waits for the query any more. */
export const STOP_CANCELED = 1;
/** The query's time is over. */
export const STOP_TIMEOUT = 2;

/** Result messages under way at most; with 64 KB each, 1 MB. */
export const MAX_CREDITS = 16;

/** In which form a result is wanted: bytes of JSON for the API, or series for rules. */
export type ResultKind = "json" | "series";

/** A query for a worker. The worker plans it again: `selections[i]` belongs to selector i of the plan that main made. */
export interface QueryJob {
  readonly type: "query";
  readonly id: number;
  readonly text: string;
  readonly params: QueryParams;
  readonly selections: readonly SeriesSelection[];
  readonly kind: ResultKind;
  readonly maxSamples: number;
  /** As in `EvaluationControl`. */
  readonly stats?: StatsLevel | undefined;
  readonly analyze?: boolean | undefined;
}

/** What is listed: label sets of series, or names or values of labels. The selections must be of that. */
export type ListedKind = "series" | "labels";

/** A listing for a worker: of all selections together, each item once, as a JSON array. */
export interface ListingJob {
  readonly type: "listing";
  readonly id: number;
  readonly kind: ListedKind;
  readonly selections: readonly SeriesSelection[];
  /** How many items there may be; 0 is no limit. */
  readonly limit: number;
}

/** Bytes that a worker makes of all selections by the program's own `JobHandlerOptions.write`. */
export interface WritingJob {
  readonly type: "writing";
  readonly id: number;
  readonly selections: readonly SeriesSelection[];
  /** Plain data that says how they are written. */
  readonly request: unknown;
}

/** Main to worker. */
export type PoolMessage = QueryJob | ListingJob | WritingJob;

/**
 * Worker to main. `bytes` and the floats of `series` are transferred, histograms are copied. "done", "listed", "written" and "failed" end a
 * job; all but the last bring the last piece along, as each message wakes the main thread.
 */
export type WorkerMessage =
  | { readonly type: "json"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: "series"; readonly id: number; readonly series: ResultSeries }
  | {
      readonly type: "done";
      readonly id: number;
      readonly resultType: ResultType;
      readonly text: string;
      readonly warnings: readonly string[];
      readonly infos: readonly string[];
      readonly stats: EvaluationStats;
      /** Of a query that was to be analyzed. */
      readonly explained?: ExplainedNode | undefined;
      readonly bytes?: Uint8Array | undefined;
    }
  | { readonly type: "listed"; readonly id: number; readonly truncated: boolean; readonly bytes?: Uint8Array | undefined }
  | { readonly type: "written"; readonly id: number; readonly bytes?: Uint8Array | undefined }
  | { readonly type: "failed"; readonly id: number; readonly errorType: ApiErrorType; readonly message: string };
