import { expect, test } from "@jest/globals";
import { createFairQueue } from "../../src/web-file/fair-queue.ts";

test("owners take turns, each with his oldest job", async () => {
  const done: string[] = [];
  const { run } = createFairQueue({ perOwner: 10, total: 100 });
  const job = (owner: string, name: string): Promise<unknown> =>
    run(owner, async () => {
      done.push(name);
    });
  await Promise.all([job("a", "a1"), job("a", "a2"), job("a", "a3"), job("b", "b1"), job("b", "b2"), job("c", "c1")]);
  expect(done).toEqual(["a1", "a2", "b1", "c1", "a3", "b2"]);
});

test("one job runs at a time", async () => {
  const { run } = createFairQueue({ perOwner: 10, total: 100 });
  let running = 0;
  let most = 0;
  const job = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  };
  await Promise.all(["a", "b", "c"].map((owner) => run(owner, job)));
  expect(most).toBe(1);
});

test.each([
  { why: "of one owner", limits: { perOwner: 2, total: 100 }, owners: ["a", "a", "a", "a"], want: [1, 1, 1, undefined] },
  { why: "of all", limits: { perOwner: 100, total: 2 }, owners: ["a", "b", "c", "d"], want: [1, 1, 1, undefined] },
])("beyond the limit $why nothing is taken", async ({ limits, owners, want }) => {
  const { run } = createFairQueue(limits);
  expect(await Promise.all(owners.map((owner) => run(owner, () => Promise.resolve(1))))).toEqual(want);
  expect(await run("a", () => Promise.resolve(2))).toBe(2);
});

test("a job that fails is told to its owner alone", async () => {
  const { run } = createFairQueue({ perOwner: 10, total: 100 });
  const failing = run("a", () => Promise.reject(new Error("broken")));
  const next = run("a", () => Promise.resolve(1));
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe(1);
});
