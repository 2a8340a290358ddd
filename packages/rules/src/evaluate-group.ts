import type { Clock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import type { Rejection } from "@ferula/storage";
import type { Span, TracerInForce } from "@ferula/tracing";
import { independentBatches } from "./dependencies.ts";
import type { EvalSlots } from "./eval-slots.ts";
import type { GroupLabels, RuleMetrics } from "./metrics.ts";
import type { StoredState, VectorElement } from "./ports.ts";
import { rejectionSummary, rejectionText } from "./rejections.ts";
import type { Rule } from "./rule.ts";
import type { SeriesWriter } from "./series-writer.ts";

/** How the last evaluation of a group went. */
export interface LastEvaluation {
  /** When it began by the clock; 0 before the first one. */
  readonly lastEvaluationMs: () => number;
  readonly evaluationSeconds: () => number;
}

/** Evaluates the rules of a group. */
export interface GroupEvaluation extends LastEvaluation {
  /** Evaluates all rules at a time of the schedule, or those before the group is stopped. */
  readonly evaluate: (evalTimeMs: number) => Promise<void>;
  /** Has alerting rules go on with what their alerts were before the process started. */
  readonly restore: (stored: StoredState) => Promise<void>;
  /** Shows how the group before a reload went until this one was evaluated. */
  readonly adopt: (old: LastEvaluation) => void;
}

/** What is evaluated. */
export interface EvaluatedGroup {
  readonly file: string;
  readonly name: string;
  readonly intervalMs: number;
  readonly queryOffsetMs: () => number;
  readonly rules: readonly Rule[];
  readonly metricLabels: GroupLabels;
}

/** What evaluating needs. */
export interface GroupEvaluationDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RuleMetrics;
  /** Absent: nothing is traced. */
  readonly tracer: TracerInForce | undefined;
  readonly writer: SeriesWriter;
  /** Absent: rules are evaluated one after another. */
  readonly slots: EvalSlots | undefined;
  readonly isStopped: () => boolean;
  /** Aborted when the process ends: what is asked then is broken off. */
  readonly ending: AbortSignal;
}

