import { sleep } from "@ferula/lifecycle";
import { compareUtf8, labelsKey } from "@ferula/model";
import { createGroupEvaluation, type LastEvaluation } from "./evaluate-group.ts";
import { seedGroup, type GroupLabels, type RuleMetrics } from "./metrics.ts";
import type { GroupDeps, StoredState } from "./ports.ts";
import { createAlertingRule, type AlertingRuleDeps } from "./alerting-rule.ts";
import { createRecordingRule } from "./recording-rule.ts";
import type { EvalSlots } from "./eval-slots.ts";
import type { Rule } from "./rule.ts";
import type { RuleDefinition, RuleGroupDefinition } from "./rule-shape.ts";
import { createSchedule } from "./schedule.ts";
import { createSeriesWriter, type SeriesWriter } from "./series-writer.ts";

/** Rules that are evaluated together, on a schedule of their own. */
export interface RuleGroup extends LastEvaluation {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: number;
  readonly limit: number;
  readonly rules: readonly Rule[];
  /** The same of two groups that do the same. */
  readonly fingerprint: string;
  /**
   * Starts evaluating, after `old`, the same group before a reload, whose alerts and series it goes on with; settles when it has them. What
   * rules yielded that went is ended by the first evaluation, as a rule of another name or place may yield it on.
   */
  readonly start: (old: RuleGroup | undefined) => Promise<void>;
  /** Ends after the rule that is evaluated. */
  readonly stop: () => Promise<void>;
  /**
   * Of a group that was stopped and has no successor: ends its series two intervals later, when another group had the time to go on with
   * them. Not when the process ends first.
   */
  readonly endSeries: () => Promise<void>;
  readonly writer: SeriesWriter;
}

export interface RuleGroupOptions {
  readonly file: string;
  readonly definition: RuleGroupDefinition;
  /** Where the group has none of its own. */
  readonly defaultIntervalMs: number;
  /** Of a group that runs since the start of the process: what its alerts were before. */
  readonly storedState: StoredState | undefined;
}

/** By the first evaluation targets may not have been scraped yet, and what the group's own rules record is there for the second one only. */
const EVALUATIONS_BEFORE_RESTORE = 2;

/** Upstream waits so long before it ends the series of a group that went (rules/group.go `run`). */
const INTERVALS_BEFORE_END = 2;

/** How metrics name a group. */
export function groupLabels(file: string, name: string): GroupLabels {
  return { rule_group: `${file};${name}` };
}

export interface RuleGroupDeps extends GroupDeps {
  readonly metrics: RuleMetrics;
  /** The present offset of groups that have none of their own. */
  readonly defaultQueryOffsetMs: () => number;
  /** Absent: rules are evaluated one after another. */
  readonly slots: EvalSlots | undefined;
  /** Aborted when the process ends. */
  readonly ending: AbortSignal;
}

