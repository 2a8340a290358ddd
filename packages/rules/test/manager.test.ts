import { describe, expect, test } from "@jest/globals";
import { getMaxListeners } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "@ferula/client";
import { noLogger } from "@ferula/logging";
import { createMatcher, createSampleColumns, formatLabels, isStaleAt, labelsOf } from "@ferula/model";
import { fakeClock, memoryStorage, tempFolder, type FakeClock } from "@ferula/test-kit";
import { createRuleManager, loadRuleFiles, readRuleFile, type RuleManager, type SentAlert, type VectorElement } from "../src/index.ts";

const MINUTE = 60_000;

interface Harness {
  readonly clock: FakeClock;
  readonly manager: RuleManager;
  readonly sent: SentAlert[];
  /** What expressions give; a function is given the time. One that is not there fails. */
  readonly answers: Map<string, (timeMs: number, signal: AbortSignal) => Promise<readonly VectorElement[]> | readonly VectorElement[]>;
  readonly queries: [expr: string, timeMs: number][];
  readonly apply: (text: string, options?: { file?: string; queryOffsetMs?: number }) => void;
  /** `series: value@seconds …`, where `stale` marks an end. Seconds count from the first evaluation. */
  readonly stored: () => string[];
  readonly firstMs: () => number;
  readonly metric: (name: string) => Promise<string>;
  /** Of a metric without labels. */
  readonly total: (name: string) => Promise<string>;
}

function start(): Harness {
  const clock = fakeClock();
  const storage = memoryStorage();
  const registry = new Registry();
  const harness: Omit<Harness, "manager"> = {
    clock,
    sent: [],
    answers: new Map(),
    queries: [],
    firstMs: () => harness.queries[0][1],
    apply: (text, { file = "a.yml", queryOffsetMs = 0 } = {}) =>
      manager.apply([{ file, ...readRuleFile(text, file) }], { intervalMs: MINUTE, queryOffsetMs }),
    stored() {
      const set = storage.querier(0, Number.MAX_SAFE_INTEGER).select([createMatcher("=~", "__name__", ".+")]);
      const columns = createSampleColumns(16);
      return Array.from({ length: set.seriesCount }, (_, i) => {
        set.read(i, columns);
        const samples = Array.from({ length: columns.length }, (_unused, k) => {
          const seconds = (columns.timestampsMs[k] - harness.firstMs()) / 1000;
          return `${isStaleAt(columns, k) ? "stale" : columns.values[k]}@${seconds}`;
        });
        return `${formatLabels(set.labels(i))}: ${samples.join(" ")}`;
      }).toSorted();
    },
    async total(name) {
      return (
        (await registry.metrics())
          .split("\n")
          .find((line) => line.startsWith(`${name} `))
          ?.split(" ")[1] ?? ""
      );
    },
    async metric(name) {
      return (
        (await registry.metrics())
          .split("\n")
          .find((line) => line.startsWith(`${name}{`))
          ?.split(" ")[1] ?? ""
      );
    },
  };
  const manager = createRuleManager({
    async query(expr, timeMs, signal) {
      harness.queries.push([expr, timeMs]);
      const answer = harness.answers.get(expr);
      if (answer === undefined) throw new Error(`no answer to ${expr}`);
      return answer(timeMs, signal);
    },
    appender: storage,
    sendAlerts: (alerts) => void harness.sent.push(...alerts),
    clock,
    logger: noLogger,
    externalUrl: "http://prom",
    externalLabels: () => labelsOf({ region: "eu" }),
    resendDelayMs: MINUTE,
    registry,
  });
  return Object.assign(harness, { manager });
}

const element = (labels: Readonly<Record<string, string>>, value: number): VectorElement => ({ labels: labelsOf(labels), value });
const group = (rules: string, options = ""): string =>
  `groups:\n- name: g\n  ${options}\n  rules:\n${rules
    .trim()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n")}\n`;
