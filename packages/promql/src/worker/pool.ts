import { PromError } from "@ferula/model";
import type { SeriesSelection } from "@ferula/storage";
import { Worker } from "node:worker_threads";
import type { EvaluationStats } from "../control.ts";
import { stopError } from "../control.ts";
import { createGate } from "../gate.ts";
import type { QueryParams } from "../plan/params.ts";
import type { ResultSeries } from "../result/collect.ts";
import type { ResultType } from "../result/sink.ts";
import {
  CONTROL_WORDS,
  CREDIT_WORD,
  MAX_CREDITS,
  type QueryJob,
  type ResultKind,
  STOP_CANCELED,
  STOP_NONE,
  STOP_TIMEOUT,
  STOP_WORD,
  type WorkerMessage,
  type WorkerStart,
} from "./protocol.ts";

/** A thread that takes jobs: `node:worker_threads`' Worker, or its stand-in in tests. */
export interface WorkerThread {
  readonly postMessage: (message: QueryJob, transfer: readonly ArrayBuffer[]) => void;
  readonly on: {
    (event: "message", listener: (message: WorkerMessage) => void): void;
    (event: "error", listener: (error: Error) => void): void;
    (event: "exit", listener: (code: number) => void): void;
  };
  readonly terminate: () => Promise<unknown>;
}

export interface PoolOptions {
  readonly workerCount: number;
  /** Starts the worker program with `start` as its `workerData`. */
  readonly startWorker: (start: WorkerStart) => WorkerThread;
  readonly memory: WorkerStart["memory"];
  /** `POINT_SCRATCH_BYTES` of the memory for each worker. A worker that replaces another takes over its scratch. */
  readonly scratchAddresses: readonly number[];
  /** How long a worker that was told to stop may take before it is terminated and replaced. */
  readonly stopGraceMs: number;
}

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

/** Query workers, each with one query at a time; further queries wait in order. */
export interface WorkerPool {
  /** Rejects with PromError; a worker that crashes fails the query that it had, and no other. */
  readonly run: (query: PoolQuery) => Promise<PoolResult>;
  /** Terminates the workers; queries that run fail as cancelled. */
  readonly close: () => Promise<void>;
}

/** Starts worker threads from the program at `url`, which must be built JavaScript. */
export function threadStarter(url: URL): PoolOptions["startWorker"] {
  return (start) => new Worker(url, { workerData: start });
}

interface Slot {
  readonly start: WorkerStart;
  readonly control: Int32Array;
  thread: WorkerThread;
  running: Running | undefined;
}

interface Running {
  readonly id: number;
  readonly onMessage: (message: WorkerMessage) => void;
  readonly fail: (error: PromError) => void;
}

export function createWorkerPool(options: PoolOptions): WorkerPool {
  const gate = createGate(options.workerCount);
  const slots: Slot[] = [];
  let nextId = 1;
  let isClosed = false;

  for (let i = 0; i < options.workerCount; i++) slots.push(createSlot(options.scratchAddresses[i]));

  function createSlot(scratchAddress: number): Slot {
    const control = new SharedArrayBuffer(CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT);
    const start: WorkerStart = { memory: options.memory, scratchAddress, control };
    const slot: Slot = { start, control: new Int32Array(control), thread: options.startWorker(start), running: undefined };
    listen(slot);
    return slot;
  }

  function listen(slot: Slot): void {
    const { thread } = slot;
    let crash = "its thread ended";
    thread.on("message", (message) => {
      if (slot.thread === thread && slot.running?.id === message.id) slot.running.onMessage(message);
    });
    thread.on("error", (error) => {
      crash = error.message;
    });
    thread.on("exit", () => {
      if (slot.thread !== thread || isClosed) return;
      const { running } = slot;
      slot.running = undefined;
      replace(slot);
      running?.fail(new PromError("internal", `cannot finish the query: the query worker crashed: ${crash}`));
    });
  }

  function replace(slot: Slot): void {
    slot.thread = options.startWorker(slot.start);
    listen(slot);
  }

  async function run(query: PoolQuery): Promise<PoolResult> {
    const deadlineMs = Date.now() + query.timeoutMs;
    const leave = await gate.enter(query.signal, query.timeoutMs);
    if (typeof leave !== "function") throw stopError(leave);
    let selections: readonly SeriesSelection[] = [];
    try {
      if (isClosed) throw stopError("canceled");
      const slot = slots.find(({ running }) => running === undefined);
      if (slot === undefined) throw new Error("BUG: the gate let a query in, but no worker is free");
      selections = query.select();
      return await runOn(slot, query, selections, Math.max(0, deadlineMs - Date.now()));
    } finally {
      query.release(selections);
      leave();
    }
  }

  function runOn(slot: Slot, query: PoolQuery, selections: readonly SeriesSelection[], timeoutMs: number): Promise<PoolResult> {
    return new Promise((resolve, reject) => {
      const id = nextId++;
      const series: ResultSeries[] = [];
      let graceTimer: NodeJS.Timeout | undefined;

      const stop = (word: number, reason: "canceled" | "timeout"): void => {
        Atomics.store(slot.control, STOP_WORD, word);
        Atomics.notify(slot.control, CREDIT_WORD);
        graceTimer ??= setTimeout(() => {
          const stuck = slot.thread;
          settle();
          replace(slot);
          void stuck.terminate();
          reject(stopError(reason));
        }, options.stopGraceMs);
      };
      const onAbort = (): void => stop(STOP_CANCELED, "canceled");
      const timer = setTimeout(() => stop(STOP_TIMEOUT, "timeout"), timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        clearTimeout(graceTimer);
        query.signal?.removeEventListener("abort", onAbort);
        slot.running = undefined;
      };
      const giveCredit = (): void => {
        Atomics.add(slot.control, CREDIT_WORD, 1);
        Atomics.notify(slot.control, CREDIT_WORD);
      };
      // Pieces are handed on one after another; a reader that fails has gone away, and its query is of no more use.
      let handedOn: Promise<void> = Promise.resolve();
      const takeJson = (bytes: Uint8Array): void => {
        handedOn = handedOn.then(() => query.onJson?.(bytes)).then(giveCredit, onAbort);
      };
      const onMessage = (message: WorkerMessage): void => {
        switch (message.type) {
          case "json":
            takeJson(message.bytes);
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
            settle();
            reject(new PromError(message.errorType, message.message));
            break;
        }
      };
      const fail = (error: PromError): void => {
        settle();
        reject(error);
      };

      Atomics.store(slot.control, STOP_WORD, STOP_NONE);
      Atomics.store(slot.control, CREDIT_WORD, MAX_CREDITS);
      slot.running = { id, onMessage, fail };
      query.signal?.addEventListener("abort", onAbort, { once: true });
      const { text, params, kind, maxSamples } = query;
      slot.thread.postMessage({ id, text, params, selections, kind, maxSamples }, []);
    });
  }

  async function close(): Promise<void> {
    isClosed = true;
    for (const { running } of slots) running?.fail(stopError("canceled"));
    await Promise.all(slots.map(({ thread }) => thread.terminate()));
  }

  return { run, close };
}
