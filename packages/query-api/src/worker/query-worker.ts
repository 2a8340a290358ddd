import { parentPort, workerData } from "node:worker_threads";
import { attachSharedMemory, loadKernels } from "@ferula/kernels";
import { createJobHandler, kernelPointWriter, type QueryJob } from "@ferula/promql";
import { createSymbolReader, type HeadSelection, openSelection } from "@ferula/tsdb";
import type { QueryWorkerStart } from "./start-pool.ts";

// The program of a query worker: it reads the process's one memory, and answers jobs until it is terminated.
if (parentPort === null) throw new Error("BUG: a query worker runs as a worker thread only");
const port = parentPort;
const { memory, control, scratchAddress, decodeScratch } = workerData as QueryWorkerStart;
const shared = attachSharedMemory(memory);
const symbolReader = createSymbolReader(shared);
const handle = createJobHandler({
  control: new Int32Array(control),
  points: kernelPointWriter(loadKernels(shared), shared, scratchAddress),
  openSelection: (selection) => openSelection(shared, selection as HeadSelection, { decodeScratch, symbolReader }),
  post: (message, transfer) => port.postMessage(message, [...transfer]),
});
port.on("message", (job: QueryJob) => handle(job));