const RECORD = "- record: r\n  expr: up\n  labels: { own: x }";
const ALERT =
  "- alert: Down\n  expr: up==0\n  for: 1m\n  labels: { severity: page }\n  annotations: { text: '{{ $labels.job }} is {{ $value }}' }";

describe("recording rules", () => {
  test("store the result under the rule's name and labels, NaN too, and end what vanishes", async () => {
    const { clock, answers, apply, stored } = start();
    let evaluation = 0;
    answers.set("up", () => [
      element({ __name__: "up", job: "a", own: "y" }, Number.NaN),
      ...(evaluation++ === 0 ? [element({ __name__: "up", job: "b" }, 2)] : []),
    ]);
    apply(group(RECORD, "labels: { own: group, g: '1' }"));
    await clock.advance(2 * MINUTE);
    expect(stored()).toEqual([
      '{__name__="r", g="1", job="a", own="x"}: NaN@0 NaN@60',
      '{__name__="r", g="1", job="b", own="x"}: 2@0 stale@60',
    ]);
  });

  test("a label that is set to nothing is taken away", async () => {
    const { clock, answers, apply, stored } = start();
    answers.set("up", () => [element({ job: "a", n: "1" }, 1)]);
    apply(group("- record: r\n  expr: up\n  labels: { job: '' }"));
    await clock.advance(MINUTE);
    expect(stored()).toEqual(['{__name__="r", n="1"}: 1@0']);
  });

  test.each([
    [
      "labels that are the same twice",
      "",
      [{ job: "a" }, { job: "a", own: "z" }],
      "vector contains metrics with the same labelset after applying rule labels",
    ],
    ["more series than the limit", "limit: 1", [{ job: "a" }, { job: "b" }], "exceeded limit of 1 with 2 series"],
  ])("refuse %s, and store nothing", async (_what, options, labels, message) => {
    const { clock, answers, apply, stored, manager, metric } = start();
    answers.set("up", () => labels.map((one) => element(one, 1)));
    apply(group(RECORD, options));
    await clock.advance(MINUTE);
    expect(stored()).toEqual([]);
    expect(manager.groups()[0].rules[0].health()).toMatchObject({ health: "err", lastError: message });
    expect(await metric("prometheus_rule_evaluation_failures_total")).toBe("1");
  });

  test("a rule that fails keeps none of the others from being evaluated, and its series live on", async () => {
    const { clock, answers, apply, stored, manager } = start();
    answers.set("up", () => [element({}, 1)]);
    apply(group("- record: bad\n  expr: down\n- record: good\n  expr: up"));
    await clock.advance(MINUTE);
    answers.set("down", () => [element({}, 1)]);
    await clock.advance(MINUTE);
    answers.delete("down");
    await clock.advance(MINUTE);
    expect(stored()).toEqual(['{__name__="bad"}: 1@60', '{__name__="good"}: 1@0 1@60 1@120']);
    expect(manager.groups()[0].rules.map((rule) => rule.health().health)).toEqual(["err", "ok"]);
    expect(manager.groups()[0].rules[0].health().lastError).toBe("no answer to down");
  });
});