export function createGroupEvaluation(
  { file, name, intervalMs, queryOffsetMs, rules, metricLabels }: EvaluatedGroup,
  { clock, logger, metrics, tracer, writer, slots, isStopped, ending }: GroupEvaluationDeps,
): GroupEvaluation {
  const inOrder = rules.map((_rule, i) => [i]);
  const batches = slots === undefined ? inOrder : (independentBatches(rules.map(dependentRule)) ?? inOrder);
  let lastEvaluationMs = 0;
  let evaluationSeconds = 0;

  /** Evaluates rules that don't need each other, as many at once as there are slots. Returns how many samples came out. */
  async function evaluateBatch(batch: readonly number[], evalTimeMs: number, span: Span | undefined): Promise<number> {
    const beside: Promise<number>[] = [];
    let samples = 0;
    for (const i of batch) {
      if (isStopped()) break;
      if (slots !== undefined && batch.length > 1 && slots.take()) {
        beside.push(evaluateRule(rules[i], i, evalTimeMs, span).finally(slots.release));
      } else {
        samples += await evaluateRule(rules[i], i, evalTimeMs, span);
      }
    }
    return (await Promise.all(beside)).reduce((sum, count) => sum + count, samples);
  }

  async function evaluateRule(rule: Rule, index: number, evalTimeMs: number, ofGroup: Span | undefined): Promise<number> {
    const span = ofGroup?.child("rule");
    try {
      span?.set({ name: rule.name });
      return await evaluateTraced(rule, index, evalTimeMs, span);
    } finally {
      span?.end();
    }
  }

  async function evaluateTraced(rule: Rule, index: number, evalTimeMs: number, span: Span | undefined): Promise<number> {
    const startedMs = performance.now();
    const lastRuleEvaluationMs = clock.nowMs();
    let lastError = "";
    let samples = 0;
    metrics.evaluations.inc(metricLabels);
    try {
      const sampleTimeMs = evalTimeMs - queryOffsetMs();
      const result = await rule.evaluate(evalTimeMs, sampleTimeMs, ending, span);
      samples = result.length;
      rule.sendDue(evalTimeMs, intervalMs);
      lastError = store(rule, index, result, sampleTimeMs);
    } catch (error) {
      if (ending.aborted) return 0;
      metrics.failures.inc(metricLabels);
      const trace = span?.isSampled === true ? { trace_id: span.traceId } : {};
      logger.warn("Evaluating rule failed", { file, group: name, name: rule.name, index, ...trace, err: error });
      lastError = (error as Error).message;
    }
    const seconds = (performance.now() - startedMs) / 1000;
    metrics.evaluationSeconds.observe(seconds);
    metrics.evaluationSecondsHistogram.observe(seconds);
    if (lastError !== "") span?.fail(lastError);
    const health = lastError === "" ? "ok" : "err";
    rule.setHealth({ health, lastError, lastEvaluationMs: lastRuleEvaluationMs, evaluationSeconds: seconds });
    return samples;
  }

  /** Stores a result. Returns why the last sample that was not taken was not, or nothing. */
  function store(rule: Rule, index: number, result: readonly VectorElement[], timestampMs: number): string {
    const counts = new Map<Rejection, number>();
    const where = { file, group: name, name: rule.name, index };
    let lastError = "";
    writer.write(rule, result, timestampMs, (reason, element, existing) => {
      lastError = rejectionText(reason, element, timestampMs, existing);
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
      const summary = rejectionSummary(reason);
      if (summary === undefined) logger.warn("Rule evaluation result discarded", { ...where, err: lastError });
    });
    for (const [reason, count] of counts) {
      const summary = rejectionSummary(reason);
      if (summary !== undefined) logger.warn(summary, { ...where, num_dropped: count });
    }
    return lastError;
  }

  return {
    lastEvaluationMs: () => lastEvaluationMs,
    evaluationSeconds: () => evaluationSeconds,
    adopt: (old) => {
      lastEvaluationMs = old.lastEvaluationMs();
      evaluationSeconds = old.evaluationSeconds();
    },
    async evaluate(evalTimeMs) {
      const startedMs = performance.now();
      const startMs = clock.nowMs();
      let samples = 0;
      const span = tracer?.()?.start("rule group");
      span?.set({ name, file });
      for (const batch of batches) samples += await evaluateBatch(batch, evalTimeMs, span);
      span?.end();
      if (!isStopped()) writer.endLeft(evalTimeMs - queryOffsetMs());
      lastEvaluationMs = startMs;
      evaluationSeconds = (performance.now() - startedMs) / 1000;
      const ruleSeconds = rules.reduce((sum, rule) => sum + rule.health().evaluationSeconds, 0);
      metrics.groupSeconds.observe(evaluationSeconds);
      metrics.groupSecondsHistogram.observe(evaluationSeconds);
      metrics.lastDurationSeconds.set(metricLabels, evaluationSeconds);
      metrics.lastRulesSeconds.set(metricLabels, ruleSeconds);
      metrics.lastEvaluation.set(metricLabels, startMs / 1000);
      metrics.lastSamples.set(metricLabels, samples);
    },
    async restore(stored) {
      const startedMs = performance.now();
      const nowMs = clock.nowMs();
      for (const rule of rules) {
        try {
          await rule.restore(stored, nowMs, ending);
        } catch (error) {
          if (ending.aborted) return;
          logger.error("Failed to restore 'for' state", { file, group: name, alertname: rule.name, err: error });
        }
      }
      metrics.lastRestoreSeconds.set(metricLabels, (performance.now() - startedMs) / 1000);
    },
  };
}

function dependentRule({ name, expr, definition }: Rule): Parameters<typeof independentBatches>[0][number] {
  return { name, expr, isAlerting: definition.record === "" };
}
