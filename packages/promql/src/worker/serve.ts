import { isPromError } from "@ferula/model";
import type { SeriesSelection, SeriesSet } from "@ferula/storage";
import { evaluatePlan } from "../evaluate.ts";
import { planQuery } from "../plan/plan.ts";
import { emptyHeader, noting } from "../result/header.ts";
import { createJsonWriter } from "../result/json-writer.ts";
import type { PointWriter } from "../result/point-writer.ts";
import { createSeriesSink } from "../result/series-sink.ts";
import type { ResultSink } from "../result/sink.ts";
import { CREDIT_WORD, type QueryJob, STOP_CANCELED, STOP_NONE, STOP_WORD, type WorkerMessage } from "./protocol.ts";

/** What a worker is made of. */
export interface JobHandlerOptions {
  /** The words that `protocol.ts` describes. */
  readonly control: Int32Array;
  readonly points: PointWriter;
  /** Opens a selection of the storage on this thread. */
  readonly openSelection: (selection: SeriesSelection) => SeriesSet;
  /** Sends a message; `transfer` lists the buffers that go with it. */
  readonly post: (message: WorkerMessage, transfer: readonly ArrayBuffer[]) => void;
}

/** Runs one job to its end: posts its results, then "done" or "failed". Never throws. */
export type JobHandler = (job: QueryJob) => void;

/** How long a wait for credit lasts before the stop word is looked at again. */
const CREDIT_WAIT_MS = 100;

/** The worker's side of the pool. It blocks its thread while a query runs, or waits for the reader of its result. */
export function createJobHandler({ control, points, openSelection, post }: JobHandlerOptions): JobHandler {
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

  function run(job: QueryJob): void {
    const plan = planQuery(job.text, job.params);
    const sets = job.selections.map(openSelection);
    const header = emptyHeader();
    const { annotations, stats } = evaluatePlan(plan, sets, noting(sinkOf(job), header), { maxSamples: job.maxSamples, stopReason });
    const { warnings, infos } = annotations.texts(job.text);
    post({ type: "done", id: job.id, resultType: header.type, text: header.text, warnings, infos, stats }, []);
  }

  function sinkOf({ id, kind }: QueryJob): ResultSink {
    if (kind === "json") {
      return createJsonWriter(points, (bytes) => {
        takeCredit();
        post({ type: "json", id, bytes }, [bytes.buffer as ArrayBuffer]);
      }).sink;
    }
    return createSeriesSink(({ labels, timestampsMs, values }) => {
      takeCredit();
      post({ type: "series", id, labels, timestampsMs, values }, [timestampsMs.buffer as ArrayBuffer, values.buffer as ArrayBuffer]);
    });
  }

  return (job) => {
    try {
      run(job);
    } catch (error) {
      const message = error instanceof Error || isPromError(error) ? error.message : String(error);
      post({ type: "failed", id: job.id, errorType: isPromError(error) ? error.errorType : "internal", message }, []);
    }
  };
}