describe("alerting rules", () => {
  test("from pending to resolved: series, and what is sent", async () => {
    const { clock, answers, apply, stored, sent, manager, firstMs } = start();
    let isDown = true;
    answers.set("up == 0", () => (isDown ? [element({ __name__: "up", job: "a" }, 0)] : []));
    apply(group(ALERT));
    await clock.advance(MINUTE);
    expect(sent).toEqual([]);
    expect(manager.groups()[0].rules[0].alerts()).toMatchObject([
      { state: "pending", labels: labelsOf({ alertname: "Down", job: "a", severity: "page" }), annotations: ["text", "a is 0"] },
    ]);
    await clock.advance(MINUTE);
    const t1 = firstMs() + MINUTE;
    expect(sent).toEqual([
      {
        labels: labelsOf({ alertname: "Down", job: "a", severity: "page" }),
        annotations: ["text", "a is 0"],
        startsAtMs: t1,
        endsAtMs: t1 + 4 * MINUTE,
        generatorUrl: "http://prom/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
      },
    ]);
    isDown = false;
    await clock.advance(MINUTE);
    expect(sent[1]).toMatchObject({ startsAtMs: t1, endsAtMs: t1 + MINUTE });
    await clock.advance(MINUTE);
    expect(sent).toHaveLength(2);
    expect(manager.groups()[0].rules[0].alerts()).toEqual([]);
    const seconds = Math.floor(firstMs() / 1000);
    expect(stored()).toEqual([
      '{__name__="ALERTS", alertname="Down", alertstate="firing", job="a", severity="page"}: 1@60 stale@120',
      '{__name__="ALERTS", alertname="Down", alertstate="pending", job="a", severity="page"}: 1@0 stale@60',
      `{__name__="ALERTS_FOR_STATE", alertname="Down", job="a", severity="page"}: ${seconds}@0 ${seconds}@60 stale@120`,
    ]);
  });

  test("a firing alert is sent again after the delay, a resolved one for a quarter of an hour", async () => {
    const { clock, answers, apply, sent, firstMs } = start();
    let isDown = true;
    answers.set("up == 0", () => (isDown ? [element({}, 0)] : []));
    apply(group("- alert: Down\n  expr: up==0"));
    await clock.advance(6 * MINUTE);
    // The delay has passed when more time than it lies between.
    expect(sent.map(({ endsAtMs }) => (endsAtMs - firstMs()) / MINUTE)).toEqual([4, 6, 8]);
    isDown = false;
    await clock.advance(30 * MINUTE);
    const resolved = sent.slice(3).map(({ endsAtMs }) => (endsAtMs - firstMs()) / MINUTE);
    expect(new Set(resolved)).toEqual(new Set([6]));
    expect(resolved).toHaveLength(8);
  });

  test.each([
    [
      "labels that are the same twice",
      "",
      [{ job: "a" }, { job: "a", severity: "z" }],
      "vector contains metrics with the same labelset after applying alert labels",
    ],
    ["more alerts than the limit", "limit: 1", [{ job: "a" }, { job: "b" }], "exceeded limit of 1 with 2 alerts"],
  ])("refuse %s", async (_what, options, labels, message) => {
    const { clock, answers, apply, manager, sent } = start();
    answers.set("up == 0", () => labels.map((one) => element(one, 1)));
    apply(group(ALERT, options));
    await clock.advance(3 * MINUTE);
    expect(manager.groups()[0].rules[0].health()).toMatchObject({ health: "err", lastError: message });
    expect([manager.groups()[0].rules[0].alerts(), sent]).toEqual([[], []]);
  });

  test("labels are templates; one that is empty is no label, and the alert's name is the rule's", async () => {
    const { clock, answers, apply, manager } = start();
    answers.set("up", () => [element({ job: "a", alertname: "other" }, 1)]);
    apply(group("- alert: Down\n  expr: up\n  labels: { l: '{{ $labels.job }}!', none: '{{ $labels.nope }}', alertname: mine }"));
    await clock.advance(MINUTE);
    expect(manager.groups()[0].rules[0].alerts()[0].labels).toEqual(labelsOf({ alertname: "Down", job: "a", l: "a!" }));
  });

  test("with a query offset the past is asked, but things happen now", async () => {
    const { clock, answers, apply, sent, queries, stored, manager } = start();
    let isDown = true;
    answers.set("up == 0", () => (isDown ? [element({}, 0)] : []));
    apply(group("- alert: Down\n  expr: up==0", "query_offset: 10m"));
    await clock.advance(MINUTE);
    const evalMs = manager.groups()[0].lastEvaluationMs();
    expect(queries[0][1]).toBe(evalMs - 10 * MINUTE);
    expect(sent[0].startsAtMs).toBe(evalMs);
    isDown = false;
    await clock.advance(MINUTE);
    expect(sent[1].endsAtMs).toBe(evalMs + MINUTE);
    expect(stored()[0]).toContain("1@0 stale@60");
  });
});

