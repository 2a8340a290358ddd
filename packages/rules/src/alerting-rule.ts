import { labelPairs, LabelsBuilder, labelsKey, labelsOf, METRIC_NAME, type Labels } from "@ferula/model";
import { needsSending, nextAlerts, type ActiveAlert, type FoundAlert } from "./alert-state.ts";
import type { RuleDeps, SentAlert, VectorElement } from "./ports.ts";
import type { RuleDefinition } from "./rule-file.ts";
import { unknownHealth, type Rule, type RuleHealth } from "./rule.ts";
import { expandTemplate, type TemplateData } from "./template.ts";

/** A rule that turns the elements of its expression's result into alerts. */
export function createAlertingRule(definition: RuleDefinition, labels: Labels, limit: number, deps: RuleDeps): Rule {
  const { query, logger } = deps;
  const times = { holdMs: definition.for, keepFiringMs: definition.keep_firing_for };
  let alerts: ReadonlyMap<string, ActiveAlert> = new Map();
  let health: RuleHealth = unknownHealth;

  async function toAlert({ labels: own, value }: VectorElement, evalTimeMs: number, signal: AbortSignal): Promise<FoundAlert> {
    const data: TemplateData = { labels: own, value, externalLabels: deps.externalLabels(), externalUrl: deps.externalUrl };
    const expand = (text: string): Promise<string> =>
      expandTemplate(
        text,
        data,
        (expr) => query(expr, evalTimeMs, signal),
        (error) => logger.warn("Expanding alert template failed", { alert: definition.alert, err: error }),
      );
    const builder = new LabelsBuilder(own).delete(METRIC_NAME);
    for (const [name, text] of labelPairs(labels)) builder.set(name, await expand(text));
    builder.set("alertname", definition.alert);
    const annotations: [string, string][] = [];
    for (const [name, text] of definition.annotations) annotations.push([name, await expand(text)]);
    return { labels: builder.labels(), annotations: labelsOf(annotations), value };
  }

  return {
    definition,
    name: definition.alert,
    labels,
    alerts: () => [...alerts.values()].filter(({ state }) => state !== "inactive"),
    history: () => alerts,
    health: () => health,
    setHealth: (now) => void (health = now),
    adopt(old) {
      health = old.health();
      alerts = old.history();
    },
    async evaluate(evalTimeMs, signal) {
      const vector = await query(definition.expr, evalTimeMs, signal);
      const found = await Promise.all(vector.map((element) => toAlert(element, evalTimeMs, signal)));
      if (new Set(found.map((alert) => labelsKey(alert.labels))).size < found.length) {
        throw new Error("vector contains metrics with the same labelset after applying alert labels");
      }
      if (limit > 0 && found.length > limit) {
        alerts = new Map();
        throw new Error(`exceeded limit of ${limit} with ${found.length} alerts`);
      }
      alerts = nextAlerts(alerts, found, times, evalTimeMs);
      return [...alerts.values()].flatMap(alertSeries);
    },
    sendDue(evalTimeMs, intervalMs) {
      const due: SentAlert[] = [];
      const next = new Map(alerts);
      for (const [key, alert] of alerts) {
        if (!needsSending(alert, evalTimeMs, deps.resendDelayMs)) continue;
        next.set(key, { ...alert, lastSentAtMs: evalTimeMs });
        due.push(toSentAlert(alert, evalTimeMs + 4 * Math.max(intervalMs, deps.resendDelayMs), deps.externalUrl, definition.expr));
      }
      alerts = next;
      if (due.length > 0) deps.sendAlerts(due);
    },
  };
}

/** The series that tell of an alert while it is active. */
function alertSeries({ labels, state, activeAtMs }: ActiveAlert): readonly VectorElement[] {
  if (state === "inactive") return [];
  const name = (metric: string): LabelsBuilder => new LabelsBuilder(labels).set(METRIC_NAME, metric);
  return [
    { labels: name("ALERTS").set("alertstate", state).labels(), value: 1 },
    { labels: name("ALERTS_FOR_STATE").labels(), value: Math.floor(activeAtMs / 1000) },
  ];
}

function toSentAlert(
  { labels, annotations, firedAtMs, resolvedAtMs }: ActiveAlert,
  validUntilMs: number,
  externalUrl: string,
  expr: string,
): SentAlert {
  return {
    labels,
    annotations,
    startsAtMs: firedAtMs,
    // A firing alert ends by itself when its sender falls silent for some rounds.
    endsAtMs: resolvedAtMs > 0 ? resolvedAtMs : validUntilMs,
    generatorUrl: `${externalUrl}/graph?g0.expr=${encodeURIComponent(expr).replaceAll("%20", "+")}&g0.tab=1`,
  };
}
