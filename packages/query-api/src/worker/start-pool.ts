import { Worker } from "node:worker_threads";
import type { SharedMemory } from "@ferula/kernels";
import { createWorkerPool, POINT_SCRATCH_BYTES, type WorkerPool, type WorkerStart } from "@ferula/promql";

/** What a query worker is started with: the pool's part, and where it may decode chunks. */
export interface QueryWorkerStart extends WorkerStart {
  readonly decodeScratch: number;
}

/** How long a query that must stop may take to notice it. */
const STOP_GRACE_MS = 2000;

export interface QueryPoolOptions {
  readonly shared: SharedMemory;
  readonly workerCount: number;
  /** Gives each worker an address to decode at, see `Db.reserveDecodeScratch`. */
  readonly reserveDecodeScratch: () => number;
}

/** Starts the query workers. Built JavaScript only: a worker can't load TypeScript. */
export function startQueryPool({ shared, workerCount, reserveDecodeScratch }: QueryPoolOptions): WorkerPool {
  const scratchAddresses = Array.from({ length: workerCount }, () => shared.reserve(POINT_SCRATCH_BYTES));
  const decodeScratch = new Map(scratchAddresses.map((address) => [address, reserveDecodeScratch()]));
  return createWorkerPool({
    workerCount,
    memory: shared.memory,
    scratchAddresses,
    stopGraceMs: STOP_GRACE_MS,
    startWorker(start) {
      const workerData: QueryWorkerStart = { ...start, decodeScratch: decodeScratch.get(start.scratchAddress) ?? 0 };
      // The name of the built file: the compiler does not rewrite it.
      return new Worker(new URL("./query-worker.js", import.meta.url), { workerData });
    },
  });
}
