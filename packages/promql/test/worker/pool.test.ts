import { describe, expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { PromError } from "@ferula/model";
import type { SeriesSelection, SeriesSet } from "@ferula/storage";
import {
  type JobHandlerOptions,
  type PoolQuery,
  type PoolWriting,
  type PoolListing,
  type PoolMessage,
  type WorkerMessage,
  type WorkerPool,
  type WorkerStart,
  type WorkerThread,
  instantParams,
  planQuery,
  rangeParams,
} from "../../src/index.ts";
import { createJobHandler, createWorkerPool, plainPointWriter } from "../../src/server.ts";
import { storageOf } from "../memory-storage.ts";

const storage = storageOf(1000, 'up{job="a"} 0+1x10', 'up{job="b"} 5x10', "wait {{schema:0 sum:6 count:7 buckets:[3 4]}}x10");
const shared = createSharedMemory();

/** A selection that stands for "select this again"; the pool only hands it through. */
const selectionOf = (pin: number): SeriesSelection => ({ pin });

type Behaviour = "works" | "crashes" | "overflows" | "hangs";

/** Pins of listings that make a worker hang or crash. */
const HANGING_PIN = 91;
const CRASHING_PIN = 92;

function behaviourOf(job: PoolMessage): Behaviour {
  const text = job.type === "query" ? job.text : "";
  const pin = job.type === "query" ? 0 : job.selections[0].pin;
  if (text.startsWith("overflow")) return "overflows";
  if (text.startsWith("crash") || pin === CRASHING_PIN) return "crashes";
  return text.startsWith("hang") || pin === HANGING_PIN ? "hangs" : "works";
}

/** What a pool and its fake threads did, in order. */
type Log = string[];

/**
 * A worker on this thread, whose job handler runs in a later turn. Text that begins with `hang` or `crash` does so. The first
 * `deadAtStart` of them end before they take anything. Whatever a query asks for, it finds the series of `selected`.
 */
function fakeThreads(started: WorkerStart[], log: Log, deadAtStart: number, selected: string): (start: WorkerStart) => WorkerThread {
  return (start) => {
    started.push(start);
    log.push("start");
    const messages: ((message: WorkerMessage) => void)[] = [];
    const errors: ((error: Error) => void)[] = [];
    const exits: ((code: number) => void)[] = [];
    const handle = createJobHandler({
      control: new Int32Array(start.control),
      points: plainPointWriter(),
      openSelection: () => storage.querier(0, 10_000).select(planQuery(selected, instantParams(0)).selectors[0].matchers),
      listLabels: (_selection, limit) => ({ values: ["a", "<b>"].slice(0, limit === 0 ? 2 : limit), truncated: limit === 1 }),
      write(request, selections, { onChunk, check }) {
        if (request === "fail") throw new PromError("internal", "cannot read data");
        check();
        for (const { pin } of selections) onChunk(new TextEncoder().encode(`${String(request)} ${pin};`));
      },
      post: (message) => setImmediate(() => messages.forEach((listener) => listener(message))),
    });
    if (started.length <= deadAtStart) setImmediate(() => exits.forEach((listener) => listener(1)));
    return {
      postMessage: (job: PoolMessage) => setImmediate(() => run(job)),
      on: (event: "message" | "error" | "exit", listener: (value: never) => void) => {
        if (event === "message") messages.push(listener as (message: WorkerMessage) => void);
        else if (event === "error") errors.push(listener as (error: Error) => void);
        else exits.push(listener as (code: number) => void);
      },
      terminate: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        log.push("ended");
        exits.forEach((listener) => listener(1));
      },
    };

    function run(job: PoolMessage): void {
      const behaviour = behaviourOf(job);
      if (behaviour === "works") handle(job);
      if (behaviour !== "crashes" && behaviour !== "overflows") return;
      const code = behaviour === "overflows" ? "ERR_WORKER_OUT_OF_MEMORY" : "ERR_OTHER";
      errors.forEach((listener) => listener(Object.assign(new Error("out of memory"), { code })));
      exits.forEach((listener) => listener(1));
    }
  };
}