test("templates look and tell the time where things happen, not where the expression looks", async () => {
  const { clock, answers, apply, manager, queries } = start();
  answers.set("up", () => [element({}, 1)]);
  answers.set("down", () => []);
  apply(group("- alert: A\n  expr: up\n  annotations: { t: '{{ query \"down\" | len }} {{ now }}' }", "query_offset: 10m"));
  await clock.advance(MINUTE);
  const evalMs = manager.groups()[0].lastEvaluationMs();
  expect(queries).toEqual([
    ["up", evalMs - 10 * MINUTE],
    ["down", evalMs],
  ]);
  expect(manager.groups()[0].rules[0].alerts()[0].annotations).toEqual(["t", `0 ${goNumber(evalMs / 1000)}`]);
});

/** As Go's templates print a number. */
function goNumber(value: number): string {
  const [digits, exponent] = value.toExponential().split("e+");
  return `${digits}e+${exponent.padStart(2, "0")}`;
}

test("texts that are expanded are counted, and those that fail", async () => {
  const { clock, answers, apply, total } = start();
  answers.set("up", () => [element({ n: "1" }, 1), element({ n: "2" }, 1)]);
  apply(group("- alert: A\n  expr: up\n  labels: { l: x }\n  annotations: { bad: '{{ first 1 }}' }"));
  await clock.advance(MINUTE);
  expect(await total("prometheus_template_text_expansions_total")).toBe("4");
  expect(await total("prometheus_template_text_expansion_failures_total")).toBe("2");
});

test("a sample that the storage does not take is told by the rule, whose evaluation is no failure", async () => {
  const { clock, answers, apply, manager, metric, stored } = start();
  answers.set("up", () => [element({}, 1)]);
  answers.set("up + 1", () => [element({}, 2), element({ n: "1" }, 3)]);
  apply(group("- record: r\n  expr: up\n- record: r\n  expr: up + 1"));
  await clock.advance(MINUTE);
  const [good, bad] = manager.groups()[0].rules.map((rule) => rule.health());
  expect(good.health).toBe("ok");
  expect(bad).toMatchObject({
    health: "err",
    lastError: `duplicate sample for timestamp ${good.lastEvaluationMs}; overrides not allowed: existing 1, new value 2`,
  });
  expect(await metric("prometheus_rule_evaluation_failures_total")).toBe("0");
  // What was not stored needs no end: another rule goes on with it.
  answers.set("up + 1", () => []);
  await clock.advance(MINUTE);
  expect(stored()).toEqual(['{__name__="r", n="1"}: 3@0 stale@60', '{__name__="r"}: 1@0 1@60']);
});

describe("the schedule", () => {
  test("groups have their place in the interval, the same every time, within one interval from the start", async () => {
    const times = [];
    for (const file of ["a.yml", "a.yml", "b.yml"]) {
      const { clock, answers, apply, queries } = start();
      answers.set("up", () => []);
      apply(group(RECORD), { file });
      await clock.advance(3 * MINUTE);
      expect(queries).toHaveLength(3);
      times.push(queries.map(([, timeMs]) => timeMs));
    }
    expect(times[0]).toEqual(times[1]);
    expect(times[0]).not.toEqual(times[2]);
    expect(new Set(times[0].map((timeMs) => timeMs % MINUTE)).size).toBe(1);
  });

  test("of evaluations that were missed the newest is made up for at once, the others are counted", async () => {
    const { clock, answers, apply, queries, metric } = start();
    answers.set("up", () => (queries.length === 1 ? new Promise((resolve) => clock.setTimeout(() => resolve([]), 2.5 * MINUTE)) : []));
    apply(group(RECORD));
    await clock.advance(5 * MINUTE);
    expect(queries.map(([, timeMs]) => (timeMs - queries[0][1]) / MINUTE)).toEqual([0, 2, 3, 4]);
    expect(await metric("prometheus_rule_group_iterations_missed_total")).toBe("1");
    expect(await metric("prometheus_rule_group_iterations_total")).toBe("5");
  });

  test("stopping waits for the evaluation that runs, and leaves no timer", async () => {
    const { clock, answers, apply, manager, stored } = start();
    let finish: (vector: readonly VectorElement[]) => void = () => undefined;
    answers.set("up", () => new Promise((resolve) => (finish = resolve)));
    apply(group(RECORD));
    await clock.advance(MINUTE);
    const stopped = manager.stop();
    finish([element({}, 1)]);
    await stopped;
    expect(stored()).toEqual(['{__name__="r", own="x"}: 1@0']);
    expect(clock.timerCount()).toBe(0);
  });
});

