import { afterEach } from "@jest/globals";
import { Registry } from "@ferula/client";
import { nodeFiles } from "@ferula/files";
import { compress, createApp, listen } from "@ferula/http";
import { createSharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import { createSampleBatch, labelsOf, METRIC_NAME } from "@ferula/model";
import type { PoolMessage, WorkerMessage, WorkerStart, WorkerThread } from "@ferula/promql";
import { createJobHandler, createWorkerPool, plainPointWriter } from "@ferula/promql/server";
import { createSelectionReader, type DbLabelSelection, type DbSelection, openDb, type Db } from "@ferula/tsdb";
import type { SharedMemory } from "@ferula/kernels";
import { tempFolder } from "@ferula/test-kit";
import { createTaskWriter } from "../src/worker/write-task.ts";
import {
  apiRoutes,
  earlyRoutes,
  type EarlyDeps,
  createQueryService,
  type ApiDeps,
  readCorsOrigin,
  type QueryLog,
  type QueryService,
} from "../src/index.ts";

/** The time of the newest sample of `fill`, and "now" of the API. */
export const NOW_MS = 1_435_781_460_000;

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** A worker on this thread: `Worker`'s messages by turns of the event loop, the real job handler over the real storage. */
function threadOn(shared: SharedMemory, dir: string, onJob: () => void): (start: WorkerStart) => WorkerThread {
  return (start) => {
    const reader = createSelectionReader({ shared, dir });
    cleanups.push(async () => reader.close());
    const listeners: ((message: WorkerMessage) => void)[] = [];
    const handle = createJobHandler({
      control: new Int32Array(start.control),
      points: plainPointWriter(),
      openSelection: (selection) => reader.open(selection as DbSelection),
      listLabels: (selection, limit) => reader.listLabels(selection as DbLabelSelection, limit),
      write: createTaskWriter(reader),
      post: (message) => setImmediate(() => listeners.forEach((listener) => listener(message))),
    });
    return {
      postMessage(job: PoolMessage) {
        onJob();
        setImmediate(() => handle(job));
      },
      on: (event: "message" | "error" | "exit", listener: (value: never) => void) => {
        if (event === "message") listeners.push(listener as (message: WorkerMessage) => void);
      },
      terminate: async () => undefined,
    };
  };
}

/** `[labels, [seconds before now, value]…]` */
export type Row = readonly [Readonly<Record<string, string>>, ...(readonly [number, number])[]];

/** Puts samples into a storage. */
export function fill(db: Db, rows: readonly Row[]): void {
  for (const [labels, ...samples] of rows) {
    const batch = createSampleBatch(samples.length);
    const ref = db.seriesRef(labelsOf(labels));
    for (const [ageSeconds, value] of samples) {
      batch.refs[batch.length] = ref;
      batch.timestampsMs[batch.length] = NOW_MS - ageSeconds * 1000;
      batch.values[batch.length++] = value;
    }
    db.append(batch);
  }
}

/** The series that most tests ask for. */
export const rows: readonly Row[] = [
  [{ [METRIC_NAME]: "up", job: "a", instance: "one" }, [30, 1], [20, 1], [10, 1], [0, 0]],
  [{ [METRIC_NAME]: "up", job: "b", instance: "two" }, [30, 1], [20, 1], [10, 1], [0, 1]],
  [{ [METRIC_NAME]: "odd", kind: "nan" }, [0, NaN]],
  [{ [METRIC_NAME]: "odd", kind: "+inf" }, [0, Infinity]],
  [{ [METRIC_NAME]: "odd", kind: "-inf" }, [0, -Infinity]],
  [{ [METRIC_NAME]: "odd", kind: "tiny" }, [0, 1e-7]],
  [{ [METRIC_NAME]: "odd", kind: "huge" }, [0, 1e21]],
  [{ [METRIC_NAME]: "odd", kind: "-0" }, [0, -0]],
  [{ [METRIC_NAME]: "page", path: "</script><b>&\u2028" }, [0, 1]],
  [{ [METRIC_NAME]: "dotted", "http.status": "200" }, [0, 1]],
];

/** An API on a port of its own. */
export interface ApiServer {
  readonly url: string;
  readonly db: Db;
  readonly queries: QueryService;
  /** The folder of the storage. */
  readonly dir: string;
  /** How many jobs a worker has been given. */
  readonly jobCount: () => number;
  readonly get: (path: string, init?: RequestInit) => Promise<Answer>;
  readonly post: (path: string, form: Readonly<Record<string, string>> | string) => Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it isn't JSON. */
  readonly json: { status?: string; data?: any; error?: string; errorType?: string; warnings?: string[] } | undefined;
}

const nothing: Pick<ApiDeps, "targets" | "rules" | "alertmanagers" | "status"> = {
  targets: {
    pools: () => [],
    poolConfig: () => undefined,
    relabelSteps: () => undefined,
    active: () => [],
    dropped: () => [],
    droppedCounts: () => new Map(),
  },
  rules: { groups: () => [] },
  alertmanagers: { active: () => [], dropped: () => [] },
  status: {
    config: () => "global: {}\n",
    flags: () => new Map([["web.enable-lifecycle", "false"]]),
    runtimeInfo: () => ({ CWD: "/" }),
    buildInfo: () => ({ version: "1" }),
    tsdb: (limit) => ({ limit }),
    blocks: () => [],
  },
};

/** Starts the API over a storage with `series`; parts may be replaced. `queries` stands in for the whole service. */
export async function startApi(
  options: Partial<ApiDeps & EarlyDeps> & {
    readonly series?: readonly Row[];
    readonly timeoutMs?: number;
    readonly log?: QueryLog;
    readonly queries?: QueryService;
  } = {},
): Promise<ApiServer> {
  const { series = rows, timeoutMs = 5000, log, ...deps } = options;
  const shared = createSharedMemory();
  const dir = tempFolder();
  const db = await openDb({ dir, files: nodeFiles, shared, logger: noLogger, exemplarLimit: 10 });
  cleanups.push(() => db.close());
  fill(db, series);
  let jobCount = 0;
  const pool = createWorkerPool({
    workerCount: 1,
    memory: shared.memory,
    scratchAddresses: [0],
    stopGraceMs: 1000,
    startWorker: threadOn(shared, dir, () => void jobCount++),
  });
  const queries = createQueryService({
    pool,
    source: db,
    maxSamples: 1_000_000,
    timeoutMs,
    maxConcurrency: 1,
    registry: new Registry(),
    ...(log === undefined ? {} : { log }),
  });
  cleanups.push(() => queries.close());
  const app = createApp({ logger: noLogger });
  app.use(
    "/api/v1",
    earlyRoutes({
      corsOrigin: readCorsOrigin(".*"),
      readiness: () => "ready",
      walReplay: () => ({ min: 0, max: 2, current: 1 }),
      notifications: { list: () => [], subscribe: () => undefined },
      ...deps,
    }),
    compress(),
    apiRoutes({
      queries,
      storage: db,
      exemplars: db.exemplars,
      ...nothing,
      lookbackMs: 300_000,
      nowMs: () => NOW_MS,
      logger: noLogger,
      ...deps,
    }),
  );
  const listening = await listen({ app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger: noLogger });
  cleanups.push(() => listening.close(0));
  const url = `${listening.urls[0]}/api/v1`;
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    return { status: response.status, headers: response.headers, text, json: isJson ? (JSON.parse(text) as Answer["json"]) : undefined };
  };
  return {
    url,
    db,
    queries,
    dir,
    jobCount: () => jobCount,
    get: ask,
    post: (path, form) =>
      ask(path, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: typeof form === "string" ? form : new URLSearchParams(form).toString(),
      }),
  };
}
