import type { SeriesSelection } from "@ferula/storage";
import { Worker } from "node:worker_threads";
import { stopError } from "../control.ts";
import { createGate } from "../gate.ts";
import type { ResultSeries } from "../result/series-sink.ts";
import {
  type EndMessage,
  type PooledRun,
  type PoolListing,
  type PoolQuery,
  type PoolResult,
  type PoolTask,
  type PoolWriting,
  runOnSlot,
} from "./pooled-query.ts";
import type { PoolMessage, WorkerStart } from "./protocol.ts";
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

/** Query workers, each with one query, listing or writing at a time; further ones wait in order. */
export interface WorkerPool {
  /** Rejects with PromError; a worker that crashes fails the query that it had, and no other. */
  readonly run: (query: PoolQuery) => Promise<PoolResult>;
  /** Makes a listing; resolves to whether its limit cut it. Rejects as `run` does. */
  readonly list: (listing: PoolListing) => Promise<boolean>;
  /** Has selections written by the workers' own `write`. Rejects as `run` does. */
  readonly write: (writing: PoolWriting) => Promise<void>;
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
    const series: ResultSeries[] = [];
    const { text, params, kind, maxSamples, stats: level, analyze } = query;
    const end = await runTask(
      query,
      (id, selections) => ({ type: "query", id, text, params, selections, kind, maxSamples, stats: level, analyze }),
      (one) => void series.push(one),
      query.here,
    );
    if (!("type" in end)) return end;
    if (end.type !== "done") throw new Error(`BUG: a query ended as ${end.type}`);
    const { resultType, warnings, infos, stats, explained } = end;
    return { resultType, series, text: end.text, warnings, infos, stats, explained };
  }

  async function list(listing: PoolListing): Promise<boolean> {
    const { kind, limit } = listing;
    const end = await runTask(listing, (id, selections) => ({ type: "listing", id, kind, selections, limit }));
    if (!("type" in end) || end.type !== "listed") throw new Error("BUG: a listing ended as a query");
    return end.truncated;
  }

  async function write(writing: PoolWriting): Promise<void> {
    const { request } = writing;
    await runTask(writing, (id, selections) => ({ type: "writing", id, selections, request }));
  }

  async function runTask(
    task: PoolTask,
    jobOf: (id: number, selections: readonly SeriesSelection[]) => PoolMessage,
    onSeries?: PooledRun["onSeries"],
    here?: PoolQuery["here"],
  ): Promise<EndMessage | PoolResult> {
    const deadlineMs = Date.now() + task.timeoutMs;
    const leave = await gate.enter(task.signal, task.timeoutMs);
    if (typeof leave !== "function") throw stopError(leave);
    const slot = takeFree();
    let selections: readonly SeriesSelection[] = [];
    try {
      await slot.whenStarted();
      if (isClosed) throw stopError("canceled");
      selections = await task.select();
      const result = here?.(selections);
      if (result !== undefined) return result;
      // It may have crashed while the selections were made.
      await slot.whenStarted();
      const timeoutMs = Math.max(0, deadlineMs - Date.now());
      const { signal, onJson } = task;
      return await runOnSlot(slot, jobOf(nextId++, selections), {
        signal,
        timeoutMs,
        stopGraceMs,
        ...(onJson === undefined ? {} : { onJson }),
        ...(onSeries === undefined ? {} : { onSeries }),
      });
    } finally {
      task.release(selections);
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

  return { run, list, write, close };
}
