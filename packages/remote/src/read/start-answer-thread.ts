import { Worker } from "node:worker_threads";
import type { SharedMemory } from "@ferula/kernels";
import { type AnswerThread, createAnswerThread } from "./answer-thread.ts";

/** What the thread is started with. */
export interface AnswerWorkerStart {
  readonly memory: SharedMemory["memory"];
  /** The folder of the storage. */
  readonly dir: string;
  readonly decodeScratch: number;
}

/** What the thread needs. */
export interface StoredAnswerOptions {
  /** The memory that holds the storage's series. */
  readonly shared: SharedMemory;
  /** The folder of the storage, which blocks are read from. */
  readonly dir: string;
  /** See tsdb's `Db.reserveDecodeScratch`. */
  readonly reserveDecodeScratch: () => number;
}

/** The program of the thread. Built JavaScript: a worker can't load TypeScript, and the compiler leaves this name as it is. */
const answerWorkerUrl: URL = new URL("./answer-worker.js", import.meta.url);

/** Requests of one client often come in rows, such as one for each panel; a thread takes some megabytes. */
const IDLE_MS = 60_000;

/** Has answers made of what a database holds. It runs from the built package only, see `answerWorkerUrl`. */
export function storedAnswers({ shared, dir, reserveDecodeScratch }: StoredAnswerOptions): AnswerThread {
  let decodeScratch: number | undefined;
  return createAnswerThread({
    startThread() {
      // A thread that replaces another takes over its scratch.
      decodeScratch ??= reserveDecodeScratch();
      const start: AnswerWorkerStart = { memory: shared.memory, dir, decodeScratch };
      return new Worker(answerWorkerUrl, { workerData: start });
    },
    idleMs: IDLE_MS,
  });
}
