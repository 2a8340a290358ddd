import { parentPort, workerData } from "node:worker_threads";
import { attachSharedMemory, loadKernels } from "@ferula/kernels";
import type { PoolMessage } from "@ferula/promql";
import { createJobHandler, kernelPointWriter } from "@ferula/promql/server";
import { createSelectionReader, type DbLabelSelection, type DbSelection } from "@ferula/tsdb";
import type { QueryWorkerStart } from "./start-pool.ts";
import { createTaskWriter } from "./write-task.ts";

// The program of a query worker: it reads the process's one memory and the files of the storage, and answers jobs until it is terminated.
if (parentPort === null) throw new Error("BUG: a query worker runs as a worker thread only");
const port = parentPort;
const { memory, control, scratchAddress, decodeScratch, dir } = workerData as QueryWorkerStart;
const shared = attachSharedMemory(memory);
const reader = createSelectionReader({ shared, dir, decodeScratch });
const handle = createJobHandler({
  control: new Int32Array(control),
  points: kernelPointWriter(loadKernels(shared), shared, scratchAddress),
  openSelection: (selection) => reader.open(selection as DbSelection),
  listLabels: (selection, limit) => reader.listLabels(selection as DbLabelSelection, limit),
  write: createTaskWriter(reader),
  post: (message, transfer) => port.postMessage(message, [...transfer]),
});
port.on("message", (job: PoolMessage) => handle(job));

/** How often a worker, between its jobs, lets go of files that were removed: until then they take room on the disk. */
const CLOSE_REMOVED_MS = 5000;

setInterval(() => reader.closeRemoved(), CLOSE_REMOVED_MS).unref();
