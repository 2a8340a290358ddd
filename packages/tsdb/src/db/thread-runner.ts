import { MessageChannel, Worker } from "node:worker_threads";
import type { SharedMemory } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import { PromError } from "@ferula/model";
import type { HeadSource } from "./head-source.ts";
import type { JobKind, JobRunner, Jobs } from "./jobs.ts";
import type { JobMessage, JobRequest, WorkerStart } from "./maintenance-protocol.ts";
import { errorOf } from "./plain-errors.ts";
import { serveSyncCalls } from "./sync-call.ts";

/** The program of the worker. Built JavaScript: a worker can't load TypeScript, and the compiler leaves this name as it is. */
const workerUrl: URL = new URL("./maintenance-worker.js", import.meta.url);

/** Whether there is a worker: not where the program runs from its sources. */
export const hasWorker: boolean = import.meta.url.endsWith(".js");

/** What the worker is given. */
export interface ThreadRunnerOptions extends Pick<WorkerStart, "dir" | "floatEncoding" | "blockSegmentBytes" | "decodeScratch"> {
  readonly shared: SharedMemory;
  readonly head: HeadSource;
  readonly logger: Logger;
}

/**
 * Does jobs in a thread of its own, which is started for the first of them. One that crashes fails its job, and the next has a new thread.
 */
export function createThreadRunner(options: ThreadRunnerOptions): JobRunner {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let thread: Thread | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function runNow<K extends JobKind>(kind: K, task: Jobs[K]["task"]): Promise<Jobs[K]["result"]> {
    if (Atomics.load(stop, 0) === 1) throw new PromError("canceled", `cannot begin ${kind}: the database is being closed`);
    thread ??= startThread(options, stop, () => (thread = undefined));
    return await thread.run(kind, task);
  }

  return {
    run(kind, task) {
      const done = last.then(() => runNow(kind, task));
      last = done.catch(() => undefined);
      return done;
    },
    async close() {
      Atomics.store(stop, 0, 1);
      await last;
      await thread?.end();
    },
  };
}

interface Thread {
  readonly run: <K extends JobKind>(kind: K, task: Jobs[K]["task"]) => Promise<Jobs[K]["result"]>;
  readonly end: () => Promise<unknown>;
}

function startThread(options: ThreadRunnerOptions, stop: Int32Array, onEnd: () => void): Thread {
  const { shared, head, dir, floatEncoding, blockSegmentBytes, decodeScratch } = options;
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  serveSyncCalls(port1, answered, head);
  port1.unref();
  const start: WorkerStart = {
    memory: shared.memory,
    dir,
    floatEncoding,
    blockSegmentBytes,
    decodeScratch,
    stop: stop.buffer as SharedArrayBuffer,
    answered: answered.buffer as SharedArrayBuffer,
    headPort: port2,
  };
  const worker = new Worker(workerUrl, { workerData: start, transferList: [port2] });
  // Between jobs it keeps no process alive.
  worker.unref();
  let running: { readonly resolve: (value: never) => void; readonly reject: (error: Error) => void } | undefined;
  const settle = (answer: JobMessage): void => {
    if ("line" in answer) {
      const { level, message, fields } = answer.line;
      options.logger[level](message, fields);
      return;
    }
    const settled = running;
    running = undefined;
    if ("error" in answer) settled?.reject(errorOf(answer.error));
    else settled?.resolve(answer.result as never);
  };
  const fail = (error: Error): void => {
    onEnd();
    port1.close();
    running?.reject(error);
    running = undefined;
  };
  worker.on("message", settle);
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new PromError("internal", `cannot go on with a job: its thread ended with code ${code}`)));
  return {
    run: <K extends JobKind>(kind: K, task: Jobs[K]["task"]) =>
      new Promise<Jobs[K]["result"]>((resolve, reject) => {
        running = { resolve, reject };
        worker.ref();
        worker.postMessage({ kind, task } satisfies JobRequest, []);
      }).finally(() => worker.unref()),
    end: () => worker.terminate(),
  };
}
