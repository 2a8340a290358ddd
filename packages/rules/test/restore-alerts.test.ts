import { expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { noLogger } from "@ferula/logging";
import { createSampleBatch, createSampleColumns, growSampleBatch, isStaleAt, labelsOf, setStaleAt } from "@ferula/model";
import { fakeClock, memoryStorage, type FakeClock, type MemoryStorage } from "@ferula/test-kit";
import { createRuleManager, readRuleFile, type RuleManager, type StoredSample, type StoredState } from "../src/index.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What a rule of one alert, `job="a"`, comes to in a process that starts now. */
function startProcess(storage: MemoryStorage, storedState: Partial<StoredState>, rule: string): [FakeClock, RuleManager] {
  const clock = fakeClock(DAY_MS);
  const manager = createRuleManager({
    query: () => Promise.resolve([{ labels: labelsOf({ job: "a" }), value: 1 }]),
    appender: storage,
    sendAlerts: () => undefined,
    clock,
    logger: noLogger,
    externalUrl: "",
    externalLabels: () => [],
    resendDelayMs: MINUTE,
    storedState: { newest: newestIn(storage), outageToleranceMs: HOUR, gracePeriodMs: 10 * MINUTE, ...storedState },
    registry: new Registry(),
  });
  manager.apply([{ file: "a.yml", ...readRuleFile(`groups: [{ name: g, rules: [${rule}] }]`, "a.yml") }], {
    intervalMs: MINUTE,
    queryOffsetMs: 0,
  });
  return [clock, manager];
}

const DAY_MS = 24 * HOUR;

/** What queries of the storage find. */
function newestIn(storage: MemoryStorage): StoredState["newest"] {
  return ({ matchers, minTimeMs, maxTimeMs }) => {
    const querier = storage.querier(minTimeMs, maxTimeMs);
    const set = querier.select(matchers);
    const columns = createSampleColumns(1);
    const samples: StoredSample[] = [];
    for (let i = 0; i < set.seriesCount; i++) {
      set.read(i, columns);
      const last = columns.length - 1;
      if (last < 0 || isStaleAt(columns, last)) continue;
      samples.push({ labels: set.labels(i), timestampMs: columns.timestampsMs[last], value: columns.values[last] });
    }
    querier.close();
    return Promise.resolve(samples);
  };
}
const RULE = "{ alert: Down, expr: up, for: 30m, labels: { severity: page, job2: '{{ $labels.job }}' } }";
const LABELS = { __name__: "ALERTS_FOR_STATE", alertname: "Down", job: "a", job2: "a", severity: "page" };

/** Stores that the alert was active from one time to another, both in minutes before the start. */
function storeState(storage: MemoryStorage, activeMinutes: number, untilMinutes: number, { labels = LABELS, isStale = false } = {}): void {
  const batch = createSampleBatch(1);
  growSampleBatch(batch, 1);
  batch.length = 1;
  batch.refs[0] = storage.seriesRef(labelsOf(labels));
  batch.timestampsMs[0] = DAY_MS - untilMinutes * MINUTE;
  batch.values[0] = (DAY_MS - activeMinutes * MINUTE) / 1000;
  if (isStale) setStaleAt(batch, 0);
  storage.append(batch);
}

test.each<[string, (storage: MemoryStorage) => void, Partial<StoredState>, string, number]>([
  ["an alert that fired before fires again at once", (s) => storeState(s, 50, 5), {}, RULE, 0],
  ["one that was pending waits for what was left of its time", (s) => storeState(s, 15, 5), {}, RULE, 20],
  ["one that was about to fire waits for the grace period", (s) => storeState(s, 31, 5), {}, RULE, 10],
  ["the grace period is the user's", (s) => storeState(s, 31, 5), { gracePeriodMs: 2 * MINUTE }, RULE, 4],
  ["an outage that was too long is not made up for", (s) => storeState(s, 120, 61), {}, RULE, 29],
  ["how long it may be is the user's", (s) => storeState(s, 120, 61), { outageToleranceMs: 2 * HOUR }, RULE, 0],
  ["an alert that had ended begins anew", (s) => storeState(s, 50, 5, { isStale: true }), {}, RULE, 29],
  ["another alert's time does not count", (s) => storeState(s, 50, 5, { labels: { ...LABELS, job: "b" } }), {}, RULE, 29],
  ["another rule's time does not count", (s) => storeState(s, 50, 5, { labels: { ...LABELS, severity: "x" } }), {}, RULE, 29],
  ["a rule that waits for less than the grace period is left alone", (s) => storeState(s, 50, 5), {}, RULE.replace("30m", "9m"), 8],
])("%s", async (_why, store, state, rule, wantMinutes) => {
  const storage = memoryStorage();
  store(storage);
  const [clock, manager] = startProcess(storage, state, rule);
  await clock.advance(2 * MINUTE);
  const alert = (): string | undefined => manager.groups()[0].rules[0].alerts()[0]?.state;
  let minutes = 0;
  for (await clock.advance(0); alert() !== "firing" && minutes < 60; minutes++) await clock.advance(MINUTE);
  // The restore stands behind the second evaluation; a firing alert needs the third.
  expect(Math.max(0, minutes - 1)).toBe(Math.max(0, wantMinutes - 1));
  await manager.stop();
});

test("until it is restored a rule stores nothing, and a group that a reload brings restores nothing", async () => {
  const storage = memoryStorage();
  storeState(storage, 50, 5);
  const [clock, manager] = startProcess(storage, {}, RULE);
  const stored = (): number => storage.querier(DAY_MS, DAY_MS + HOUR).select([]).seriesCount;
  await clock.advance(2 * MINUTE);
  expect(stored()).toBe(0);
  await clock.advance(MINUTE);
  expect(stored()).toBe(2);
  manager.apply([{ file: "b.yml", ...readRuleFile(`groups: [{ name: g, rules: [${RULE}] }]`, "b.yml") }], {
    intervalMs: MINUTE,
    queryOffsetMs: 0,
  });
  await clock.advance(4 * MINUTE);
  expect(manager.groups()[0].rules[0].alerts()).toMatchObject([{ state: "pending" }]);
  await manager.stop();
});

test("a storage that can't be read lets alerts begin anew", async () => {
  const newest = (): Promise<never> => Promise.reject(new Error("no"));
  const [clock, manager] = startProcess(memoryStorage(), { newest }, RULE);
  await clock.advance(33 * MINUTE);
  expect(manager.groups()[0].rules[0].alerts()).toMatchObject([{ state: "firing" }]);
  await manager.stop();
});