test("however many queries run at once may listen for the end", async () => {
  const { clock, answers, apply } = start();
  const limits: number[] = [];
  answers.set("up", (_timeMs, signal) => {
    limits.push(getMaxListeners(signal));
    return [];
  });
  apply(group(RECORD));
  await clock.advance(MINUTE);
  expect(limits).toEqual([Infinity]);
});

test("a group's metrics are there from the start, and go with it", async () => {
  const { clock, answers, apply, manager, metric } = start();
  answers.set("up", () => [element({}, 1)]);
  apply(group(RECORD));
  const names = [
    "rule_evaluations_total",
    "rule_evaluation_failures_total",
    "rule_group_iterations_total",
    "rule_group_iterations_missed_total",
    "rule_group_last_duration_seconds",
    "rule_group_last_evaluation_samples",
    "rule_group_last_evaluation_timestamp_seconds",
    "rule_group_last_rule_duration_sum_seconds",
  ];
  const all = (): Promise<string[]> => Promise.all(names.map((name) => metric(`prometheus_${name}`)));
  expect(await all()).toEqual(names.map(() => "0"));
  await clock.advance(MINUTE);
  expect((await all()).slice(0, 4)).toEqual(["1", "0", "1", "0"]);
  manager.apply([], { intervalMs: MINUTE, queryOffsetMs: 0 });
  await clock.advance(0);
  expect(await all()).toEqual(names.map(() => ""));
});

