import { formatFloatE, matchesLabels, type Matcher } from "@ferula/model";
import { Router } from "express";
import { sendData } from "../envelope.ts";
import { invalidParam, matchParams, readParams, type Params } from "../params.ts";
import type { AlertView, RuleGroupView, RulesPort, RuleView } from "../ports.ts";
import { labelsJson } from "./labels.ts";
import { goTime } from "./targets.ts";

/** `rules` and `alerts`. */
export function ruleRoutes(rules: RulesPort): Router {
  const routes = Router();

  routes.get("/alerts", (_req, res) => {
    const alerts = rules.groups().flatMap((group) => group.rules.flatMap((rule) => rule.alerts));
    sendData(res, { alerts: alerts.map(alertJson) });
  });

  routes.get("/rules", (req, res) => {
    const filter = readFilter(readParams(req));
    const groups = rules.groups().filter(filter.group).map((group) => ({ group, kept: group.rules.filter(filter.rule) }));
    // Groups that a filter has emptied are left out; those that are empty by themselves are shown.
    sendData(res, { groups: groups.filter(({ group, kept }) => kept.length > 0 || group.rules.length === 0).map(({ group, kept }) => groupJson(group, kept, filter.showsAlerts)) });
  });
  return routes;
}

interface RuleFilter {
  readonly group: (group: RuleGroupView) => boolean;
  readonly rule: (rule: RuleView) => boolean;
  readonly showsAlerts: boolean;
}

function readFilter(params: Params): RuleFilter {
  const type = (params.get("type") ?? "").toLowerCase();
  if (type !== "" && type !== "alert" && type !== "record") throw invalidParam("type", `not supported value ${JSON.stringify(type)}`);
  const excludes = params.get("exclude_alerts");
  if (excludes !== undefined && !/^(true|false|1|0|t|f)$/i.test(excludes)) throw invalidParam("exclude_alerts", `strconv.ParseBool: parsing ${JSON.stringify(excludes)}: invalid syntax`);
  const names = new Set(params.all("rule_name[]"));
  const groups = new Set(params.all("rule_group[]"));
  const files = new Set(params.all("file[]"));
  const selectors: readonly (readonly Matcher[])[] = matchParams(params);
  return {
    showsAlerts: excludes === undefined || /^(false|0|f)$/i.test(excludes),
    group: ({ name, file }) => (groups.size === 0 || groups.has(name)) && (files.size === 0 || files.has(file)),
    rule: (rule) =>
      (type === "" || (type === "alert") === (rule.type === "alerting")) &&
      (names.size === 0 || names.has(rule.name)) &&
      (selectors.length === 0 || selectors.some((matchers) => matchesLabels(matchers, rule.labels))),
  };
}

function groupJson(group: RuleGroupView, rules: readonly RuleView[], showsAlerts: boolean): unknown {
  return {
    name: group.name,
    file: group.file,
    rules: rules.map((rule) => ruleJson(rule, showsAlerts)),
    interval: group.intervalSeconds,
    limit: group.limit,
    evaluationTime: group.evaluationSeconds,
    lastEvaluation: goTime(group.lastEvaluationMs),
  };
}

function ruleJson(rule: RuleView, showsAlerts: boolean): unknown {
  const common = {
    health: rule.health,
    evaluationTime: rule.evaluationSeconds,
    lastEvaluation: goTime(rule.lastEvaluationMs),
    type: rule.type,
    ...(rule.lastError === "" ? {} : { lastError: rule.lastError }),
  };
  const labels = labelsJson(rule.labels);
  if (rule.type === "recording") return { name: rule.name, query: rule.query, ...(rule.labels.length === 0 ? {} : { labels }), ...common };
  return {
    state: stateOf(rule.alerts),
    name: rule.name,
    query: rule.query,
    duration: rule.durationSeconds,
    keepFiringFor: rule.keepFiringForSeconds,
    labels,
    annotations: labelsJson(rule.annotations),
    ...(showsAlerts ? { alerts: rule.alerts.map(alertJson) } : { alerts: [] }),
    ...common,
  };
}

/** A rule is what the worst of its alerts is. */
function stateOf(alerts: readonly AlertView[]): string {
  if (alerts.some(({ state }) => state === "firing")) return "firing";
  return alerts.length > 0 ? "pending" : "inactive";
}

function alertJson(alert: AlertView): unknown {
  return {
    labels: labelsJson(alert.labels),
    annotations: labelsJson(alert.annotations),
    state: alert.state,
    activeAt: goTime(alert.activeAtMs),
    ...(alert.keepFiringSinceMs === 0 ? {} : { keepFiringSince: goTime(alert.keepFiringSinceMs) }),
    value: formatFloatE(alert.value),
  };
}
