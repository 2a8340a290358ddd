import { expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { noLogger } from "@ferula/logging";
import { fakeClock } from "@ferula/test-kit";
import { kubernetesMetrics } from "../../../src/providers/kubernetes/kubernetes-metrics.ts";
import { createWorkQueue, type WorkQueue } from "../../../src/providers/kubernetes/work-queue.ts";
import { metricOf } from "./support.ts";

interface Watched {
  readonly queue: WorkQueue;
  readonly clock: ReturnType<typeof fakeClock>;
  readonly ready: Set<string>;
  /** The keys that were worked on, and `.` where there was nothing left. */
  readonly seen: string[];
  readonly registry: Registry;
}

function start(onWork: (key: string, queue: WorkQueue) => void = () => undefined): Watched {
  const clock = fakeClock();
  const registry = new Registry();
  const ready = new Set(["a", "b"]);
  const seen: string[] = [];
  const queue: WorkQueue = createWorkQueue({
    name: "pod",
    clock,
    logger: noLogger,
    metrics: kubernetesMetrics(registry).queue,
    isReady: (key) => ready.has(key),
    work(key) {
      seen.push(key);
      onWork(key, queue);
    },
    onIdle: () => void seen.push("."),
  });
  return { queue, clock, ready, seen, registry };
}

const depth = ({ registry }: Watched): Promise<number | undefined> =>
  metricOf(registry, 'prometheus_sd_kubernetes_workqueue_depth{queue_name="pod"}');

test("what comes within a short time is worked on together, and each key once", async () => {
  const watched = start();
  const { queue, clock, seen } = watched;
  queue.add("a");
  queue.add("b");
  queue.add("a");
  expect(await depth(watched)).toBe(2);
  await clock.advance(49);
  expect(seen).toEqual([]);
  await clock.advance(1);
  expect(seen).toEqual(["a", "b", "."]);
  expect(await depth(watched)).toBe(0);
});

test("what comes while others are worked on is worked on after them", async () => {
  const { queue, clock, seen } = start((key, running) => {
    if (key === "a") running.add("b");
  });
  queue.add("a");
  await clock.advance(50);
  expect(seen).toEqual(["a", "."]);
  await clock.advance(50);
  expect(seen).toEqual(["a", ".", "b", "."]);
});

test("a key that isn't ready waits until it is, and holds up no other", async () => {
  const watched = start();
  const { queue, clock, ready, seen } = watched;
  queue.add("late");
  await clock.advance(1000);
  expect(seen).toEqual([]);
  queue.add("a");
  await clock.advance(1000);
  expect(seen).toEqual(["a", "."]);
  ready.add("late");
  queue.wake();
  await clock.advance(0);
  expect(seen).toEqual(["a", ".", "late", "."]);
});

test("a queue that is woken with nothing to do says so", async () => {
  const { queue, clock, seen } = start();
  queue.wake();
  await clock.advance(0);
  expect(seen).toEqual(["."]);
});

test("a queue that is stopped does nothing more, and forgets what it held", async () => {
  const watched = start();
  watched.queue.add("a");
  watched.queue.stop();
  watched.queue.add("b");
  watched.queue.wake();
  await watched.clock.advance(1000);
  expect(watched.seen).toEqual([]);
  expect(watched.clock.timerCount()).toBe(0);
  expect(await depth(watched)).toBe(0);
});