describe("a reload", () => {
  test("leaves a group that is as it was alone", async () => {
    const { clock, answers, apply, manager } = start();
    answers.set("up", () => []);
    apply(group(RECORD));
    await clock.advance(MINUTE);
    const [before] = manager.groups();
    apply(group(RECORD));
    expect(manager.groups()[0]).toBe(before);
  });

  test("keeps alerts and series of rules that are as they were, and ends the series of those that went", async () => {
    const { clock, answers, apply, manager, stored, sent, firstMs } = start();
    answers.set("up == 0", () => [element({ job: "a" }, 0)]);
    answers.set("up", () => [element({}, 1)]);
    apply(group(`${ALERT}\n- record: gone\n  expr: up`));
    await clock.advance(MINUTE);
    const activeAtMs = firstMs();
    apply(group(`- record: new\n  expr: up\n${ALERT}`));
    await clock.advance(0);
    const rule = manager.groups()[0].rules[1];
    // Its expression may be another one.
    expect(rule.health().health).toBe("unknown");
    expect(manager.groups()[0].lastEvaluationMs()).toBe(activeAtMs);
    expect(rule.alerts()).toMatchObject([{ state: "pending", activeAtMs }]);
    await clock.advance(MINUTE);
    expect(rule.alerts()).toMatchObject([{ state: "firing", activeAtMs }]);
    expect(sent).toHaveLength(1);
    const series = stored();
    expect(series.find((line) => line.includes('"gone"'))).toMatch(/: 1@0 stale@60$/);
    expect(series.find((line) => line.includes("ALERTS_FOR_STATE"))).toMatch(/@0 \d+@60$/);
  });

  test("with a longer `for` makes a firing alert pending", async () => {
    const { clock, answers, apply, manager } = start();
    answers.set("up == 0", () => [element({ job: "a" }, 0)]);
    apply(group(ALERT));
    await clock.advance(2 * MINUTE);
    expect(manager.groups()[0].rules[0].alerts()).toMatchObject([{ state: "firing" }]);
    apply(group(ALERT.replace("for: 1m", "for: 10m")));
    await clock.advance(MINUTE);
    expect(manager.groups()[0].rules[0].alerts()).toMatchObject([{ state: "pending", firedAtMs: 0 }]);
  });

  test("rules that are alike go on in their order", async () => {
    const { clock, answers, apply, manager } = start();
    answers.set("up", () => [element({ n: "1" }, 1)]);
    answers.set("up == 0", () => [element({ n: "2" }, 1)]);
    const rules = "- alert: A\n  expr: up\n- alert: A\n  expr: up==0";
    apply(group(rules));
    await clock.advance(MINUTE);
    apply(group(rules, "interval: 2m"));
    await clock.advance(0);
    expect(manager.groups()[0].rules.map((rule) => rule.alerts()[0].labels)).toEqual([
      labelsOf({ alertname: "A", n: "1" }),
      labelsOf({ alertname: "A", n: "2" }),
    ]);
  });

  test("ends the series of a group that went as of then, two intervals later", async () => {
    const { clock, answers, apply, stored, manager, firstMs } = start();
    answers.set("up", () => [element({}, 1)]);
    apply(group(RECORD));
    await clock.advance(MINUTE);
    const wentAfterSeconds = (clock.nowMs() - firstMs()) / 1000;
    manager.apply([], { intervalMs: MINUTE, queryOffsetMs: 0 });
    await clock.advance(2 * MINUTE - 1);
    expect([manager.groups(), stored()[0]]).toEqual([[], expect.stringMatching(/: 1@0$/)]);
    await clock.advance(1);
    expect(stored()[0]).toBe(`{__name__="r", own="x"}: 1@0 stale@${wentAfterSeconds}`);
  });

  test("leaves series that went to another group alone", async () => {
    const { clock, answers, apply, stored } = start();
    answers.set("up", () => [element({}, 1)]);
    apply(group(RECORD));
    await clock.advance(MINUTE);
    apply(group(RECORD).replace("name: g", "name: h"));
    await clock.advance(5 * MINUTE);
    expect(stored()).toEqual([expect.not.stringContaining("stale")]);
  });

  test("leaves series that a rule of another place goes on with alone", async () => {
    const { clock, answers, apply, stored } = start();
    answers.set("up", () => [element({ own: "x" }, 1)]);
    apply(group(RECORD));
    await clock.advance(MINUTE);
    apply(group("- record: r\n  expr: up"));
    await clock.advance(2 * MINUTE);
    expect(stored()).toEqual(['{__name__="r", own="x"}: 1@0 1@60 1@120']);
  });

  test("ends nothing when the process ends first", async () => {
    const { clock, answers, apply, stored, manager } = start();
    answers.set("up", () => [element({}, 1)]);
    apply(group(RECORD));
    await clock.advance(MINUTE);
    manager.apply([], { intervalMs: MINUTE, queryOffsetMs: 0 });
    await clock.advance(MINUTE);
    await manager.stop();
    await clock.advance(5 * MINUTE);
    expect(stored()).toEqual(['{__name__="r", own="x"}: 1@0']);
  });

  test("lets the evaluation that runs end, and shows the old group meanwhile", async () => {
    const { clock, answers, apply, stored, manager } = start();
    let finish: (vector: readonly VectorElement[]) => void = () => undefined;
    answers.set("up", () => new Promise((resolve) => (finish = resolve)));
    apply(group(RECORD));
    await clock.advance(MINUTE);
    const [before] = manager.groups();
    apply(group(RECORD, "limit: 7"));
    await clock.advance(0);
    expect(manager.groups()).toEqual([before]);
    finish([element({}, 1)]);
    await clock.advance(0);
    expect(manager.groups()[0].limit).toBe(7);
    expect(stored()).toEqual(['{__name__="r", own="x"}: 1@0']);
  });

  test.each([
    ["how an expression is written", group("- record: r\n  expr: sum (up)"), group("- record: r\n  expr: sum(up)"), true],
    ["whose a label is", group("- record: r\n  expr: up", "labels: { own: x }"), group(RECORD), true],
    ["an interval that is the default one", group(RECORD), group(RECORD, "interval: 1m"), true],
    ["an expression", group(RECORD), group(RECORD.replace("up", "down")), false],
    ["a query offset", group(RECORD), group(RECORD, "query_offset: 0s"), false],
    ["a label that is empty", group("- record: r\n  expr: up"), group("- record: r\n  expr: up\n  labels: { own: '' }"), false],
  ])("tells groups apart: %s", async (_what, first, second, isSame) => {
    const { clock, apply, manager } = start();
    apply(first);
    const [before] = manager.groups();
    apply(second);
    await clock.advance(0);
    expect(manager.groups()[0] === before).toBe(isSame);
  });

  test("with another global query offset leaves groups alone, which look there from then on", async () => {
    const { clock, answers, apply, manager, queries, firstMs } = start();
    answers.set("up", () => []);
    apply(group(RECORD));
    await clock.advance(MINUTE);
    const [before] = manager.groups();
    apply(group(RECORD), { queryOffsetMs: 5000 });
    await clock.advance(MINUTE);
    expect(manager.groups()[0]).toBe(before);
    expect(queries[1][1]).toBe(firstMs() + MINUTE - 5000);
  });

  test("many at once end well", async () => {
    const { clock, answers, apply, manager, queries } = start();
    answers.set("up", () => []);
    for (let i = 1; i < 10; i++) apply(group(RECORD, `limit: ${i}`));
    await clock.advance(MINUTE);
    expect(queries).toHaveLength(1);
    await manager.stop();
    expect(clock.timerCount()).toBe(0);
  });
});

