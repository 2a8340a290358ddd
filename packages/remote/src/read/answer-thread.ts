import { PromError } from "@ferula/model";
import type { AnswerJob } from "./answer.ts";
import type { AskingMessage, AnsweringMessage } from "./protocol.ts";

/** A thread that takes messages: `node:worker_threads`' Worker, or its stand-in in tests. */
export interface MessageThread {
  readonly postMessage: (message: AskingMessage, transfer: readonly ArrayBuffer[]) => void;
  readonly on: {
    (event: "message", listener: (message: AnsweringMessage) => void): void;
    (event: "error", listener: (error: Error) => void): void;
    (event: "exit", listener: (code: number) => void): void;
  };
  readonly terminate: () => Promise<unknown>;
}

/** What answers are made by. */
export interface AnswerThreadOptions {
  readonly startThread: () => MessageThread;
  /** A thread that has made no answer for so long is ended: most servers are never read. */
  readonly idleMs: number;
}

/** An answer to be made, and who takes it. */
export interface AnswerTask {
  readonly job: AnswerJob;
  /** Takes the next bytes. As long as its promise is open, no more are made; its rejection ends the answer, which fails so. */
  readonly onBytes: (bytes: Uint8Array) => Promise<void> | void;
  /** Its abort ends the answer. */
  readonly signal: AbortSignal;
}

/** Has answers made on a thread of their own, which starts with the first of them. */
export interface AnswerThread {
  /**
   * Resolves when the answer is whole. Rejects with PromError: "canceled", or what `AnswerMaker.step` throws. Either way what was selected is
   * no longer read.
   */
  readonly make: (task: AnswerTask) => Promise<void>;
  /** Ends the thread; answers that are under way fail as cancelled. */
  readonly close: () => Promise<void>;
}

interface Listener {
  readonly onMessage: (message: AnsweringMessage) => void;
  readonly fail: (error: PromError) => void;
}

/** The main thread's side of `protocol.ts`. */
export function createAnswerThread({ startThread, idleMs }: AnswerThreadOptions): AnswerThread {
  const listeners = new Map<number, Listener>();
  let thread: MessageThread | undefined;
  let idleTimer: NodeJS.Timeout | undefined;
  let nextId = 1;
  let isClosed = false;

  function startedThread(): MessageThread {
    clearTimeout(idleTimer);
    if (thread !== undefined) return thread;
    const started = startThread();
    let reason = "its thread ended";
    started.on("message", (message) => listeners.get(message.id)?.onMessage(message));
    started.on("error", (error) => (reason = error.message));
    started.on("exit", () => {
      if (thread !== started) return;
      thread = undefined;
      failAll(new PromError("internal", `cannot make the answer: ${reason}`));
    });
    thread = started;
    return started;
  }

  function failAll(error: PromError): void {
    for (const { fail } of [...listeners.values()]) fail(error);
  }

  async function end(): Promise<void> {
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
  }

  function forget(id: number): void {
    listeners.delete(id);
    // Nobody waits for the end of an idle thread, nor does it fail.
    if (listeners.size === 0 && !isClosed) idleTimer = setTimeout(() => void end(), idleMs).unref();
  }

  function make({ job, onBytes, signal }: AnswerTask): Promise<void> {
    if (signal.aborted || isClosed) return Promise.reject(canceled());
    return new Promise((resolve, reject) => {
      const asked = startedThread();
      const id = nextId++;
      const close = (): void => asked.postMessage({ type: "close", id }, []);
      let refusal: unknown;
      const giveUp = (error: unknown): void => {
        refusal = error;
        close();
      };
      const settle = (error: unknown): void => {
        forget(id);
        signal.removeEventListener("abort", close);
        if (error === undefined) resolve();
        else reject(error);
      };
      const onEnd = async ({ bytes, failure }: AnsweringMessage): Promise<void> => {
        // From here on nothing is read: a thread that ends meanwhile is no failure.
        listeners.set(id, { onMessage: () => undefined, fail: () => undefined });
        if (failure !== undefined) throw new PromError(failure.errorType, failure.text);
        if (refusal !== undefined) throw refusal;
        if (signal.aborted) throw canceled();
        if (bytes !== undefined) await onBytes(bytes);
      };
      const onPiece = async ({ bytes }: AnsweringMessage): Promise<void> => {
        if (bytes !== undefined && !signal.aborted) await onBytes(bytes);
        if (!signal.aborted) asked.postMessage({ type: "more", id }, []);
      };
      listeners.set(id, {
        onMessage: (message) =>
          void (message.type === "piece" ? onPiece(message).catch(giveUp) : onEnd(message).then(() => settle(undefined), settle)),
        fail: settle,
      });
      signal.addEventListener("abort", close, { once: true });
      asked.postMessage({ type: "open", id, job }, []);
    });
  }

  return {
    make,
    async close() {
      isClosed = true;
      clearTimeout(idleTimer);
      await end();
      failAll(canceled());
    },
  };
}

function canceled(): PromError {
  return new PromError("canceled", "context canceled");
}
