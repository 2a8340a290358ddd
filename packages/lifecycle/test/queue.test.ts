import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { BoundedQueue, createBackoff, createTimeSlice, yieldToLoop } from "../src/index.ts";

const never = new AbortController().signal;

describe("BoundedQueue", () => {
  test("a full queue loses its oldest item or refuses the new one, as it was told", () => {
    const dropping = new BoundedQueue<number>({ capacity: 2, whenFull: "drop-oldest" });
    expect([1, 2, 3].map((n) => dropping.push(n))).toEqual(["queued", "queued", "dropped-oldest"]);
    expect([dropping.size, dropping.take(9)]).toEqual([2, [2, 3]]);
    const refusing = new BoundedQueue<number>({ capacity: 2, whenFull: "refuse" });
    expect([1, 2, 3].map((n) => refusing.push(n))).toEqual(["queued", "queued", "refused"]);
    expect([refusing.shift(), refusing.push(3), refusing.take(9), refusing.shift()]).toEqual([1, "queued", [2, 3], undefined]);
  });

  test.each(["drop-oldest", "refuse"] as const)("behaves as an array would, in any order of calls (%s)", (whenFull) => {
    const step = fc.oneof({ weight: 3, arbitrary: fc.constant("push") }, fc.constant("shift"), fc.constant("take"));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 120 }), (capacity, steps) => {
        const queue = new BoundedQueue<number>({ capacity, whenFull });
        const model: number[] = [];
        for (const [i, each] of steps.entries()) {
          if (each === "shift") expect(queue.shift()).toBe(model.shift());
          else if (each === "take") expect(queue.take(3)).toEqual(model.splice(0, 3));
          else {
            queue.push(i);
            if (model.length < capacity) model.push(i);
            else if (whenFull === "drop-oldest") model.splice(0, 1, ...model.splice(1), i);
          }
          expect(queue.size).toBe(model.length);
        }
      }),
    );
  });

  test("a consumer is woken by a push, by the close, and by its signal", async () => {
    const queue = new BoundedQueue<string>({ capacity: 1, whenFull: "refuse" });
    const woken = queue.waitForItem(never);
    queue.push("x");
    await expect(woken).resolves.toBe(true);
    await expect(queue.waitForItem(AbortSignal.abort())).resolves.toBe(true);
    queue.shift();
    const stop = new AbortController();
    const cut = queue.waitForItem(stop.signal);
    stop.abort();
    await expect(cut).resolves.toBe(false);
    const closed = queue.waitForItem(never);
    queue.close();
    await expect(closed).resolves.toBe(false);
  });

  test("a closed queue refuses items and still hands out what it holds", async () => {
    const queue = new BoundedQueue<string>({ capacity: 2, whenFull: "drop-oldest" });
    queue.push("x");
    queue.close();
    expect([queue.isClosed, queue.push("y")]).toEqual([true, "refused"]);
    await expect(queue.waitForItem(never)).resolves.toBe(true);
    expect(queue.shift()).toBe("x");
    await expect(queue.waitForItem(never)).resolves.toBe(false);
  });

  test("two consumers share the items", async () => {
    const queue = new BoundedQueue<number>({ capacity: 10, whenFull: "refuse" });
    const taken: number[] = [];
    const consume = async (): Promise<void> => {
      while (await queue.waitForItem(never)) {
        const item = queue.shift();
        if (item !== undefined) taken.push(item);
      }
    };
    const consumers = [consume(), consume()];
    for (let i = 0; i < 10; i++) {
      queue.push(i);
      await yieldToLoop();
    }
    queue.close();
    await Promise.all(consumers);
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test.each([0, -1, 1.5, Number.NaN, Infinity])("a capacity of %d is refused", (capacity) => {
    expect(() => new BoundedQueue({ capacity, whenFull: "refuse" })).toThrow("must be a whole number above zero");
  });
});

describe("createBackoff", () => {
  test("waits grow by the factor up to the most, and start over after a reset", () => {
    const backoff = createBackoff({ minMs: 30, maxMs: 200, factor: 3 });
    expect([backoff.nextMs(), backoff.nextMs(), backoff.nextMs(), backoff.nextMs(), backoff.attempts()]).toEqual([30, 90, 200, 200, 4]);
    backoff.reset();
    expect([backoff.attempts(), backoff.nextMs()]).toEqual([0, 30]);
  });

  test("jitter takes off up to its share", () => {
    let chance = 0;
    const backoff = createBackoff({ minMs: 100, maxMs: 100, jitter: 0.2, random: () => chance });
    expect(backoff.nextMs()).toBe(100);
    chance = 0.5;
    expect(backoff.nextMs()).toBe(90);
  });

  test.each([
    { minMs: 5, maxMs: 4 },
    { minMs: -1, maxMs: 4 },
    { minMs: 1, maxMs: 4, factor: 0.5 },
    { minMs: 1, maxMs: 4, jitter: 1.1 },
    { minMs: Number.NaN, maxMs: 4 },
  ])("%p is refused", (options) => {
    expect(() => createBackoff(options)).toThrow(/^cannot back off/);
  });
});

describe("time slices", () => {
  test("giving way lets what is due run, which a resolved promise would not", async () => {
    let hasRun = false;
    setImmediate(() => {
      hasRun = true;
    });
    await Promise.resolve();
    expect(hasRun).toBe(false);
    await yieldToLoop();
    expect(hasRun).toBe(true);
  });

  test("a slice is spent after its budget, and new after giving way", async () => {
    let nowMs = 0;
    const slice = createTimeSlice(10, () => nowMs);
    expect(slice.isSpent()).toBe(false);
    nowMs = 10;
    expect(slice.isSpent()).toBe(true);
    await slice.yield();
    expect(slice.isSpent()).toBe(false);
  });
});