interface FakePool {
  readonly pool: WorkerPool;
  readonly started: readonly WorkerStart[];
  readonly log: Log;
}

function poolOf(workerCount: number, { deadAtStart = 0, restartDelayMs = 1, selected = "up" } = {}): FakePool {
  const started: WorkerStart[] = [];
  const log: Log = [];
  const scratchAddresses = Array.from({ length: workerCount }, (_unused, i) => 4096 * i);
  const pool = createWorkerPool({
    workerCount,
    startWorker: fakeThreads(started, log, deadAtStart, selected),
    memory: shared.memory,
    scratchAddresses,
    stopGraceMs: 5,
    restartDelayMs,
  });
  return { pool, started, log };
}

const released: number[] = [];

function query(text: string, more?: Partial<PoolQuery>): PoolQuery {
  return {
    text,
    params: rangeParams(0, 2000, 1000),
    kind: "series",
    maxSamples: 1000,
    timeoutMs: 60_000,
    signal: undefined,
    select: () => [selectionOf(1)],
    release: (selections) => released.push(...selections.map(({ pin }) => pin)),
    ...more,
  };
}

describe("a pool of query workers", () => {
  test("gives series with their labels and values", async () => {
    const { pool } = poolOf(1);
    const { series, resultType } = await pool.run(query("up + 1"));
    expect(resultType).toBe("matrix");
    expect(series.map(({ labels, values }) => [labels, [...values]])).toEqual([
      [
        ["job", "a"],
        [1, 2, 3],
      ],
      [
        ["job", "b"],
        [6, 6, 6],
      ],
    ]);
    await pool.close();
  });

  test("gives the histograms of series, with their times", async () => {
    const { pool } = poolOf(1, { selected: "wait" });
    const { series } = await pool.run(query("wait * 2"));
    expect(series.map(({ values, histogramTimestampsMs }) => [[...values], [...histogramTimestampsMs]])).toEqual([[[], [0, 1000, 2000]]]);
    expect(series[0].histograms.map(({ count, positiveBuckets }) => [count, [...positiveBuckets]])).toEqual([
      [14, [6, 8]],
      [14, [6, 8]],
      [14, [6, 8]],
    ]);
    await pool.close();
  });

  test("gives JSON piece by piece, and ends when the reader has the last one", async () => {
    const { pool } = poolOf(1);
    let text = "";
    const onJson = async (bytes: Uint8Array): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      text += Buffer.from(bytes).toString();
    };
    const { series, infos } = await pool.run(query("rate(up[2s])", { kind: "json", onJson }));
    expect(series).toEqual([]);
    expect(infos).toHaveLength(1);
    expect(JSON.parse(text)).toMatchObject({ resultType: "matrix", result: [{ metric: { job: "a" } }, { metric: { job: "b" } }] });
    await pool.close();
  });

  test("queries wait for a free worker, and what they selected is let go", async () => {
    const { pool, started } = poolOf(2);
    released.length = 0;
    const results = await Promise.all([1, 2, 3, 4, 5].map((n) => pool.run(query(`up * ${n}`, { select: () => [selectionOf(n)] }))));
    expect(results.map(({ series }) => series[1].values[0])).toEqual([5, 10, 15, 20, 25]);
    expect(released.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
    expect(started).toHaveLength(2);
    await pool.close();
  });

  test("an error of the query comes back with its type", async () => {
    const { pool } = poolOf(1);
    await expect(pool.run(query("up", { maxSamples: 1 }))).rejects.toMatchObject({ name: "PromError", errorType: "execution" });
    await pool.close();
  });

  test("a worker that crashes fails its own query only, and is replaced", async () => {
    const { pool, started } = poolOf(2);
    const [crashed, fine] = await Promise.allSettled([pool.run(query("crash")), pool.run(query("up"))]);
    expect(crashed).toMatchObject({
      status: "rejected",
      reason: { errorType: "internal", message: "cannot finish the query: the query worker crashed: out of memory" },
    });
    expect(fine.status).toBe("fulfilled");
    await expect(pool.run(query("up"))).resolves.toMatchObject({ resultType: "matrix" });
    expect(started).toHaveLength(3);
    expect(started[2].scratchAddress).toBe(started[0].scratchAddress);
    await pool.close();
  });

  test("a query that fills the heap of its worker fails as too large, and the worker is replaced", async () => {
    const { pool } = poolOf(1);
    await expect(pool.run(query("overflow"))).rejects.toMatchObject({
      errorType: "execution",
      message: "cannot finish the query: the query worker crashed: out of memory",
    });
    await expect(pool.run(query("up"))).resolves.toMatchObject({ resultType: "matrix" });
    await pool.close();
  });

  test("a worker that does not stop when told to is replaced", async () => {
    const { pool, started } = poolOf(1);
    await expect(pool.run(query("hang", { timeoutMs: 5 }))).rejects.toMatchObject({ errorType: "timeout" });
    const gone = new AbortController();
    const cancelled = pool.run(query("hang", { signal: gone.signal }));
    setImmediate(() => gone.abort());
    await expect(cancelled).rejects.toMatchObject({ errorType: "canceled" });
    await expect(pool.run(query("up"))).resolves.toMatchObject({ resultType: "matrix" });
    expect(started).toHaveLength(3);
    await pool.close();
  });

  test("a worker that does not stop has ended before another starts, and before what it reads is let go", async () => {
    const { pool, log } = poolOf(1);
    const release = (): void => {
      log.push("release");
    };
    await expect(pool.run(query("hang", { timeoutMs: 5, release }))).rejects.toMatchObject({ errorType: "timeout" });
    expect(log).toEqual(["start", "ended", "start", "release"]);
    await pool.close();
  });

  test("a worker that dies at its start is started again once at once, and then after a wait", async () => {
    const { pool, started } = poolOf(1, { deadAtStart: 1000, restartDelayMs: 3_600_000 });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toHaveLength(2);
    const waiting = pool.run(query("up"));
    await new Promise((resolve) => setImmediate(resolve));
    await pool.close();
    await expect(waiting).rejects.toMatchObject({ errorType: "canceled" });
  });

  test("a query waits for a worker that needs several starts", async () => {
    const { pool, started } = poolOf(1, { deadAtStart: 5 });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => pool.run(query("up"))));
    expect(results[5]).toMatchObject({ status: "fulfilled" });
    expect(started).toHaveLength(6);
    await pool.close();
  });

  test("a worker that dies while a query selects is waited for", async () => {
    const { pool, started } = poolOf(1, { deadAtStart: 2, restartDelayMs: 20 });
    const select = async (): Promise<readonly SeriesSelection[]> => {
      while (started.length < 2) await new Promise((resolve) => setImmediate(resolve));
      // It dies a turn later, and the third one starts after a wait.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(started).toHaveLength(2);
      return [selectionOf(1)];
    };
    const result = await pool.run(query("up", { select }));
    expect(result.series).toHaveLength(2);
    expect(started).toHaveLength(3);
    await pool.close();
  });

  test("where no thread can be started, a query fails with the reason", async () => {
    const pool = createWorkerPool({
      workerCount: 1,
      startWorker: () => {
        throw new Error("no threads left");
      },
      memory: shared.memory,
      scratchAddresses: [0],
      stopGraceMs: 5,
      restartDelayMs: 1,
    });
    await expect(pool.run(query("up"))).rejects.toMatchObject({
      errorType: "internal",
      message: "cannot start a query worker: Error: no threads left",
    });
    await pool.close();
  });

  test("a query that waited too long never runs", async () => {
    const { pool } = poolOf(1);
    const stuck = pool.run(query("hang", { timeoutMs: 40 }));
    await expect(pool.run(query("up", { timeoutMs: 5 }))).rejects.toMatchObject({ errorType: "timeout" });
    await expect(stuck).rejects.toMatchObject({ errorType: "timeout" });
    await pool.close();
  });
});

