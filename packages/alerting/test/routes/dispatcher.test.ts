import { expect, test } from "@jest/globals";
import { noLogger } from "@ferula/logging";
import { fakeClock, type FakeClock } from "@ferula/test-kit";
import { labelValue } from "@ferula/model";
import { createAlertStore, type AlertStore } from "../../src/alert-store.ts";
import type { Alert } from "../../src/alert.ts";
import type { Flush } from "../../src/routes/alert-group.ts";
import { createDispatcher, type Dispatcher } from "../../src/routes/dispatcher.ts";
import { buildRouteTree, type RouteDefinition } from "../../src/routes/route.ts";
import { makeAlert } from "../make-alert.ts";

const ROOT: RouteDefinition = {
  receiver: "r",
  groupBy: ["g"],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  matchers: [],
  continues: false,
  routes: [],
};

/** What was sent: seconds since the start, and of each alert its `n`, with `!` when it was resolved. */
interface Harness {
  readonly clock: FakeClock;
  readonly store: AlertStore;
  readonly dispatcher: Dispatcher;
  readonly sent: string[];
  readonly flushes: Flush[];
  /** Replaces what happens at a flush after it was noted. */
  onFlush: (flush: Flush) => Promise<void>;
  /** Reports an alert of group `g` that starts `agoMs` before now; `endsInMs` from now. */
  readonly report: (n: string, options?: { agoMs?: number; endsInMs?: number; g?: string }) => Alert;
}

function start(options: Partial<RouteDefinition> = {}, startDelayMs = 0): Harness {
  const clock = fakeClock();
  const startMs = clock.nowMs();
  const store = createAlertStore(clock);
  const harness: Harness = {
    clock,
    store,
    sent: [],
    flushes: [],
    onFlush: () => Promise.resolve(),
    dispatcher: createDispatcher(buildRouteTree({ ...ROOT, ...options }), store, {
      clock,
      logger: noLogger,
      notBeforeMs: startMs + startDelayMs,
      notify(flush) {
        const alerts = flush.alerts.map(({ labels, endsAt }) => `${labelValue(labels, "n")}${endsAt === undefined ? "" : "!"}`);
        harness.sent.push(`${(flush.nowMs - startMs) / 1000} ${labelValue(flush.groupLabels, "g")}: ${alerts.join(" ")}`);
        harness.flushes.push(flush);
        return harness.onFlush(flush);
      },
    }),
    report(n, { agoMs = 0, endsInMs, g = "x" } = {}) {
      const now = clock.nowMs();
      const end = endsInMs === undefined ? {} : { endsAtMs: now + endsInMs };
      const alert = makeAlert({ g, n }, { startsAtMs: now - agoMs, updatedAtMs: now, ...end });
      store.put([alert]);
      return alert;
    },
  };
  return harness;
}

test("a group waits for company, then sends at each interval", async () => {
  const { clock, report, sent } = start();
  report("1");
  await clock.advance(20_000);
  report("2");
  await clock.advance(9_999);
  expect(sent).toEqual([]);
  await clock.advance(1);
  report("3");
  await clock.advance(600_000);
  expect(sent).toEqual(["30 x: 1 2", "330 x: 1 2 3", "630 x: 1 2 3"]);
});

test("an alert that is older than the group's wait is sent at once, and takes the others along", async () => {
  const { clock, report, sent } = start();
  report("1", { agoMs: 31_000 });
  await clock.advance(0);
  expect(sent).toEqual(["0 x: 1"]);
  report("2", { agoMs: 31_000 });
  await clock.advance(1000);
  expect(sent).toHaveLength(1);
  report("3", { g: "y" });
  report("4", { g: "y", agoMs: 31_000 });
  await clock.advance(0);
  expect(sent[1]).toBe("1 y: 3 4");
});

test("groups are apart, and an alert of exactly the wait's age still waits", async () => {
  const { clock, report, sent } = start();
  report("1", { g: "a" });
  report("2", { g: "b", agoMs: 30_000 });
  await clock.advance(30_000);
  expect(sent).toEqual(["30 a: 1", "30 b: 2"]);
});

test("resolved alerts are sent once and then forgotten", async () => {
  const { clock, report, sent, dispatcher } = start();
  report("1");
  report("2");
  await clock.advance(30_000);
  report("1", { agoMs: 30_000, endsInMs: 0 });
  await clock.advance(600_000);
  expect(sent).toEqual(["30 x: 1 2", "330 x: 1! 2", "630 x: 2"]);
  expect(dispatcher.groups()[0].alerts()).toHaveLength(1);
});

test("what could not be delivered is kept, resolved ones too", async () => {
  const harness = start();
  const { clock, report, sent } = harness;
  report("1", { endsInMs: 1000 });
  harness.onFlush = () => Promise.reject(new Error("no"));
  await clock.advance(330_000);
  harness.onFlush = () => Promise.resolve();
  await clock.advance(600_000);
  expect(sent).toEqual(["30 x: 1!", "330 x: 1!", "630 x: 1!"]);
});

