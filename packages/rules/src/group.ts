import { hashLabels, labelsKey, labelsOf } from "@ferula/model";
import { createAlertingRule } from "./alerting-rule.ts";
import { seedGroup, type GroupLabels, type RuleMetrics } from "./metrics.ts";
import type { GroupDeps, RuleDeps, RuleGroupId, StoredState } from "./ports.ts";
import { createRecordingRule } from "./recording-rule.ts";
import { createSeriesWriter, type Rule, type SeriesWriter } from "./rule.ts";
import type { RuleDefinition, RuleGroupDefinition } from "./rule-shape.ts";

/** Rules that are evaluated one after another, on a schedule of their own. */
export interface RuleGroup {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: number;
  readonly limit: number;
  readonly rules: readonly Rule[];
  readonly lastEvaluationMs: () => number;
  readonly evaluationSeconds: () => number;
  /** Starts evaluating, after `old`, the same group before a reload, whose alerts and series it goes on with. */
  readonly start: (old: RuleGroup | undefined) => void;
  /** Ends after the evaluation that runs. With `markStale` the group's series end too. */
  readonly stop: (markStale: boolean) => Promise<void>;
  readonly writer: SeriesWriter;
}

export interface RuleGroupOptions {
  readonly file: string;
  readonly definition: RuleGroupDefinition;
  /** Where the group has none of its own. */
  readonly defaultIntervalMs: number;
  readonly defaultQueryOffsetMs: number;
  /** Of a group that runs since the start of the process: what its alerts were before. */
  readonly storedState: StoredState | undefined;
}

/** By the first evaluation targets may not have been scraped yet, and what the group's own rules record is there for the second one only. */
const EVALUATIONS_BEFORE_RESTORE = 2;

/** How metrics name a group. */
export function groupLabels(file: string, name: string): GroupLabels {
  return { rule_group: `${file};${name}` };
}

export interface RuleGroupDeps extends GroupDeps {
  readonly metrics: RuleMetrics;
}

