import { availableParallelism } from "node:os";
import type { SharedMemory } from "@ferula/kernels";
import type { WorkerPool, WorkerStart } from "@ferula/promql";
import { createWorkerPool, POINT_SCRATCH_BYTES, threadStarter } from "@ferula/promql/server";

/** What a query worker is started with: the pool's part, and what it reads selections with. */
export interface QueryWorkerStart extends WorkerStart {
  /** The folder of the storage. */
  readonly dir: string;
  /** An address from `reserveDecodeScratch`. */
  readonly decodeScratch: number;
}

/** How long a query that must stop may take to notice it. */
const STOP_GRACE_MS = 2000;

/** The program of a query worker. Built JavaScript: a worker can't load TypeScript, and the compiler leaves this name as it is. */
export const queryWorkerUrl: URL = new URL("./query-worker.js", import.meta.url);

/** What the workers need. */
export interface QueryPoolOptions {
  /** The memory that holds the storage's series. */
  readonly shared: SharedMemory;
  /** The folder of the storage, which workers read blocks from. */
  readonly dir: string;
  /** Default: `defaultWorkerCount()`. */
  readonly workerCount?: number;
  /** No more workers than this are started: each has one query at a time, so it bounds the queries that run. Default: no bound. */
  readonly maxConcurrency?: number;
  /** Gives each worker an address to decode at, see tsdb's `Db.reserveDecodeScratch`. */
  readonly reserveDecodeScratch: () => number;
}

/** One worker less than there are processors, as the main thread needs one; but at least one. */
export function defaultWorkerCount(): number {
  return Math.max(1, availableParallelism() - 1);
}

/** Starts the query workers. It runs from the built package only, see `queryWorkerUrl`. */
export function startQueryPool(options: QueryPoolOptions): WorkerPool {
  const { shared, dir, reserveDecodeScratch } = options;
  const workerCount = Math.max(1, Math.min(options.workerCount ?? defaultWorkerCount(), options.maxConcurrency ?? Infinity));
  const scratchAddresses = Array.from({ length: workerCount }, () => shared.reserve(POINT_SCRATCH_BYTES));
  // A worker that replaces another takes over its scratch, by which it is known here.
  const decodeScratch = new Map(scratchAddresses.map((address) => [address, reserveDecodeScratch()]));
  const startThread = threadStarter(queryWorkerUrl);
  return createWorkerPool({
    workerCount,
    memory: shared.memory,
    scratchAddresses,
    stopGraceMs: STOP_GRACE_MS,
    startWorker(start) {
      const scratch = decodeScratch.get(start.scratchAddress);
      if (scratch === undefined) throw new Error(`BUG: no worker was given the scratch at ${start.scratchAddress}`);
      const workerStart: QueryWorkerStart = { ...start, dir, decodeScratch: scratch };
      return startThread(workerStart);
    },
  });
}
