import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Registry } from "@ferula/client";
import { readConfig } from "@ferula/config";
import { noLogger } from "@ferula/logging";
import {
  createMatcher,
  createSampleBatch,
  createSampleColumns,
  growSampleBatch,
  isStaleAt,
  labelPairs,
  labelsOf,
  setStaleAt,
  type Labels,
} from "@ferula/model";
import { alertingShape, createNotifier, sectionName, type AlertingConfig, type Notifier } from "@ferula/notifier";
import { createEngine, type Engine } from "@ferula/promql";
import { createRuleManager, readRuleFile, type RuleManager, type SentAlert, type StoredState, type VectorElement } from "@ferula/rules";
import { eventually, fakeClock, memoryStorage, type MemoryStorage } from "@ferula/test-kit";
import type { Look, Notification, Outcome } from "./report.ts";
import type { Action, Change, Scenario } from "./scenario.ts";

const MINUTE_MS = 60_000;
const TICK_MS = 15_000;
const EXTERNAL_LABELS = labelsOf({ region: "eu" });
const EXTERNAL_URL = "http://prometheus.example:9090/here";

/** Lives through a day on a clock of its own, with the engine, the storage's rules and the notifier, whose Alertmanager is on loopback. */
export async function runDay(scenario: Scenario, closing: (() => Promise<void>)[]): Promise<Outcome> {
  const clock = fakeClock(scenario.startMs);
  const storage = memoryStorage();
  const engine = createEngine({ nowMs: clock.nowMs });
  const received: Notification[] = [];
  const { notifier, sentMs } = await startNotifier(received, closing);
  const looks: Look[] = [];
  let manager: RuleManager | undefined;
  const start = (): RuleManager =>
    createRuleManager({
      query: async (expr, timeMs) => vectorOf(await engine.instant(storage, expr, timeMs)),
      appender: storage,
      sendAlerts(alerts: readonly SentAlert[]) {
        for (let i = 0; i < alerts.length; i++) sentMs.push(clock.nowMs());
        notifier.send(alerts);
      },
      clock,
      logger: noLogger,
      externalUrl: EXTERNAL_URL,
      externalLabels: () => EXTERNAL_LABELS,
      resendDelayMs: MINUTE_MS,
      storedState: { newest: newestIn(storage), outageToleranceMs: 60 * MINUTE_MS, gracePeriodMs: 10 * MINUTE_MS },
      registry: new Registry(),
    });
  for (let atMs = 0; atMs < scenario.endMinute * MINUTE_MS; atMs += TICK_MS) {
    const minute = atMs / MINUTE_MS;
    for (const action of scenario.actions) {
      if (action.minute === minute) manager = await act(action, manager, start);
    }
    store(storage, scenario, minute, clock.nowMs());
    // What an action began comes to rest before it is looked at.
    await clock.advance(0);
    if (scenario.looks.includes(minute)) looks.push(...lookAt(manager, minute));
    await clock.advance(TICK_MS);
  }
  await manager?.stop();
  await eventually(() => expectCount(received.length, sentMs.length));
  const notifications = received.map((one, i) => ({ ...one, sentMs: sentMs[i] }));
  return { notifications, series: readSeries(storage), looks };
}

function expectCount(count: number, wanted: number): void {
  if (count !== wanted) throw new Error(`${count} alerts of ${wanted} have arrived`);
}

async function act(action: Action, manager: RuleManager | undefined, start: () => RuleManager): Promise<RuleManager | undefined> {
  if (action.kind === "stop") {
    await manager?.stop();
    return undefined;
  }
  const target = action.kind === "start" ? start() : manager;
  const file = "day.yml";
  target?.apply([{ file, ...readRuleFile(action.rules, file) }], { intervalMs: MINUTE_MS, queryOffsetMs: action.queryOffsetMs });
  return target;
}

