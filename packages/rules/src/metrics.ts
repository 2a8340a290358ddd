import { Counter, Gauge, Summary, type Registry } from "@ferula/client";

/** What rule evaluation counts, under upstream's names (rules/group.go `NewGroupMetrics`). */
export interface RuleMetrics {
  readonly evaluations: Counter<"rule_group">;
  readonly failures: Counter<"rule_group">;
  readonly iterations: Counter<"rule_group">;
  readonly missed: Counter<"rule_group">;
  readonly evaluationSeconds: Summary;
  readonly intervalSeconds: Gauge<"rule_group">;
  readonly lastDurationSeconds: Gauge<"rule_group">;
  readonly lastEvaluation: Gauge<"rule_group">;
  readonly lastSamples: Gauge<"rule_group">;
  readonly rules: Gauge<"rule_group">;
}

export function createRuleMetrics(registry: Registry): RuleMetrics {
  const common = { labelNames: ["rule_group"] as const, registers: [registry] };
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
      maxAgeSeconds: 600,
      ageBuckets: 5,
      registers: [registry],
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
    lastSamples: new Gauge({
      name: "prometheus_rule_group_last_evaluation_samples",
      help: "The number of samples returned during the last rule group evaluation.",
      ...common,
    }),
    rules: new Gauge({ name: "prometheus_rule_group_rules", help: "The number of rules.", ...common }),
  };
}
