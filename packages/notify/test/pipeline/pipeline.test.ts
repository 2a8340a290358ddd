import { describe, expect, test } from "@jest/globals";
import {
  createAlertStore,
  createInhibitor,
  openNotificationLog,
  openSilences,
  parseMatchers,
  type Notify,
  type Silences,
} from "@ferula/alerting";
import { Registry } from "@ferula/client";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { noLogger } from "@ferula/logging";
import { fakeClock, type FakeClock } from "@ferula/test-kit";
import { labelValue } from "@ferula/model";
import { DeliveryError, type Receiver } from "../../src/pipeline/delivery.ts";
import { createNotificationMetrics } from "../../src/pipeline/metrics.ts";
import { createPipeline } from "../../src/pipeline/pipeline.ts";
import { makeAlert, makeFlush, NOW_MS, type AlertSketch } from "../make-data.ts";

type Outcome = "ok" | "retry" | "never" | Error;

interface Harness {
  readonly clock: FakeClock;
  readonly notify: Notify;
  readonly silences: Silences;
  readonly files: FaultyFiles;
  readonly store: ReturnType<typeof createAlertStore>;
  /** `<receiver> <reason>: <n of each alert, resolved ones with !>`. */
  readonly sent: string[];
  /** What the next tries of a receiver come to; ok when there is none. */
  readonly outcomes: Map<string, Outcome[]>;
  readonly metric: (name: string) => Promise<string[]>;
}

const retry = (): DeliveryError => new DeliveryError("busy", { retry: true, reason: "serverError" });

function start(
  receivers: readonly { readonly kind: string; readonly sendResolved: boolean }[] = [{ kind: "webhook", sendResolved: true }],
): Harness {
  const clock = fakeClock(NOW_MS);
  const files = createFaultyFiles();
  files.makeFolder("/data");
  files.syncFolder("/");
  const registry = new Registry();
  const store = createAlertStore(clock);
  const silences = openSilences({ files, path: "/data/silences", retentionMs: 1e9, nowMs: clock.nowMs, maxSilences: 0 });
  const sent: string[] = [];
  const outcomes = new Map<string, Outcome[]>();
  const built = receivers.map(({ kind, sendResolved }): Receiver => ({
    integration: { receiver: "te.am", kind, index: 0 },
    sendResolved,
    async send({ alerts, reason }) {
      const outcome = outcomes.get(kind)?.shift() ?? "ok";
      sent.push(
        `${kind} ${reason}: ${alerts.map(({ labels, status }) => labelValue(labels, "n") + (status === "resolved" ? "!" : "")).join(" ")}`,
      );
      if (outcome === "retry") throw retry();
      if (outcome === "never") throw new DeliveryError("wrong", { retry: false, reason: "clientError" });
      if (outcome !== "ok") throw outcome;
    },
  }));
  return {
    clock,
    silences,
    files,
    store,
    sent,
    outcomes,
    async metric(name) {
      return (await registry.metrics())
        .split("\n")
        .filter((line) => line.startsWith(name) && !line.endsWith(" 0"))
        .toSorted();
    },
    notify: createPipeline({
      receivers: new Map([["te.am", built]]),
      inhibitor: createInhibitor([{ source: parseMatchers("n=boss"), target: parseMatchers("n=minion"), equal: [] }], store, clock.nowMs),
      silences,
      log: openNotificationLog({ files, path: "/data/nflog", retentionMs: 1e9, nowMs: clock.nowMs }),
      metrics: createNotificationMetrics(registry, ["webhook", "email"]),
      clock,
      logger: noLogger,
      externalUrl: "http://am",
    }),
  };
}

const firing = (n: string): AlertSketch => ({ labels: { alertname: "A", n } });
const resolved = (n: string): AlertSketch => ({ ...firing(n), endsAt: "2026-01-02T11:00:00Z" });
const flushAt = (clock: FakeClock, alerts: readonly AlertSketch[], signal?: AbortSignal) =>
  makeFlush(alerts, { nowMs: clock.nowMs(), ...(signal === undefined ? {} : { signal }) });

test("a receiver is told what is new to it, and only that", async () => {
  const { clock, notify, sent } = start();
  for (const alerts of [
    [firing("1")],
    [firing("1")],
    [firing("1"), firing("2")],
    [firing("1"), resolved("2")],
    [firing("1")],
    [resolved("1")],
    [resolved("1")],
    [firing("1")],
  ]) {
    await clock.advance(60_000);
    await notify(flushAt(clock, alerts));
  }
  await clock.advance(5 * 3_600_000);
  await notify(flushAt(clock, [firing("1")]));
  expect(sent).toEqual([
    "webhook first notification: 1",
    "webhook new alerts added: 1 2",
    "webhook some alerts resolved: 1 2!",
    "webhook all alerts resolved: 1!",
    "webhook first notification: 1",
    "webhook repeat interval elapsed: 1",
  ]);
});

test("without send_resolved the end is only written down, so that the next alert is a first one", async () => {
  const { clock, notify, sent } = start([{ kind: "email", sendResolved: false }]);
  for (const alerts of [[firing("1"), firing("2")], [firing("1"), resolved("2")], [resolved("1")], [firing("1"), resolved("3")]]) {
    await clock.advance(60_000);
    await notify(flushAt(clock, alerts));
  }
  expect(sent).toEqual(["email first notification: 1 2", "email first notification: 1"]);
});