export function createRuleGroup(
  { file, definition, defaultIntervalMs, defaultQueryOffsetMs, storedState }: RuleGroupOptions,
  deps: RuleGroupDeps,
): RuleGroup {
  const { clock, logger, metrics, appender } = deps;
  const { name, limit } = definition;
  const intervalMs = definition.interval || defaultIntervalMs;
  const queryOffsetMs = definition.query_offset ?? defaultQueryOffsetMs;
  const id: RuleGroupId = { file, name };
  const ofRules: RuleDeps = { ...deps, query: (expr, timeMs, signal) => deps.query(expr, timeMs, signal, id) };
  const rules = definition.rules.map((rule) => createRule(rule, definition, ofRules, storedState !== undefined));
  const writer = createSeriesWriter(appender);
  const metricLabels = groupLabels(file, name);
  const stopping = new AbortController();
  let lastEvaluationMs = 0;
  let evaluationSeconds = 0;
  let ended: Promise<void> = Promise.resolve();

  async function run(previous: Promise<void>): Promise<void> {
    await previous;
    // Spread over the interval, so that groups don't all ask at once; the same after every restart (rules/group.go `EvalTimestamp`).
    const offset = Math.floor(Number(hashLabels(labelsOf({ file, name })) % BigInt(intervalMs * 1_000_000)) / 1e6);
    let dueMs = Math.ceil((clock.nowMs() - offset) / intervalMs) * intervalMs + offset;
    for (let evaluations = 1; await waitUntil(dueMs); evaluations++) {
      await evaluateAll(dueMs);
      if (evaluations === EVALUATIONS_BEFORE_RESTORE && storedState !== undefined) await restoreAlerts(storedState);
      const passed = Math.max(1, Math.ceil((clock.nowMs() - dueMs) / intervalMs));
      metrics.iterations.inc(metricLabels, passed);
      if (passed > 1) metrics.missed.inc(metricLabels, passed - 1);
      dueMs += passed * intervalMs;
    }
  }

  function waitUntil(dueMs: number): Promise<boolean> {
    if (stopping.signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const stop = (): void => {
        cancel();
        resolve(false);
      };
      const cancel = clock.setTimeout(() => {
        stopping.signal.removeEventListener("abort", stop);
        resolve(true);
      }, dueMs - clock.nowMs());
      stopping.signal.addEventListener("abort", stop, { once: true });
    });
  }

  async function evaluateAll(evalTimeMs: number): Promise<void> {
    const startedMs = performance.now();
    let samples = 0;
    for (const rule of rules) {
      if (stopping.signal.aborted) return;
      samples += await evaluateRule(rule, evalTimeMs);
    }
    lastEvaluationMs = evalTimeMs;
    evaluationSeconds = (performance.now() - startedMs) / 1000;
    metrics.groupSeconds.observe(evaluationSeconds);
    metrics.groupSecondsHistogram.observe(evaluationSeconds);
    metrics.lastDurationSeconds.set(metricLabels, evaluationSeconds);
    metrics.lastRulesSeconds.set(
      metricLabels,
      rules.reduce((sum, rule) => sum + rule.health().evaluationSeconds, 0),
    );
    metrics.lastEvaluation.set(metricLabels, evalTimeMs / 1000);
    metrics.lastSamples.set(metricLabels, samples);
  }

  async function restoreAlerts(stored: StoredState): Promise<void> {
    const startedMs = performance.now();
    for (const rule of rules) {
      try {
        await rule.restore(stored, clock.nowMs(), stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        logger.error("Failed to restore 'for' state", { file, group: name, alertname: rule.name, err: error });
      }
    }
    metrics.lastRestoreSeconds.set(metricLabels, (performance.now() - startedMs) / 1000);
  }

  async function evaluateRule(rule: Rule, evalTimeMs: number): Promise<number> {
    const startedMs = performance.now();
    metrics.evaluations.inc(metricLabels);
    const done = (health: "ok" | "err", lastError: string): void =>
      rule.setHealth({ health, lastError, lastEvaluationMs: evalTimeMs, evaluationSeconds: (performance.now() - startedMs) / 1000 });
    try {
      const result = await rule.evaluate(evalTimeMs, evalTimeMs - queryOffsetMs, stopping.signal);
      rule.sendDue(evalTimeMs, intervalMs);
      const refused = writer.write(rule, result, evalTimeMs - queryOffsetMs);
      if (refused > 0)
        logger.warn("Error on ingesting results from rule evaluation", { group: name, rule: rule.name, num_dropped: refused });
      done("ok", "");
      return result.length;
    } catch (error) {
      if (stopping.signal.aborted) return 0;
      metrics.failures.inc(metricLabels);
      logger.warn("Evaluating rule failed", { file, group: name, name: rule.name, err: error });
      done("err", (error as Error).message);
      return 0;
    } finally {
      const seconds = (performance.now() - startedMs) / 1000;
      metrics.evaluationSeconds.observe(seconds);
      metrics.evaluationSecondsHistogram.observe(seconds);
    }
  }

  return {
    name,
    file,
    intervalMs,
    limit,
    rules,
    writer,
    lastEvaluationMs: () => lastEvaluationMs,
    evaluationSeconds: () => evaluationSeconds,
    start(old) {
      seedGroup(metrics, metricLabels);
      metrics.intervalSeconds.set(metricLabels, intervalMs / 1000);
      metrics.rules.set(metricLabels, rules.length);
      const stopped =
        old === undefined ? Promise.resolve() : old.stop(false).then(() => adoptRules(rules, writer, old, clock.nowMs() - queryOffsetMs));
      ended = run(stopped).catch((error: unknown) => logger.error("A rule group has ended", { file, group: name, err: error }));
    },
    async stop(markStale) {
      stopping.abort(new Error("the rule group is stopped"));
      await ended;
      if (markStale) writer.endAll(clock.nowMs() - queryOffsetMs);
    },
  };
}

/** The rule's own labels count over the group's. */
function createRule(rule: RuleDefinition, { labels, limit }: RuleGroupDefinition, deps: RuleDeps, awaitsRestore: boolean): Rule {
  const assigned = new Map([...labels, ...rule.labels]);
  return rule.record === ""
    ? createAlertingRule(rule, { assigned, limit, awaitsRestore }, deps)
    : createRecordingRule(rule, assigned, limit, deps);
}

/** Rules are the same when name and labels are; of several alike the first goes on as the first. Series of rules that went end. */
function adoptRules(rules: readonly Rule[], writer: SeriesWriter, old: RuleGroup, nowMs: number): void {
  const left = new Map<string, Rule[]>();
  for (const rule of old.rules) left.set(ruleKey(rule), [...(left.get(ruleKey(rule)) ?? []), rule]);
  for (const rule of rules) {
    const match = left.get(ruleKey(rule))?.shift();
    if (match === undefined) continue;
    rule.adopt(match);
    writer.adopt(rule, match, old.writer);
  }
  old.writer.endAll(nowMs);
}

function ruleKey({ name, labels }: Rule): string {
  return `${name}\n${labelsKey(labels)}`;
}
