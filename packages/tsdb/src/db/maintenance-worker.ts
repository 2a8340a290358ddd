import { parentPort, workerData } from "node:worker_threads";
import { nodeFiles } from "@ferula/files";
import { attachSharedMemory } from "@ferula/kernels";
import { createSymbolReader } from "../read/symbol-reader.ts";
import { doJob, type JobEnvironment } from "./do-job.ts";
import type { HeadSource } from "./head-source.ts";
import type { Jobs } from "./jobs.ts";
import type { JobAnswer, JobMessage, JobRequest, WorkerStart } from "./maintenance-protocol.ts";
import { selectionOpener } from "./open-slice.ts";
import { plainError } from "./plain-errors.ts";
import { relayLogger } from "./relay-logger.ts";
import { createSyncCaller } from "./sync-call.ts";

// The program of the worker that a database has for its long work: it does one job after the other until it is terminated.
if (parentPort === null) throw new Error("BUG: a maintenance worker runs as a worker thread only");
const port = parentPort;
const start = workerData as WorkerStart;
const shared = attachSharedMemory(start.memory);
const stop = new Int32Array(start.stop);
const symbolReader = createSymbolReader(shared);
const environment: JobEnvironment = {
  files: nodeFiles,
  dir: start.dir,
  shared,
  head: createSyncCaller<HeadSource>(start.headPort, new Int32Array(start.answered), [
    "refs",
    "series",
    "select",
    "release",
    "keptWalRefs",
  ]),
  symbolReader,
  logger: relayLogger((line) => port.postMessage({ line } satisfies JobMessage)),
  openSelection: selectionOpener({ ...start, shared, files: nodeFiles, symbolReader }),
  floatEncoding: start.floatEncoding,
  blockSegmentBytes: start.blockSegmentBytes,
  nowMs: Date.now,
  isCanceled: () => Atomics.load(stop, 0) === 1,
};

async function answer({ kind, task }: JobRequest): Promise<JobAnswer> {
  try {
    return { result: await doJob(environment, kind, task as Jobs[typeof kind]["task"]) };
  } catch (error) {
    return { error: plainError(error) };
  }
}

port.on("message", (request: JobRequest) => {
  void answer(request).then((done) => port.postMessage(done));
});