describe("rule files by their patterns", () => {
  const folder = tempFolder();
  for (const name of ["a1.yml", "a2.yml", "b.yaml", "x/c.yml", "x[1].yml"]) {
    mkdirSync(join(folder, "x"), { recursive: true });
    writeFileSync(join(folder, name), `groups: [{ name: ${name.replace(/\W/g, "")}, rules: [] }]`);
  }
  test.each([
    ["*.yml", ["a1.yml", "a2.yml", "x[1].yml"]],
    ["a?.yml", ["a1.yml", "a2.yml"]],
    ["a[2-9].yml", ["a2.yml"]],
    ["a[^2].yml", ["a1.yml"]],
    ["*a*m*", ["a1.yml", "a2.yml", "b.yaml"]],
    ["*/c.yml", ["x/c.yml"]],
    ["x\\[1].yml", ["x[1].yml"]],
    ["b.yaml", ["b.yaml"]],
    ["missing.yml", []],
    ["nowhere/*.yml", []],
    ["b.yaml/*", []],
  ])("%s", (pattern, want) => {
    expect(loadRuleFiles([join(folder, pattern)]).map(({ file }) => file.slice(folder.length + 1))).toEqual(want);
  });

  test("every mistake of every file is told, and a file that two patterns name is read once", () => {
    writeFileSync(join(folder, "bad1.txt"), "groups: [{ name: g, rulez: [] }]");
    writeFileSync(join(folder, "bad2.txt"), "groups: 1");
    expect(() => loadRuleFiles([join(folder, "*.txt")])).toThrow(/bad1\.txt: 1:21: .*\n.*bad2\.txt: 1:9: /);
    expect(loadRuleFiles([join(folder, "a*.yml"), join(folder, "a1.yml")])).toHaveLength(2);
    expect(() => loadRuleFiles([folder])).toThrow(`read ${folder}: is a directory`);
  });
});
