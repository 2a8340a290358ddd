import { isPromError } from "@ferula/model";
import type { AnswerJob, AnswerMaker, AnswerSources } from "./answer.ts";
import { ChunkAnswer } from "./chunk-answer.ts";
import type { AskingMessage, AnswerFailure, AnsweringMessage } from "./protocol.ts";
import { SampleAnswer } from "./sample-answer.ts";

/** What answers are made with. */
export interface AnsweringOptions {
  readonly sources: AnswerSources;
  /** Sends a message; `transfer` lists the buffers that go with it. */
  readonly post: (message: AnsweringMessage, transfer: readonly ArrayBuffer[]) => void;
  /** The longest that one answer keeps others waiting, as far as a series or a select allows it. */
  readonly sliceMs: number;
}

/** Makes any number of answers on one thread, a step of each at a time: what the clients have not taken yet is not made. */
export interface Answering {
  /** Takes a message. Never throws. */
  readonly take: (message: AskingMessage) => void;
  /** Whether no answer is under way. */
  readonly isIdle: () => boolean;
}

/** The thread's side of `protocol.ts`. */
export function createAnswering({ sources, post, sliceMs }: AnsweringOptions): Answering {
  const makers = new Map<number, AnswerMaker>();

  function goOn(id: number): void {
    const maker = makers.get(id);
    // It may have ended while it was asked to.
    if (maker === undefined) return;
    const endMs = performance.now() + sliceMs;
    try {
      const { bytes, isLast } = maker.step(() => performance.now() >= endMs);
      if (isLast) makers.delete(id);
      post({ type: isLast ? "ended" : "piece", id, ...(bytes === undefined ? {} : { bytes }) }, bytes === undefined ? [] : [bytes.buffer]);
    } catch (error) {
      makers.delete(id);
      post({ type: "ended", id, failure: failureOf(error) }, []);
    }
  }

  return {
    take(message) {
      const { id } = message;
      if (message.type === "open") makers.set(id, makerOf(message.job, sources));
      if (message.type !== "close") goOn(id);
      else if (makers.delete(id)) post({ type: "ended", id }, []);
    },
    isIdle: () => makers.size === 0,
  };
}

function makerOf({ form, queries, externalLabels }: AnswerJob, sources: AnswerSources): AnswerMaker {
  return form.kind === "samples"
    ? new SampleAnswer({ queries, externalLabels, sampleLimit: form.sampleLimit }, sources)
    : new ChunkAnswer({ queries, externalLabels, maxBytesInFrame: form.maxBytesInFrame }, sources);
}

/** Errors lose what they are on the way to another thread. */
function failureOf(error: unknown): AnswerFailure {
  return { errorType: isPromError(error) ? error.errorType : "internal", text: error instanceof Error ? error.message : String(error) };
}
