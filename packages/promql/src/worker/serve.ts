import { isPromError, PromError } from "@ferula/model";
import type { LabelListing, LabelSelection, SeriesSelection, SeriesSet } from "@ferula/storage";
import { stopError } from "../control.ts";
import { evaluatePlan } from "../evaluate.ts";
import { planQuery } from "../plan/plan.ts";
import { emptyHeader, noting } from "../result/header.ts";
import { createJsonWriter } from "../result/json-writer.ts";
import type { PointWriter } from "../result/point-writer.ts";
import { createSeriesSink } from "../result/series-sink.ts";
import type { ResultSink } from "../result/sink.ts";
import { writeLabels, writeSeries, type ListingOptions } from "../result/write-listing.ts";
import {
  CREDIT_WORD,
  type ListingJob,
  type PoolMessage,
  type QueryJob,
  STOP_CANCELED,
  STOP_NONE,
  STOP_WORD,
  type WorkerMessage,
  type WritingJob,
} from "./protocol.ts";

/** What a worker is made of. */
export interface JobHandlerOptions {
  /** The words that `protocol.ts` describes. */
  readonly control: Int32Array;
  readonly points: PointWriter;
  /** Opens a selection of the storage on this thread. */
  readonly openSelection: (selection: SeriesSelection) => SeriesSet;
  /** Lists a selection of labels of the storage on this thread; `limit` 0 is no limit. */
  readonly listLabels: (selection: LabelSelection, limit: number) => LabelListing;
  /** Opens selections and writes what the request of a `WritingJob` says. Default: there are no such jobs. */
  readonly write?: (request: unknown, selections: readonly SeriesSelection[], options: Omit<ListingOptions, "limit">) => void;
  /** Sends a message; `transfer` lists the buffers that go with it. */
  readonly post: (message: WorkerMessage, transfer: readonly ArrayBuffer[]) => void;
}

/** Runs one job to its end: posts its results, then "done", "listed", "written" or "failed". Never throws. */
export type JobHandler = (job: PoolMessage) => void;

/** How long a wait for credit lasts before the stop word is looked at again. */
const CREDIT_WAIT_MS = 100;

/** The worker's side of the pool. It blocks its thread while a query runs, or waits for the reader of its result. */
export function createJobHandler({ control, points, openSelection, listLabels, write, post }: JobHandlerOptions): JobHandler {
  function stopReason(): "canceled" | "timeout" | undefined {
    const stop = Atomics.load(control, STOP_WORD);
    if (stop === STOP_NONE) return undefined;
    return stop === STOP_CANCELED ? "canceled" : "timeout";
  }

  /** Waits until one more result message may be sent. A query that is stopped goes on at once, to find that out. */
  function takeCredit(): void {
    for (;;) {
      const credits = Atomics.load(control, CREDIT_WORD);
      if (credits > 0) {
        Atomics.sub(control, CREDIT_WORD, 1);
        return;
      }
      if (stopReason() !== undefined) return;
      Atomics.wait(control, CREDIT_WORD, credits, CREDIT_WAIT_MS);
    }
  }

  function runQuery(job: QueryJob): void {
    const plan = planQuery(job.text, job.params);
    const sets = openAll(job.selections);
    const header = emptyHeader();
    const { id, maxSamples, stats: level, analyze } = job;
    const control = { maxSamples, stopReason, stats: level, analyze };
    const json = piecePoster(id);
    const sink = job.kind === "json" ? createJsonWriter(points, json.put).sink : seriesSink(id);
    const { annotations, stats, explained } = evaluatePlan(plan, sets, noting(sink, header), control);
    const { warnings, infos } = annotations.texts(job.text);
    const bytes = json.last();
    post({ type: "done", id, resultType: header.type, text: header.text, warnings, infos, stats, explained, bytes }, buffersOf(bytes));
  }

  /** In upstream's words (promql/engine.go `checkAndExpandSeriesSet`). */
  function openAll(selections: readonly SeriesSelection[]): SeriesSet[] {
    try {
      return selections.map(openSelection);
    } catch (error) {
      if (isPromError(error)) throw new PromError(error.errorType, `expanding series: ${error.message}`, { cause: error });
      throw error;
    }
  }

  function runListing({ id, kind, selections, limit }: ListingJob): void {
    const json = piecePoster(id);
    const options: ListingOptions = { limit, onChunk: json.put, check };
    const truncated =
      kind === "series"
        ? writeSeries(selections.map(openSelection), options)
        : writeLabels(
            selections.map((selection) => listLabels(selection, limit)),
            options,
          );
    const bytes = json.last();
    post({ type: "listed", id, truncated, bytes }, buffersOf(bytes));
  }

  function runWriting({ id, selections, request }: WritingJob): void {
    if (write === undefined) throw new Error("BUG: a worker that can't write was asked to");
    const pieces = piecePoster(id);
    write(request, selections, { onChunk: pieces.put, check });
    const bytes = pieces.last();
    post({ type: "written", id, bytes }, buffersOf(bytes));
  }

  function check(): void {
    const reason = stopReason();
    if (reason !== undefined) throw stopError(reason);
  }

  function seriesSink(id: number): ResultSink {
    return createSeriesSink((series) => {
      takeCredit();
      post({ type: "series", id, series }, [series.timestampsMs.buffer as ArrayBuffer, series.values.buffer as ArrayBuffer]);
    });
  }

  /** Sends pieces, but for the last one, which goes with the message that ends the job. */
  function piecePoster(id: number): { readonly put: (bytes: Uint8Array) => void; readonly last: () => Uint8Array | undefined } {
    let held: Uint8Array | undefined;
    return {
      put(bytes) {
        if (held !== undefined) {
          takeCredit();
          post({ type: "json", id, bytes: held }, buffersOf(held));
        }
        held = bytes;
      },
      last: () => held,
    };
  }

  return (job) => {
    try {
      if (job.type === "query") runQuery(job);
      else if (job.type === "listing") runListing(job);
      else runWriting(job);
    } catch (error) {
      post({ type: "failed", id: job.id, ...described(error) }, []);
    }
  };
}

function buffersOf(bytes: Uint8Array | undefined): readonly ArrayBuffer[] {
  return bytes === undefined ? [] : [bytes.buffer as ArrayBuffer];
}

/**
 * What a client is told of an error. Only the storage fails with "internal" here, and upstream answers its errors as those of the execution
 * (web/api/v1/api.go `returnAPIError`). What is no PromError is a bug.
 */
export function described(error: unknown): Pick<PromError, "errorType" | "message"> {
  if (!isPromError(error)) return { errorType: "internal", message: error instanceof Error ? error.message : String(error) };
  const { errorType, message } = error;
  return { errorType: errorType === "internal" ? "execution" : errorType, message };
}
