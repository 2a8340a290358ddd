import { labelPairs, LabelsBuilder, labelsKey, labelsOf, METRIC_NAME, type Labels } from "@ferula/model";
import { formatExpr, parseExpr } from "@ferula/promql-syntax";
import type { Span } from "@ferula/tracing";
import { queryEscape } from "./query-escape.ts";
import { needsSending, nextAlerts, type ActiveAlert, type FoundAlert } from "./alert-state.ts";
import type { RuleMetrics } from "./metrics.ts";
import type { RuleDeps, SentAlert, VectorElement } from "./ports.ts";
import { FOR_STATE_METRIC, readStoredAlerts, restoredAlerts } from "./restore-alerts.ts";
import type { RuleDefinition } from "./rule-shape.ts";
import { unknownHealth, type Rule, type RuleHealth } from "./rule.ts";
import { expandTemplate, type TemplateData } from "./template.ts";

export interface AlertingRuleOptions {
  /** The rule's labels over those of its group. Their values are templates; what comes out empty is no label. */
  readonly assigned: ReadonlyMap<string, string>;
  /** How many alerts it may have; 0 is no limit. */
  readonly limit: number;
  /** Whether `restore` will be called; until then nothing is stored. */
  readonly awaitsRestore: boolean;
}

/** What an alerting rule needs. */
export interface AlertingRuleDeps extends RuleDeps {
  readonly metrics: Pick<RuleMetrics, "templateExpansions" | "templateFailures">;
}

/** A rule that turns the elements of its expression's result into alerts. */
export function createAlertingRule(
  definition: RuleDefinition,
  { assigned, limit, awaitsRestore }: AlertingRuleOptions,
  deps: AlertingRuleDeps,
): Rule {
  const { query, logger, metrics } = deps;
  const expr = parseExpr(definition.expr, deps.syntax);
  const printed = formatExpr(expr);
  const generatorUrl = `${deps.externalUrl}/graph?g0.expr=${queryEscape(printed)}&g0.tab=1`;
  const times = { holdMs: definition.for, keepFiringMs: definition.keep_firing_for };
  let alerts: ReadonlyMap<string, ActiveAlert> = new Map();
  let health: RuleHealth = unknownHealth;
  let isRestored = !awaitsRestore;
  const ruleLabels = labelsOf(assigned);

  async function toAlert(
    { labels: own, value, histogram }: VectorElement,
    evalTimeMs: number,
    signal: AbortSignal,
    span?: Span,
  ): Promise<FoundAlert> {
    const data: TemplateData = {
      name: `__alert_${definition.alert}`,
      labels: own,
      value,
      histogram,
      externalLabels: deps.externalLabels(),
      externalUrl: deps.externalUrl,
      // Not where the rule's expression looks: upstream's templates know no query offset.
      evalTimeMs,
    };
    const expand = (text: string): Promise<string> =>
      expandTemplate(
        text,
        data,
        (expr) => query(expr, evalTimeMs, signal, span),
        (error) => {
          metrics.templateFailures.inc();
          logger.warn("Expanding alert template failed", { alert: definition.alert, err: error });
        },
      );
    const builder = new LabelsBuilder(own).delete(METRIC_NAME);
    for (const [name, text] of assigned) builder.set(name, await expand(text));
    builder.set("alertname", definition.alert);
    const annotations: [string, string][] = [];
    for (const [name, text] of definition.annotations) annotations.push([name, await expand(text)]);
    return { labels: builder.labels(), annotations: labelsOf(annotations), value };
  }

  return {
    definition,
    name: definition.alert,
    query: printed,
    expr,
    assigned,
    labels: ruleLabels,
    alerts: () => [...alerts.values()].filter(({ state }) => state !== "inactive"),
    history: () => alerts,
    health: () => health,
    setHealth: (now) => void (health = now),
    async restore(stored, nowMs, signal) {
      const { gracePeriodMs } = stored;
      try {
        // An alert that waits for less than the grace period would wait longer if it were restored.
        if (times.holdMs < gracePeriodMs) return;
        const labels = new LabelsBuilder(ruleLabels).set("alertname", definition.alert).labels();
        const storedAlerts = await readStoredAlerts(stored, labels, nowMs, signal);
        alerts = restoredAlerts(alerts, storedAlerts, { holdMs: times.holdMs, gracePeriodMs, nowMs });
      } finally {
        isRestored = true;
      }
    },
    adopt: (old) => void (alerts = old.history()),
    async evaluate(evalTimeMs, queryTimeMs, signal, span) {
      const vector = await query(printed, queryTimeMs, signal, span);
      metrics.templateExpansions.inc(vector.length * (assigned.size + definition.annotations.size));
      const found = await Promise.all(vector.map((element) => toAlert(element, evalTimeMs, signal, span)));
      if (new Set(found.map((alert) => labelsKey(alert.labels))).size < found.length) {
        throw new Error("vector contains metrics with the same labelset after applying alert labels");
      }
      const next = nextAlerts(alerts, found, times, evalTimeMs);
      // Those that are only kept firing count, too.
      const activeCount = [...next.values()].filter(({ state }) => state !== "inactive").length;
      if (limit > 0 && activeCount > limit) {
        alerts = new Map();
        throw new Error(`exceeded limit of ${limit} with ${activeCount} alerts`);
      }
      alerts = next;
      return isRestored ? [...alerts.values()].flatMap((alert) => alertSeries(alert, ruleLabels)) : [];
    },
    sendDue(evalTimeMs, intervalMs) {
      const due: SentAlert[] = [];
      const next = new Map(alerts);
      for (const [key, alert] of alerts) {
        if (!needsSending(alert, evalTimeMs, deps.resendDelayMs)) continue;
        next.set(key, { ...alert, lastSentAtMs: evalTimeMs });
        due.push(toSentAlert(alert, evalTimeMs + 4 * Math.max(intervalMs, deps.resendDelayMs), generatorUrl));
      }
      alerts = next;
      if (due.length > 0) deps.sendAlerts(due);
    },
  };
}

/**
 * The series that tell of an alert while it is active. A label of the rule that came out empty is no label of the alert, but one of its
 * series, as the text that it is in the rule (rules/alerting.go `sample`).
 */
function alertSeries({ labels, state, activeAtMs }: ActiveAlert, ruleLabels: Labels): readonly VectorElement[] {
  if (state === "inactive") return [];
  const name = (metric: string): LabelsBuilder => {
    const builder = new LabelsBuilder(ruleLabels);
    for (const [label, value] of labelPairs(labels)) builder.set(label, value);
    return builder.set(METRIC_NAME, metric);
  };
  return [
    { labels: name("ALERTS").set("alertstate", state).labels(), value: 1 },
    { labels: name(FOR_STATE_METRIC).labels(), value: Math.floor(activeAtMs / 1000) },
  ];
}

function toSentAlert({ labels, annotations, firedAtMs, resolvedAtMs }: ActiveAlert, validUntilMs: number, generatorUrl: string): SentAlert {
  // A firing alert ends by itself when its sender falls silent for some rounds.
  return { labels, annotations, startsAtMs: firedAtMs, endsAtMs: resolvedAtMs > 0 ? resolvedAtMs : validUntilMs, generatorUrl };
}