/** Stores what each series has at a time. */
function store(storage: MemoryStorage, { series }: Scenario, minute: number, timestampMs: number): void {
  const batch = createSampleBatch(series.length);
  growSampleBatch(batch, series.length);
  for (const { labels, changes } of series) {
    const change = changes.findLast(([from]) => from <= minute);
    if (change === undefined || isEnded(change, minute)) continue;
    const row = batch.length++;
    batch.refs[row] = storage.seriesRef(labelsOf(labels));
    batch.timestampsMs[row] = timestampMs;
    if (change[1] === "stale") setStaleAt(batch, row);
    else batch.values[row] = change[1];
  }
  storage.append(batch);
}

/** One marker is enough. */
function isEnded([from, value]: Change, minute: number): boolean {
  return value === "stale" && minute > from;
}

function lookAt(manager: RuleManager | undefined, minute: number): readonly Look[] {
  return (manager?.groups() ?? []).flatMap((group) =>
    group.rules.map((rule) => ({
      minute,
      rule: `${group.name}/${rule.name}`,
      health: rule.health().health,
      lastError: rule.health().lastError,
      alerts: rule.alerts().map(({ labels, ...alert }) => ({ ...alert, labels: record(labels) })),
    })),
  );
}

/** A notifier, and the times at which it was given the alerts that come to `received` in the same order. */
async function startNotifier(
  received: Notification[],
  closing: (() => Promise<void>)[],
): Promise<{ readonly notifier: Notifier; readonly sentMs: number[] }> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      for (const alert of JSON.parse(Buffer.concat(chunks).toString()) as readonly PostedAlert[]) received.push(posted(alert));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  const notifier = createNotifier({
    queueCapacity: 10_000,
    batchSize: 256,
    drainOnShutdown: true,
    userAgent: "",
    logger: noLogger,
    registry: new Registry(),
  });
  notifier.apply(alertingConfig(), EXTERNAL_LABELS);
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  notifier.sync(new Map([[sectionName(0), [{ source: "day", labels: [], targets: [labelsOf({ __address__: address })] }]]]));
  closing.push(notifier.stop);
  return { notifier, sentMs: [] };
}

function alertingConfig(): AlertingConfig {
  const read = readConfig(alertingShape, "alertmanagers: [{}]", "prometheus.yml");
  if (!read.ok) throw new Error("BUG: the configuration is fine");
  return read.value as AlertingConfig;
}

interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
}

function posted({ labels, annotations = {}, startsAt, endsAt, generatorURL: generatorUrl }: PostedAlert): Notification {
  return { sentMs: 0, labels, annotations, startsAtMs: Date.parse(startsAt), endsAtMs: Date.parse(endsAt), generatorUrl };
}

function vectorOf({ series }: Awaited<ReturnType<Engine["instant"]>>): readonly VectorElement[] {
  return series.map(({ labels, values }) => ({ labels, value: values[0] }));
}

function newestIn(storage: MemoryStorage): StoredState["newest"] {
  return ({ matchers, minTimeMs, maxTimeMs }) => {
    const set = storage.querier(minTimeMs, maxTimeMs).select(matchers);
    const columns = createSampleColumns(1);
    return Promise.resolve(
      Array.from({ length: set.seriesCount }, (_, i) => {
        set.read(i, columns);
        const last = columns.length - 1;
        return {
          labels: set.labels(i),
          timestampMs: columns.timestampsMs[last],
          value: columns.values[last],
          isStale: isStaleAt(columns, last),
        };
      }).filter(({ isStale }) => !isStale),
    );
  };
}

/** What the rules stored. */
function readSeries(storage: MemoryStorage): Outcome["series"] {
  const set = storage.querier(0, Number.MAX_SAFE_INTEGER).select([createMatcher("=~", "__name__", "ALERTS.*|.*:.*")]);
  const columns = createSampleColumns(1);
  return Array.from({ length: set.seriesCount }, (_, i) => {
    set.read(i, columns);
    const points = Array.from({ length: columns.length }, (_unused, k) => {
      const value = isStaleAt(columns, k) ? null : columns.values[k];
      return [columns.timestampsMs[k], value] as const;
    });
    return { labels: record(set.labels(i)), points };
  }).toSorted((a, b) => (JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1));
}

function record(labels: Labels): Readonly<Record<string, string>> {
  return Object.fromEntries(labelPairs(labels));
}
