import type { StatsFs } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { noLogger } from "@ferula/logging";
import { createStatGuard } from "../../src/filesystem/stat-guard.ts";

const stats = { blocks: 1 } as StatsFs;
const timedOut = { deviceError: "mountpoint timeout" };

/** A kernel whose calls return when the test says so. */
function createKernel() {
  const calls: { readonly path: string; readonly answer: () => void; readonly fail: (error: Error) => void }[] = [];
  const statfs = (path: string): Promise<StatsFs> =>
    new Promise((resolve, reject) => calls.push({ path, answer: () => resolve(stats), fail: reject }));
  return { calls, guard: createStatGuard({ statfs, timeoutMs: 5000, maxRunning: 2, logger: noLogger }) };
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["setImmediate", "queueMicrotask", "nextTick"] });
});
afterEach(() => {
  jest.useRealTimers();
});

test("a mount that hangs is timed out, left alone, and asked again once its call has returned", async () => {
  const { calls, guard } = createKernel();
  const first = guard("/nfs");
  jest.advanceTimersByTime(5000);
  expect(await first).toEqual(timedOut);
  expect(await guard("/nfs")).toEqual(timedOut);
  expect(calls).toHaveLength(1);
  calls[0].answer();
  await setImmediate();
  const again = guard("/nfs");
  await setImmediate();
  expect(calls).toHaveLength(2);
  calls[1].answer();
  expect(await again).toEqual({ stats });
});

test("scrapes that overlap share a call", async () => {
  const { calls, guard } = createKernel();
  const both = Promise.all([guard("/"), guard("/")]);
  await setImmediate();
  calls[0].answer();
  expect(await both).toEqual([{ stats }, { stats }]);
  expect(calls).toHaveLength(1);
});

test("no more calls run at a time than allowed, and each that ends lets one more in", async () => {
  const { calls, guard } = createKernel();
  const outcomes = Promise.all(["/a", "/b", "/c", "/d"].map(guard));
  await setImmediate();
  expect(calls.map(({ path }) => path)).toEqual(["/a", "/b"]);
  calls[0].answer();
  await setImmediate();
  expect(calls.map(({ path }) => path)).toEqual(["/a", "/b", "/c"]);
  calls[1].answer();
  calls[2].answer();
  await setImmediate();
  calls[3].answer();
  expect(await outcomes).toEqual([{ stats }, { stats }, { stats }, { stats }]);
});

test("when hanging mounts hold all places the others are timed out, and come back with them", async () => {
  const { calls, guard } = createKernel();
  const outcomes = Promise.all(["/a", "/b", "/c"].map(guard));
  jest.advanceTimersByTime(5000);
  expect(await outcomes).toEqual([timedOut, timedOut, timedOut]);
  await setImmediate();
  for (const call of calls.splice(0)) call.answer();
  await setImmediate();
  for (const call of calls.splice(0)) call.answer();
  await setImmediate();
  const healthy = Promise.all(["/b", "/c"].map(guard));
  await setImmediate();
  expect(calls.map(({ path }) => path)).toEqual(["/b", "/c"]);
  for (const call of calls) call.answer();
  expect(await healthy).toEqual([{ stats }, { stats }]);
});

test("an error is told in the kernel's words", async () => {
  const { calls, guard } = createKernel();
  const outcome = guard("/secret");
  await setImmediate();
  calls[0].fail(Object.assign(new Error("EACCES: permission denied, statfs '/secret'"), { code: "EACCES", errno: -13 }));
  expect(await outcome).toEqual({ deviceError: "permission denied" });
});
