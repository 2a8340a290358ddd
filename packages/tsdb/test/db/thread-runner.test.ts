import { afterEach, expect, test } from "@jest/globals";
import { createSharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import { createThreadRunner } from "../../src/db/thread-runner.ts";
import type { HeadSource } from "../../src/db/head-source.ts";
import type { JobRunner } from "../../src/db/jobs.ts";
import type { HeadSelection } from "../../src/read/head-selection.ts";

/**
 * Stands for the worker's program: a job `makeFolder` is answered, with how many jobs the thread had before; of any other, the path says how it
 * ends.
 */
const PROGRAM = `
import { parentPort, workerData } from "node:worker_threads";
let jobs = 0;
parentPort.on("message", ({ task }) => {
  if (task.path === "exits") process.exit(3);
  if (task.path === "throws") throw new Error("out of luck");
  if (task.path === "selects and exits") {
    workerData.headPort.postMessage({ method: "select", args: ["all", new Uint32Array(0), 0, 1] });
    Atomics.wait(new Int32Array(workerData.answered), 0, 0);
    process.exit(0);
  }
  parentPort.postMessage({ result: jobs++ });
});
`;

const runners: JobRunner[] = [];

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.close();
});

function newRunner(): { readonly job: (path: string) => Promise<unknown>; readonly runner: JobRunner; readonly pins: Set<number> } {
  const pins = new Set<number>();
  const head: HeadSource = {
    refs: () => new Uint32Array(0),
    series: () => ({ labelAddresses: new Uint32Array(0), walRefs: new Float64Array(0), symbolGeneration: 0 }),
    select() {
      pins.add(7);
      return { pin: 7 } as HeadSelection;
    },
    release: (pin) => void pins.delete(pin),
    keptWalRefs: () => new Uint8Array(0),
  };
  const start = { dir: "/data", floatEncoding: "xor", blockSegmentBytes: 1, decodeScratch: 0 } as const;
  const options = { ...start, shared: createSharedMemory(), head, logger: noLogger };
  const runner = createThreadRunner(options, new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`));
  runners.push(runner);
  return { runner, pins, job: (path) => runner.run("makeFolder", { path }) };
}

test.each([
  { path: "exits", message: "its thread ended with code 3" },
  { path: "throws", message: "out of luck" },
])("a thread that $path fails its job, and the next has one of its own, which stays", async ({ path, message }) => {
  const { job } = newRunner();
  expect(await job("works")).toBe(0);
  const [failed, ...others] = await Promise.allSettled([job(path), job("works"), job("works")]);
  expect(failed).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining(message) } });
  expect(others).toEqual([0, 1].map((value) => ({ status: "fulfilled", value })));
  await expect(job(path)).rejects.toThrow(message);
  expect(await job("works")).toBe(0);
});

test("what a thread that ended had selected is let go of", async () => {
  const { job, pins } = newRunner();
  await expect(job("selects and exits")).rejects.toThrow("ended with code 0");
  expect([...pins]).toEqual([]);
});

test("a runner that is closed takes no further job", async () => {
  const { job, runner } = newRunner();
  expect(await job("works")).toBe(0);
  await runner.close();
  await expect(job("works")).rejects.toMatchObject({ errorType: "canceled" });
});
