import { Counter, Gauge, Histogram, Summary, type Registry } from "@ferula/client";

/** What rule evaluation counts, under upstream's names (rules/group.go `NewGroupMetrics`). */
export interface RuleMetrics {
  readonly evaluations: Counter<"rule_group">;
  readonly failures: Counter<"rule_group">;
  readonly iterations: Counter<"rule_group">;
  readonly missed: Counter<"rule_group">;
  readonly evaluationSeconds: Summary;
  readonly evaluationSecondsHistogram: Histogram;
  readonly groupSeconds: Summary;
  readonly groupSecondsHistogram: Histogram;
  readonly intervalSeconds: Gauge<"rule_group">;
  readonly lastDurationSeconds: Gauge<"rule_group">;
  readonly lastEvaluation: Gauge<"rule_group">;
  readonly lastRestoreSeconds: Gauge<"rule_group">;
  readonly lastRulesSeconds: Gauge<"rule_group">;
  readonly lastSamples: Gauge<"rule_group">;
  readonly rules: Gauge<"rule_group">;
  /** Labels and annotations of alerts, each time that they are expanded (template/template.go). */
  readonly templateExpansions: Counter;
  readonly templateFailures: Counter;
}

/** How metrics name a group. */
export type GroupLabels = Readonly<Record<"rule_group", string>>;

/** Registers the metrics. */
export function createRuleMetrics(registry: Registry): RuleMetrics {
  const registers = [registry];
  const common = { labelNames: ["rule_group"] as const, registers };
  const histogram = { buckets: [0.01, 0.1, 1, 10], native: true, registers };
  return {
    evaluations: new Counter({ name: "prometheus_rule_evaluations_total", help: "The total number of rule evaluations.", ...common }),
    failures: new Counter({
      name: "prometheus_rule_evaluation_failures_total",
      help: "The total number of rule evaluation failures.",
      ...common,
    }),
    iterations: new Counter({
      name: "prometheus_rule_group_iterations_total",
      help: "The total number of scheduled rule group evaluations, whether executed or missed.",
      ...common,
    }),
    missed: new Counter({
      name: "prometheus_rule_group_iterations_missed_total",
      help: "The total number of rule group evaluations missed due to slow rule group evaluation.",
      ...common,
    }),
    evaluationSeconds: new Summary({
      name: "prometheus_rule_evaluation_duration_seconds",
      help: "The duration for a rule to execute.",
      percentiles: [0.5, 0.9, 0.99],
      registers,
    }),
    evaluationSecondsHistogram: new Histogram({
      name: "prometheus_rule_evaluation_duration_histogram_seconds",
      help: "The duration for a rule to execute.",
      ...histogram,
    }),
    groupSeconds: new Summary({
      name: "prometheus_rule_group_duration_seconds",
      help: "The duration of rule group evaluations.",
      percentiles: [0.01, 0.05, 0.5, 0.9, 0.99],
      registers,
    }),
    groupSecondsHistogram: new Histogram({
      name: "prometheus_rule_group_duration_histogram_seconds",
      help: "The duration of rule group evaluations.",
      ...histogram,
    }),
    intervalSeconds: new Gauge({ name: "prometheus_rule_group_interval_seconds", help: "The interval of a rule group.", ...common }),
    lastDurationSeconds: new Gauge({
      name: "prometheus_rule_group_last_duration_seconds",
      help: "The duration of the last rule group evaluation.",
      ...common,
    }),
    lastEvaluation: new Gauge({
      name: "prometheus_rule_group_last_evaluation_timestamp_seconds",
      help: "The timestamp of the last rule group evaluation in seconds.",
      ...common,
    }),
    lastRestoreSeconds: new Gauge({
      name: "prometheus_rule_group_last_restore_duration_seconds",
      help: "The duration of the last alert rules alerts restoration using the `ALERTS_FOR_STATE` series.",
      ...common,
    }),
    lastRulesSeconds: new Gauge({
      name: "prometheus_rule_group_last_rule_duration_sum_seconds",
      help: "The sum of time in seconds it took to evaluate each rule in the group regardless of concurrency. This should be higher than the group duration if rules are evaluated concurrently.",
      ...common,
    }),
    lastSamples: new Gauge({
      name: "prometheus_rule_group_last_evaluation_samples",
      help: "The number of samples returned during the last rule group evaluation.",
      ...common,
    }),
    rules: new Gauge({ name: "prometheus_rule_group_rules", help: "The number of rules.", ...common }),
    templateExpansions: new Counter({
      name: "prometheus_template_text_expansions_total",
      help: "The total number of template text expansions.",
      registers,
    }),
    templateFailures: new Counter({
      name: "prometheus_template_text_expansion_failures_total",
      help: "The total number of template text expansion failures.",
      registers,
    }),
  };
}

/** Begins the series of a group, each with 0, so that the first failure is an increase. */
export function seedGroup(metrics: RuleMetrics, group: GroupLabels): void {
  for (const counter of [metrics.evaluations, metrics.failures, metrics.iterations, metrics.missed]) counter.inc(group, 0);
  // Not by setting them: a group that goes on after a reload keeps what it told last.
  for (const gauge of lastGauges(metrics)) gauge.inc(group, 0);
}

/** Ends the series of a group that went. */
export function forgetGroup(metrics: RuleMetrics, group: GroupLabels): void {
  const { evaluations, failures, iterations, missed, intervalSeconds, lastRestoreSeconds, rules } = metrics;
  for (const metric of [evaluations, failures, iterations, missed, intervalSeconds, lastRestoreSeconds, rules]) metric.remove(group);
  for (const gauge of lastGauges(metrics)) gauge.remove(group);
}

function lastGauges(metrics: RuleMetrics): readonly Gauge<"rule_group">[] {
  return [metrics.lastDurationSeconds, metrics.lastEvaluation, metrics.lastRulesSeconds, metrics.lastSamples];
}