describe("a listing in a pool", () => {
  function listing(pins: readonly number[], more?: Partial<PoolListing>): PoolListing {
    return {
      kind: "series",
      limit: 0,
      timeoutMs: 60_000,
      signal: undefined,
      select: () => pins.map(selectionOf),
      release: (selections) => released.push(...selections.map(({ pin }) => pin)),
      ...more,
    };
  }

  test.each<{ why: string; more: Partial<PoolListing>; pins?: number[]; want: unknown; truncated?: boolean }>([
    {
      why: "label sets",
      more: {},
      want: [
        { __name__: "up", job: "a" },
        { __name__: "up", job: "b" },
      ],
    },
    {
      why: "those of several selections once",
      more: {},
      pins: [1, 2],
      want: [
        { __name__: "up", job: "a" },
        { __name__: "up", job: "b" },
      ],
    },
    { why: "as many as a limit allows", more: { limit: 1 }, want: [{ __name__: "up", job: "a" }], truncated: true },
    { why: "as many of several", more: { limit: 1 }, pins: [1, 2], want: [{ __name__: "up", job: "a" }], truncated: true },
    {
      why: "a limit that cuts nothing",
      more: { limit: 2 },
      want: [
        { __name__: "up", job: "a" },
        { __name__: "up", job: "b" },
      ],
    },
    { why: "names or values", more: { kind: "labels" }, want: ["a", "<b>"] },
    { why: "names or values of several once, sorted", more: { kind: "labels" }, pins: [1, 2], want: ["<b>", "a"] },
    { why: "names or values up to a limit", more: { kind: "labels", limit: 1 }, want: ["a"], truncated: true },
  ])("gives $why", async ({ more, pins = [1], want, truncated = false }) => {
    const { pool } = poolOf(1);
    released.length = 0;
    let text = "";
    const onJson = (bytes: Uint8Array): void => void (text += Buffer.from(bytes).toString());
    expect(await pool.list(listing(pins, { ...more, onJson }))).toBe(truncated);
    // As it is written in a page.
    expect([JSON.parse(text), text.includes("<")]).toEqual([want, false]);
    expect(released).toEqual(pins);
    await pool.close();
  });

  test.each<{ why: string; pin: number; more?: () => Partial<PoolListing>; errorType: string }>([
    { why: "its worker crashes", pin: CRASHING_PIN, errorType: "internal" },
    { why: "its time is over", pin: HANGING_PIN, more: () => ({ timeoutMs: 5 }), errorType: "timeout" },
    { why: "nobody waits for it", pin: HANGING_PIN, more: () => ({ signal: AbortSignal.timeout(5) }), errorType: "canceled" },
    { why: "who reads it has gone", pin: 1, more: () => ({ onJson: () => Promise.reject(new Error("gone")) }), errorType: "" },
  ])("is let go of when $why", async ({ pin, more, errorType }) => {
    const { pool } = poolOf(1);
    released.length = 0;
    const listed = pool.list(listing([pin], more?.()));
    if (errorType === "") await listed;
    else await expect(listed).rejects.toMatchObject({ errorType });
    expect(released).toEqual([pin]);
    await expect(pool.list(listing([1]))).resolves.toBe(false);
    await pool.close();
  });

  test("waits for a free worker with the queries", async () => {
    const { pool } = poolOf(1);
    const [first, second] = await Promise.all([pool.run(query("up")), pool.list(listing([1]))]);
    expect([first.resultType, second]).toEqual(["matrix", false]);
    await pool.close();
  });
});

