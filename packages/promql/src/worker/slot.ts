import { type ApiErrorType, PromError } from "@ferula/model";
import { stopError } from "../control.ts";
import {
  CONTROL_WORDS,
  CREDIT_WORD,
  MAX_CREDITS,
  type PoolMessage,
  STOP_NONE,
  STOP_WORD,
  type WorkerMessage,
  type WorkerStart,
} from "./protocol.ts";

/** A thread that takes jobs: `node:worker_threads`' Worker, or its stand-in in tests. */
export interface WorkerThread {
  readonly postMessage: (message: PoolMessage, transfer: readonly ArrayBuffer[]) => void;
  readonly on: {
    (event: "message", listener: (message: WorkerMessage) => void): void;
    (event: "error", listener: (error: Error) => void): void;
    (event: "exit", listener: (code: number) => void): void;
  };
  readonly terminate: () => Promise<unknown>;
}

/** What a slot is made of. */
export interface SlotOptions {
  /** Starts the worker program with `start` as its `workerData`. */
  readonly startWorker: (start: WorkerStart) => WorkerThread;
  readonly memory: WorkerStart["memory"];
  /** `POINT_SCRATCH_BYTES` of the memory; a worker that replaces another takes it over. */
  readonly scratchAddress: number;
  /** The wait after the second crash in a row; each further one doubles it, up to `MAX_RESTART_DELAY_MS`. */
  readonly restartDelayMs: number;
}

/** Hears of one job. */
export interface JobListener {
  readonly onMessage: (message: WorkerMessage) => void;
  /** The worker is gone, and with it the job. */
  readonly fail: (error: PromError) => void;
}

/** The place of one worker: the thread that runs there, or the next one when that has ended. It has one job at a time. */
export interface WorkerSlot {
  /** The control block that `protocol.ts` describes; the workers of a slot share it one after the other. */
  readonly control: Int32Array;
  /** Whether there is a thread. */
  readonly hasStarted: () => boolean;
  /**
   * Resolves when there is a thread: at once, except after crashes in a row. Rejects with PromError("internal") when the next one can't
   * be started, and ("canceled") when the slot is closed.
   */
  readonly whenStarted: () => Promise<void>;
  /** Gives the thread, which must have been started, a job. */
  readonly begin: (job: PoolMessage, listener: JobListener) => void;
  /** The listener hears nothing more. */
  readonly settle: () => void;
  /** Terminates the thread and starts another one. Resolves when the old one runs no more: before, it may still read what it was given. */
  readonly restart: () => Promise<void>;
  /** Terminates the thread for good; a job that runs fails as cancelled. */
  readonly close: () => Promise<void>;
}

/** Crashes in a row that a worker may have without a wait: the first one is taken for the query's doing. */
const CRASHES_WITHOUT_WAIT = 1;

/** The longest wait between two crashes. */
const MAX_RESTART_DELAY_MS = 5000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: PromError) => void;
}

/** Node's code for a thread whose heap was full. */
function isOutOfMemory(error: Error): boolean {
  return (error as { code?: unknown }).code === "ERR_WORKER_OUT_OF_MEMORY";
}

/** A slot whose first worker starts at once. */
export function createSlot(options: SlotOptions): WorkerSlot {
  const shared = new SharedArrayBuffer(CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT);
  const start: WorkerStart = { memory: options.memory, scratchAddress: options.scratchAddress, control: shared };
  const control = new Int32Array(shared);
  let thread: WorkerThread | undefined;
  let running: (JobListener & { readonly id: number }) | undefined;
  let crashesInRow = 0;
  let restartTimer: NodeJS.Timeout | undefined;
  let waiters: Waiter[] = [];
  let isClosed = false;

  function startThread(): void {
    try {
      thread = options.startWorker(start);
    } catch (error) {
      const problem = new PromError("internal", `cannot start a query worker: ${String(error)}`, { cause: error });
      for (const { reject } of takeWaiters()) reject(problem);
      startAfterCrash();
      return;
    }
    listen(thread);
    for (const { resolve } of takeWaiters()) resolve();
  }

  function takeWaiters(): readonly Waiter[] {
    const taken = waiters;
    waiters = [];
    return taken;
  }

  /** A worker that dies at its start would else be started again without end. */
  function startAfterCrash(): void {
    crashesInRow++;
    const waits = crashesInRow - CRASHES_WITHOUT_WAIT;
    if (waits <= 0) startThread();
    else restartTimer = setTimeout(startThread, Math.min(options.restartDelayMs * 2 ** (waits - 1), MAX_RESTART_DELAY_MS));
  }

  function listen(own: WorkerThread): void {
    let crash = "its thread ended";
    let errorType: ApiErrorType = "internal";
    own.on("message", (message) => {
      if (thread !== own) return;
      crashesInRow = 0;
      if (running?.id === message.id) running.onMessage(message);
    });
    own.on("error", (error) => {
      crash = error.message;
      // Its heap is bounded, and only the query filled it: the next one may be answered.
      if (isOutOfMemory(error)) errorType = "execution";
    });
    own.on("exit", () => {
      if (thread !== own) return;
      thread = undefined;
      const failed = running;
      running = undefined;
      startAfterCrash();
      failed?.fail(new PromError(errorType, `cannot finish the query: the query worker crashed: ${crash}`));
    });
  }

  function whenStarted(): Promise<void> {
    if (isClosed) return Promise.reject(stopError("canceled"));
    if (thread !== undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      waiters.push({ resolve, reject });
    });
  }

  function begin(job: PoolMessage, listener: JobListener): void {
    if (thread === undefined) throw new Error("BUG: a job was given to a worker that has not started");
    Atomics.store(control, STOP_WORD, STOP_NONE);
    Atomics.store(control, CREDIT_WORD, MAX_CREDITS);
    running = { id: job.id, ...listener };
    thread.postMessage(job, []);
  }

  function settle(): void {
    running = undefined;
  }

  async function restart(): Promise<void> {
    const old = thread;
    thread = undefined;
    running = undefined;
    // Without a thread it has crashed meanwhile, and the next one is on its way.
    if (old === undefined) return;
    await old.terminate();
    if (!isClosed) startThread();
  }

  async function close(): Promise<void> {
    isClosed = true;
    clearTimeout(restartTimer);
    const old = thread;
    const stopped = running;
    thread = undefined;
    running = undefined;
    for (const { reject } of takeWaiters()) reject(stopError("canceled"));
    stopped?.fail(stopError("canceled"));
    await old?.terminate();
  }

  startThread();
  return { control, hasStarted: () => thread !== undefined, whenStarted, begin, settle, restart, close };
}
