// What needs threads, shared memory or kernels, and so Node. The main entry, where the types of these are, runs in browsers too.
export { createJsonWriter } from "./result/json-writer.ts";
export { kernelPointWriter, plainPointWriter, POINT_SCRATCH_BYTES } from "./result/point-writer.ts";
export { joinListings, writeLabels, writeSeries } from "./result/write-listing.ts";
export { createWorkerPool, threadStarter } from "./worker/pool.ts";
export { type HereQuery, isBrief, runHere } from "./worker/run-here.ts";
export { createJobHandler } from "./worker/serve.ts";