describe("a writing", () => {
  function writing(pins: readonly number[], request: string, onJson?: (bytes: Uint8Array) => void): PoolWriting {
    return {
      request,
      timeoutMs: 60_000,
      signal: undefined,
      select: () => pins.map(selectionOf),
      release: (selections) => released.push(...selections.map(({ pin }) => pin)),
      ...(onJson === undefined ? {} : { onJson }),
    };
  }

  test("hands on what the worker's program writes of all selections, and lets go of them", async () => {
    const { pool } = poolOf(1);
    released.length = 0;
    let text = "";
    await pool.write(writing([1, 2], "pins:", (bytes) => void (text += Buffer.from(bytes).toString())));
    expect([text, released]).toEqual(["pins: 1;pins: 2;", [1, 2]]);
    await pool.close();
  });

  test.each([
    { why: "it fails", pin: 1, request: "fail", want: { errorType: "execution", message: "cannot read data" } },
    { why: "its worker crashes", pin: CRASHING_PIN, request: "x", want: { errorType: "internal" } },
  ])("is let go of when $why", async ({ pin, request, want }) => {
    const { pool } = poolOf(1);
    released.length = 0;
    await expect(pool.write(writing([pin], request))).rejects.toMatchObject(want);
    expect(released).toEqual([pin]);
    await expect(pool.write(writing([1], "next"))).resolves.toBeUndefined();
    await pool.close();
  });
});