describe("delivery", () => {
  test("is tried again until it works, with growing waits", async () => {
    const { clock, notify, sent, outcomes, metric } = start();
    outcomes.set("webhook", ["retry", "retry", "retry"]);
    const done = notify(flushAt(clock, [firing("1")]));
    await clock.advance(249);
    expect(sent).toHaveLength(1);
    await clock.advance(500 + 750 + 1125);
    await done;
    expect(sent).toHaveLength(4);
    expect(await metric("alertmanager_notification_requests")).toEqual([
      'alertmanager_notification_requests_failed_total{integration="webhook"} 3',
      'alertmanager_notification_requests_total{integration="webhook"} 4',
    ]);
    expect(await metric("alertmanager_notifications_failed")).toEqual([]);
  });

  test.each([
    ["TimeoutError", "contextDeadlineExceeded"],
    ["AbortError", "contextCanceled"],
  ])("ends with the last error when the round ends by %s", async (name, reason) => {
    const { clock, notify, outcomes, metric, sent } = start();
    outcomes.set("webhook", Array.from<Outcome>({ length: 1000 }).fill("retry"));
    const round = new AbortController();
    const done = notify(flushAt(clock, [firing("1")], round.signal)).catch((error: unknown) => error as Error);
    await clock.advance(15 * 60_000);
    const tries = sent.length;
    // Waits of a minute at most, of half of it at least.
    expect(tries).toBeGreaterThanOrEqual(20);
    expect(tries).toBeLessThan(60);
    round.abort(new DOMException("over", name));
    expect((await done)?.message).toBe(`te.am/webhook[0]: notify failed: notify retry canceled after ${tries} attempts: busy`);
    expect(clock.timerCount()).toBe(0);
    expect(await metric("alertmanager_notifications_failed")).toEqual([
      `alertmanager_notifications_failed_total{integration="webhook",reason="${reason}"} 1`,
    ]);
  });

  test("is given up at once when another try is useless, and nothing is written down", async () => {
    const { clock, notify, sent, outcomes, metric } = start();
    outcomes.set("webhook", ["never", new Error("a template that is wrong")]);
    await expect(notify(flushAt(clock, [firing("1")]))).rejects.toThrow("te.am/webhook[0]: notify failed: wrong");
    await expect(notify(flushAt(clock, [firing("1")]))).rejects.toThrow("a template that is wrong");
    await notify(flushAt(clock, [firing("1")]));
    expect(sent.map((line) => line.split(":")[0])).toEqual(Array.from({ length: 3 }).fill("webhook first notification"));
    expect(await metric("alertmanager_notifications_failed")).toEqual([
      'alertmanager_notifications_failed_total{integration="webhook",reason="clientError"} 1',
      'alertmanager_notifications_failed_total{integration="webhook",reason="other"} 1',
    ]);
  });

  test("by one integration does not depend on another's", async () => {
    const { clock, notify, sent, outcomes } = start([
      { kind: "webhook", sendResolved: true },
      { kind: "email", sendResolved: true },
    ]);
    outcomes.set("webhook", ["never"]);
    await expect(notify(flushAt(clock, [firing("1")]))).rejects.toThrow("webhook[0]: notify failed: wrong");
    await notify(flushAt(clock, [firing("1")]));
    expect(sent).toEqual(["webhook first notification: 1", "email first notification: 1", "webhook first notification: 1"]);
  });

  test("counts only when it is on disk: otherwise it is done again", async () => {
    const { clock, notify, sent, files } = start();
    files.failWritesTo("nflog", { code: "ENOSPC" });
    await expect(notify(flushAt(clock, [firing("1")]))).rejects.toThrow("ENOSPC");
    files.heal();
    await notify(flushAt(clock, [firing("1")]));
    await notify(flushAt(clock, [firing("1")]));
    expect(sent).toHaveLength(2);
  });
});

describe("mutes", () => {
  test("silenced and inhibited alerts are left out and counted", async () => {
    const { clock, notify, sent, silences, store, metric } = start();
    await silences.set({
      matchers: parseMatchers("n=quiet"),
      startsAtMs: 0,
      endsAtMs: NOW_MS + 1e6,
      createdBy: "",
      comment: "",
      annotations: new Map(),
    });
    store.put([makeAlert(firing("boss"))]);
    await notify(flushAt(clock, [firing("quiet"), firing("minion"), firing("1")]));
    expect(sent).toEqual(["webhook first notification: 1"]);
    expect(await metric("alertmanager_notifications_suppressed")).toEqual([
      'alertmanager_notifications_suppressed_total{reason="inhibition"} 1',
      'alertmanager_notifications_suppressed_total{reason="silence"} 1',
    ]);
  });

  test("a round that is all muted is a success, and changes nothing in the log", async () => {
    const { clock, notify, sent, silences } = start();
    await notify(flushAt(clock, [firing("1")]));
    const id = await silences.set({
      matchers: parseMatchers("n=1"),
      startsAtMs: 0,
      endsAtMs: NOW_MS + 1e6,
      createdBy: "",
      comment: "",
      annotations: new Map(),
    });
    await notify(flushAt(clock, [resolved("1")]));
    await silences.expire(id);
    await notify(flushAt(clock, [resolved("1")]));
    expect(sent).toEqual(["webhook first notification: 1", "webhook all alerts resolved: 1!"]);
  });
});

test("a receiver without integrations takes everything, one that is not there is a bug", async () => {
  const { clock, notify } = start([]);
  await notify(flushAt(clock, [firing("1")]));
  const flush = flushAt(clock, [firing("1")]);
  await expect(notify({ ...flush, route: { ...flush.route, receiver: "nobody" } })).rejects.toThrow("BUG:");
});

test("every series of the metrics is there from the start", async () => {
  const registry = new Registry();
  createNotificationMetrics(registry, ["webhook", "email"]);
  const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("alertmanager_notifications_failed_total{"));
  expect(lines).toHaveLength(14);
});