export function createRuleGroup(
  { file, definition, defaultIntervalMs, storedState }: RuleGroupOptions,
  { defaultQueryOffsetMs, slots, ending, ...deps }: RuleGroupDeps,
): RuleGroup {
  const { clock, logger, metrics } = deps;
  const { name, limit } = definition;
  const intervalMs = definition.interval || defaultIntervalMs;
  const queryOffsetMs = (): number => definition.query_offset ?? defaultQueryOffsetMs();
  const ofRules: AlertingRuleDeps = {
    ...deps,
    query: (expr, timeMs, signal, span) => deps.query(expr, timeMs, signal, { file, name }, span),
  };
  const rules = definition.rules.map((rule) => createRule(rule, definition, ofRules, storedState !== undefined));
  const writer = createSeriesWriter(deps.appender);
  const metricLabels = groupLabels(file, name);
  const stopping = new AbortController();
  const evaluation = createGroupEvaluation(
    { file, name, intervalMs, queryOffsetMs, rules, metricLabels },
    { clock, logger, metrics, tracer: deps.tracer, writer, slots, isStopped: () => stopping.signal.aborted, ending },
  );
  const schedule = createSchedule(file, name, intervalMs);
  let stoppedMs = 0;
  let ended: Promise<void> = Promise.resolve();

  async function run(): Promise<void> {
    let dueMs = schedule.nextMs(clock.nowMs());
    for (let evaluations = 1; await sleep(Math.max(0, dueMs - clock.nowMs()), stopping.signal, clock); evaluations++) {
      metrics.iterations.inc(metricLabels);
      await evaluation.evaluate(dueMs);
      if (evaluations === EVALUATIONS_BEFORE_RESTORE && storedState !== undefined) await evaluation.restore(storedState);
      const following = schedule.followingMs(dueMs, clock.nowMs());
      if (following.missed > 0) {
        metrics.missed.inc(metricLabels, following.missed);
        metrics.iterations.inc(metricLabels, following.missed);
      }
      dueMs = following.dueMs;
    }
  }

  async function takeOver(old: RuleGroup | undefined): Promise<void> {
    if (old === undefined) return;
    await old.stop();
    evaluation.adopt(old);
    adoptRules(rules, writer, old);
  }

  return {
    name,
    file,
    intervalMs,
    limit,
    rules,
    writer,
    fingerprint: JSON.stringify([intervalMs, limit, definition.query_offset ?? null, rules.map(fingerprintOf)]),
    lastEvaluationMs: () => evaluation.lastEvaluationMs(),
    evaluationSeconds: () => evaluation.evaluationSeconds(),
    start(old) {
      seedGroup(metrics, metricLabels);
      metrics.intervalSeconds.set(metricLabels, intervalMs / 1000);
      metrics.rules.set(metricLabels, rules.length);
      const taken = takeOver(old);
      ended = taken.then(run).catch((error: unknown) => logger.error("A rule group has ended", { file, group: name, err: error }));
      return taken;
    },
    async stop() {
      stopping.abort(new Error("the rule group is stopped"));
      await ended;
      stoppedMs = clock.nowMs();
    },
    async endSeries() {
      const endMs = stoppedMs - queryOffsetMs();
      if (await sleep(INTERVALS_BEFORE_END * intervalMs, ending, clock)) writer.endAll(endMs);
    },
  };
}

/** The rule's own labels count over the group's. */
function createRule(rule: RuleDefinition, { labels, limit }: RuleGroupDefinition, deps: AlertingRuleDeps, awaitsRestore: boolean): Rule {
  const assigned = new Map([...labels, ...rule.labels]);
  return rule.record === ""
    ? createAlertingRule(rule, { assigned, limit, awaitsRestore }, deps)
    : createRecordingRule(rule, assigned, limit, deps);
}

/** How an expression is written does not count, nor whether a label is the group's or the rule's. */
function fingerprintOf({ definition, query, assigned }: Rule): unknown {
  const { record, alert, for: holdMs, keep_firing_for: keepFiringMs, annotations } = definition;
  return [record, alert, query, holdMs, keepFiringMs, sortedPairs(assigned), sortedPairs(annotations)];
}

function sortedPairs(texts: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...texts].toSorted(([a], [b]) => compareUtf8(a, b));
}

/** Rules are the same when name and labels are; of several alike the first goes on as the first. */
function adoptRules(rules: readonly Rule[], writer: SeriesWriter, old: RuleGroup): void {
  const left = new Map<string, Rule[]>();
  for (const rule of old.rules) left.set(ruleKey(rule), [...(left.get(ruleKey(rule)) ?? []), rule]);
  for (const rule of rules) {
    const match = left.get(ruleKey(rule))?.shift();
    if (match === undefined) continue;
    rule.adopt(match);
    writer.adopt(rule, match, old.writer);
  }
  writer.adoptLeft(old.writer);
}

function ruleKey({ name, labels }: Rule): string {
  return `${name}\n${labelsKey(labels)}`;
}