test("an alert that ends while its round runs was firing in it, and is sent as resolved by the next", async () => {
  const harness = start();
  const { clock, report, sent, flushes } = harness;
  report("1", { endsInMs: 31_000 });
  harness.onFlush = () => new Promise((resolve) => clock.setTimeout(resolve, 5000));
  await clock.advance(700_000);
  expect(sent).toEqual(["30 x: 1", "330 x: 1!"]);
  expect(flushes[0].alerts[0].endsAt).toBeUndefined();
});

test("news of a resolved alert during its round keeps it", async () => {
  const harness = start();
  const { clock, report, sent } = harness;
  report("1", { endsInMs: 1000 });
  harness.onFlush = () => new Promise((resolve) => clock.setTimeout(resolve, 5000));
  await clock.advance(31_000);
  report("1");
  await clock.advance(300_000);
  expect(sent).toEqual(["30 x: 1!", "330 x: 1"]);
});

test("a round has as long as the interval, ten seconds at least, and rounds that were missed are made up for by one", async () => {
  const harness = start({ groupWaitMs: 0, groupIntervalMs: 1000 });
  const { clock, report, sent, flushes } = harness;
  let abortedAfterMs = 0;
  const startMs = clock.nowMs();
  harness.onFlush = ({ signal }) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        abortedAfterMs = clock.nowMs() - startMs;
        reject(signal.reason as Error);
      });
    });
  report("1");
  await clock.advance(9_999);
  expect(sent).toHaveLength(1);
  harness.onFlush = () => Promise.resolve();
  await clock.advance(1);
  expect(abortedAfterMs).toBe(10_000);
  expect((flushes[0].signal.reason as Error).name).toBe("TimeoutError");
  await clock.advance(2000);
  expect(sent).toEqual(["0 x: 1", "10 x: 1", "11 x: 1", "12 x: 1"]);
});

test("an alert that comes when its group is empty starts a new one, which waits again", async () => {
  const { clock, report, sent, dispatcher } = start();
  report("1", { endsInMs: 1000 });
  await clock.advance(100_000);
  report("2");
  await clock.advance(30_000);
  expect(sent).toEqual(["30 x: 1!", "130 x: 2"]);
  expect(dispatcher.groups()).toHaveLength(1);
});

test("empty groups are swept, others are not", async () => {
  const { clock, report, dispatcher } = start();
  report("1", { endsInMs: 1000 });
  report("2", { g: "y" });
  await clock.advance(30_000);
  expect(dispatcher.groups()).toHaveLength(2);
  dispatcher.sweep();
  expect(dispatcher.groups().map(({ key }) => key)).toEqual(['{}:{g="y"}']);
});

test("stopping aborts the rounds that run, waits for them, and leaves no timer", async () => {
  const harness = start();
  const { clock, report, dispatcher, flushes, sent } = harness;
  harness.onFlush = ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  report("1");
  report("2", { g: "y" });
  await clock.advance(30_000);
  await dispatcher.stop();
  expect(flushes.map(({ signal }) => (signal.reason as Error).name)).toEqual(["AbortError", "AbortError"]);
  report("3");
  await clock.advance(1_000_000);
  expect(sent).toHaveLength(2);
  expect(clock.timerCount()).toBe(0);
});

test("a new dispatcher takes over what the store holds, old alerts at once", async () => {
  const first = start();
  first.report("1");
  await first.clock.advance(40_000);
  await first.dispatcher.stop();
  const seconds: number[] = [];
  const second = createDispatcher(buildRouteTree(ROOT), first.store, {
    clock: first.clock,
    logger: noLogger,
    notBeforeMs: 0,
    notify: async ({ alerts }) => void seconds.push(alerts.length),
  });
  await first.clock.advance(0);
  expect(seconds).toEqual([1]);
  await second.stop();
});

test("alerts of a round are ordered by job, instance, then labels", async () => {
  const { clock, store, flushes } = start({ groupBy: [] });
  const make = (job: string, instance: string, n: string): Alert => makeAlert({ job, instance, n }, { startsAtMs: clock.nowMs() });
  store.put([make("b", "1", "1"), make("a", "2", "2"), make("a", "10", "4"), make("a", "10", "3")]);
  await clock.advance(30_000);
  expect(flushes[0].alerts.map(({ labels }) => labelValue(labels, "n"))).toEqual(["3", "4", "2", "1"]);
});

test("nothing is sent before the start delay is over, which does not add to the wait of a group", async () => {
  const { clock, report, sent } = start({}, 60_000);
  report("old", { agoMs: 100_000, g: "o" });
  report("1", { g: "x" });
  await clock.advance(50_000);
  report("2", { g: "y" });
  await clock.advance(30_000);
  expect(sent).toEqual(["60 o: old", "60 x: 1", "80 y: 2"]);
});