describe("damage in the storage", () => {
  const damaged = (): never => {
    throw new PromError("internal", "cannot read data/01/index at offset 7: a checksum is wrong");
  };

  function failureOf(job: PoolMessage, open: JobHandlerOptions["openSelection"]): unknown {
    const posted: WorkerMessage[] = [];
    const control = new Int32Array(new SharedArrayBuffer(8));
    createJobHandler({
      control,
      points: plainPointWriter(),
      openSelection: open,
      listLabels: damaged,
      post: (message) => posted.push(message),
    })(job);
    return posted[0];
  }

  const series = { id: 3, selections: [selectionOf(1)], limit: 0, kind: "series", type: "listing" } as const;
  const up: PoolMessage = {
    type: "query",
    id: 3,
    text: "up",
    params: instantParams(0),
    selections: [selectionOf(1)],
    kind: "json",
    maxSamples: 9,
  };
  const whole: SeriesSet = { seriesCount: 1, labels: () => [], read: damaged, readHistograms: damaged };
  test.each<{ why: string; job: PoolMessage; open: JobHandlerOptions["openSelection"]; prefix: string }>([
    { why: "a query when it opens a selection, in upstream's words", job: up, open: damaged, prefix: "expanding series: " },
    { why: "a query when it reads a series", job: up, open: () => whole, prefix: "" },
    { why: "a listing of series", job: series, open: damaged, prefix: "" },
    { why: "a listing of labels", job: { ...series, kind: "labels" }, open: damaged, prefix: "" },
  ])("fails $why as its execution, with the place", ({ job, open, prefix }) => {
    const message = `${prefix}cannot read data/01/index at offset 7: a checksum is wrong`;
    expect(failureOf(job, open)).toEqual({ type: "failed", id: 3, errorType: "execution", message });
  });
});

test("the stop word ends a listing between its series", () => {
  const control = new Int32Array(new SharedArrayBuffer(8));
  const posted: WorkerMessage[] = [];
  const handle = createJobHandler({
    control,
    points: plainPointWriter(),
    openSelection: () => ({
      seriesCount: 1_000_000,
      labels(index) {
        if (index === 10) Atomics.store(control, 0, 1);
        return ["i", String(index)];
      },
      read: () => undefined,
      readHistograms: () => undefined,
    }),
    listLabels: () => ({ values: [], truncated: false }),
    post: (message) => posted.push(message),
  });
  handle({ type: "listing", id: 7, kind: "series", selections: [selectionOf(1)], limit: 0 });
  expect(posted).toEqual([{ type: "failed", id: 7, errorType: "canceled", message: "query was canceled in expression evaluation" }]);
});

test("the stop word ends a job between two series", () => {
  const control = new Int32Array(new SharedArrayBuffer(8));
  const posted: WorkerMessage[] = [];
  Atomics.store(control, 1, 16);
  const handle = createJobHandler({
    control,
    points: plainPointWriter(),
    openSelection: () => ({
      seriesCount: 3,
      labels: (index) => ["i", String(index)],
      read: (index, out) => {
        out.length = 0;
        if (index === 1) Atomics.store(control, 0, 2);
      },
      readHistograms: (_index, out) => {
        out.length = 0;
      },
    }),
    listLabels: () => ({ values: [], truncated: false }),
    post: (message) => posted.push(message),
  });
  handle({ type: "query", id: 7, text: "up", params: instantParams(0), selections: [selectionOf(1)], kind: "json", maxSamples: 10 });
  expect(posted).toEqual([{ type: "failed", id: 7, errorType: "timeout", message: "query timed out in expression evaluation" }]);
});
