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
 * `program` is what the thread runs.
 */
export function createThreadRunner(options: ThreadRunnerOptions, program: URL = workerUrl): JobRunner {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  let thread: Thread | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function runNow<K extends JobKind>(kind: K, task: Jobs[K]["task"]): Promise<Jobs[K]["result"]> {
    if (Atomics.load(stop, 0) === 1) throw new PromError("canceled", `cannot begin ${kind}: the database is being closed`);
    if (thread?.isOver() !== false) thread = startThread(options, stop, program);
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
  /** Whether it has ended, so that it takes no further job. */
  readonly isOver: () => boolean;
  readonly end: () => Promise<unknown>;
}

function startThread(options: ThreadRunnerOptions, stop: Int32Array, program: URL): Thread {
  const { shared, dir, floatEncoding, blockSegmentBytes, decodeScratch } = options;
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const { head, releaseAll } = releasable(options.head);
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
  const worker = new Worker(program, { workerData: start, transferList: [port2] });
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
  let isOver = false;
  const fail = (error: Error): void => {
    isOver = true;
    port1.close();
    releaseAll();
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
    isOver: () => isOver,
    end: () => worker.terminate(),
  };
}

/** The head, and what lets go of the selections that a thread has left behind. */
function releasable(head: HeadSource): { readonly head: HeadSource; readonly releaseAll: () => void } {
  const pins = new Set<number>();
  const release = (pin: number): void => {
    if (pins.delete(pin)) head.release(pin);
  };
  return {
    head: {
      ...head,
      select(...wanted) {
        const selection = head.select(...wanted);
        pins.add(selection.pin);
        return selection;
      },
      release,
    },
    releaseAll: () => [...pins].forEach(release),
  };
}
