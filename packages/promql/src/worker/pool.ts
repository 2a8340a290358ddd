import type { SeriesSelection } from "@ferula/storage";
import { Worker } from "node:worker_threads";
import { stopError } from "../control.ts";
import { createGate } from "../gate.ts";
import { type PoolQuery, type PoolResult, runOnSlot } from "./pooled-query.ts";
import type { WorkerStart } from "./protocol.ts";
import { type WorkerSlot, type WorkerThread, createSlot } from "./slot.ts";

/** What a pool is made of. */
export interface PoolOptions {
  readonly workerCount: number;
  /** Starts the worker program with `start` as its `workerData`. */
  readonly startWorker: (start: WorkerStart) => WorkerThread;
  readonly memory: WorkerStart["memory"];
  /** `POINT_SCRATCH_BYTES` of the memory for each worker. A worker that replaces another takes over its scratch. */
  readonly scratchAddresses: readonly number[];
  /** How long a worker that was told to stop may take before it is terminated and replaced. */
  readonly stopGraceMs: number;
  /** The wait before a worker that has crashed twice in a row is started again; it doubles with each further crash. */
  readonly restartDelayMs?: number;
}

/** Query workers, each with one query at a time; further queries wait in order. */
export interface WorkerPool {
  /** Rejects with PromError; a worker that crashes fails the query that it had, and no other. */
  readonly run: (query: PoolQuery) => Promise<PoolResult>;
  /** Terminates the workers; queries that run fail as cancelled. */
  readonly close: () => Promise<void>;
}

const DEFAULT_RESTART_DELAY_MS = 100;

/** Starts worker threads from the program at `url`, which must be built JavaScript. */
export function threadStarter(url: URL): PoolOptions["startWorker"] {
  return (start) => new Worker(url, { workerData: start });
}

/** A pool whose workers start at once. */
export function createWorkerPool(options: PoolOptions): WorkerPool {
  const { workerCount, startWorker, memory, scratchAddresses, stopGraceMs, restartDelayMs = DEFAULT_RESTART_DELAY_MS } = options;
  const gate = createGate(workerCount);
  const free: WorkerSlot[] = [];
  for (let i = 0; i < workerCount; i++) {
    free.push(createSlot({ startWorker, memory, scratchAddress: scratchAddresses[i], restartDelayMs }));
  }
  const all: readonly WorkerSlot[] = [...free];
  let nextId = 1;
  let isClosed = false;

  async function run(query: PoolQuery): Promise<PoolResult> {
    const deadlineMs = Date.now() + query.timeoutMs;
    const leave = await gate.enter(query.signal, query.timeoutMs);
    if (typeof leave !== "function") throw stopError(leave);
    const slot = takeFree();
    let selections: readonly SeriesSelection[] = [];
    try {
      await slot.whenStarted();
      if (isClosed) throw stopError("canceled");
      selections = query.select();
      const timeoutMs = Math.max(0, deadlineMs - Date.now());
      return await runOnSlot(slot, query, { id: nextId++, selections, timeoutMs, stopGraceMs });
    } finally {
      query.release(selections);
      // First again: the worker that ran last has its code compiled.
      free.unshift(slot);
      leave();
    }
  }

  /** A worker that has crashed, and waits for its restart, comes last. */
  function takeFree(): WorkerSlot {
    const slot = free.find(({ hasStarted }) => hasStarted()) ?? free[0];
    if (slot === undefined) throw new Error("BUG: the gate let a query in, but no worker is free");
    free.splice(free.indexOf(slot), 1);
    return slot;
  }

  async function close(): Promise<void> {
    isClosed = true;
    await Promise.all(all.map((slot) => slot.close()));
  }

  return { run, close };
}
