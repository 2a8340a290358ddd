import { createHash } from "node:crypto";
import { goQuote } from "@ferula/durations";
import { compareUtf8, formatFloatE, matchesLabels } from "@ferula/model";
import type { Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendLongData } from "../answer/envelope.ts";
import { eachAs } from "../answer/go-json.ts";
import { goTime } from "../answer/go-time.ts";
import { labelMap } from "../answer/label-json.ts";
import { matchParams } from "../params/matchers.ts";
import { invalidParam, readWholeParams, type Params } from "../params/params.ts";
import type { AlertView, RuleGroupView, RulesPort, RuleView } from "../ports.ts";

/** `rules` and `alerts`. */
export function ruleRoutes(rules: RulesPort): Router {
  const routes = createRoutes();

  addRoute(routes, "GET", "/alerts", async (_req, res) => {
    const alerts = rules.groups().flatMap((group) => group.rules.toSorted(byUrgency).flatMap((rule) => rule.alerts));
    await sendLongData(res, { alerts: eachAs(alerts, alertJson) });
  });

  addRoute(routes, "GET", "/rules", async (req, res) => {
    const params = readWholeParams(req);
    const filter = readFilter(params);
    const page = readPage(params);
    const { groups, nextToken } = cutPage(rules.groups(), filter, page);
    await sendLongData(res, {
      groups: eachAs(groups, ({ group, kept }) => groupJson(group, kept, filter.showsAlerts)),
      groupNextToken: nextToken,
    });
  });

  return routes;
}

interface RuleFilter {
  readonly group: (group: RuleGroupView) => boolean;
  readonly rule: (rule: RuleView) => boolean;
  readonly showsAlerts: boolean;
}

function readFilter(params: Params): RuleFilter {
  const names = new Set(params.all("rule_name[]"));
  const groups = new Set(params.all("rule_group[]"));
  const files = new Set(params.all("file[]"));
  const selectors = matchParams(params);
  const type = (params.get("type") ?? "").toLowerCase();
  if (type !== "" && type !== "alert" && type !== "record") throw invalidParam("type", `not supported value ${goQuote(type)}`);
  const wantedType = type === "alert" ? "alerting" : "recording";
  return {
    showsAlerts: !excludesAlerts(params),
    group: ({ name, file }) => (groups.size === 0 || groups.has(name)) && (files.size === 0 || files.has(file)),
    rule: (rule) =>
      (type === "" || rule.type === wantedType) &&
      (names.size === 0 || names.has(rule.name)) &&
      (selectors.length === 0 || selectors.some((matchers) => matchesLabels(matchers, rule.labels))),
  };
}

/** Booleans as Go's strconv.ParseBool reads them, in lower case. */
const TRUE: ReadonlySet<string> = new Set(["1", "t", "true"]);
const FALSE: ReadonlySet<string> = new Set(["0", "f", "false"]);

function excludesAlerts(params: Params): boolean {
  const text = (params.get("exclude_alerts") ?? "false").toLowerCase();
  if (!TRUE.has(text) && !FALSE.has(text)) {
    throw invalidParam("exclude_alerts", `error converting exclude_alerts: strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
  }
  return TRUE.has(text);
}

/** Which groups are asked for: `limit` of them, from the one of `token` on. */
interface Page {
  readonly limit: number;
  readonly token: string | undefined;
}

function readPage(params: Params): Page {
  const token = params.get("group_next_token");
  const text = params.get("group_limit");
  if (text === undefined) {
    if (token === undefined) return { limit: Infinity, token: undefined };
    throw invalidParam("group_next_token", "group_limit needs to be present in order to paginate over the groups");
  }
  if (!/^[+-]?\d+$/.test(text)) {
    throw invalidParam("group_limit", `group_limit needs to be a valid number: strconv.ParseInt: parsing ${goQuote(text)}: invalid syntax`);
  }
  const limit = Number(text);
  if (Math.abs(limit) > 2 ** 31 - 1) {
    throw invalidParam(
      "group_limit",
      `group_limit needs to be a valid number: strconv.ParseInt: parsing ${goQuote(text)}: value out of range`,
    );
  }
  if (limit <= 0) throw invalidParam("group_limit", "group_limit needs to be greater than 0");
  return { limit, token };
}

interface KeptGroup {
  readonly group: RuleGroupView;
  readonly kept: readonly RuleView[];
}

/** The groups of a page with the rules that a filter leaves; groups without any are left out. */
function cutPage(
  all: readonly RuleGroupView[],
  filter: RuleFilter,
  { limit, token }: Page,
): { readonly groups: readonly KeptGroup[]; readonly nextToken: string | undefined } {
  const start = token === undefined ? 0 : all.findIndex((group) => tokenOf(group) === token);
  if (start < 0) throw invalidParam("group_next_token", `invalid group_next_token '${token}'. were rule groups changed?`);
  const groups: KeptGroup[] = [];
  for (const group of all.slice(start)) {
    const kept = filter.group(group) ? group.rules.filter(filter.rule) : [];
    if (kept.length === 0) continue;
    if (groups.length === limit) return { groups, nextToken: tokenOf(group) };
    groups.push({ group, kept });
  }
  return { groups, nextToken: undefined };
}

/** Upstream's token, so that a page can be asked of either (web/api/v1/api.go `getRuleGroupNextToken`). */
function tokenOf({ file, name }: RuleGroupView): string {
  return createHash("sha256").update(`${file};${name}`).digest("hex");
}

function groupJson(group: RuleGroupView, rules: readonly RuleView[], showsAlerts: boolean): unknown {
  return {
    name: group.name,
    file: group.file,
    rules: eachAs(rules, (rule) => ruleJson(rule, showsAlerts)),
    interval: group.intervalSeconds,
    limit: group.limit,
    evaluationTime: group.evaluationSeconds,
    lastEvaluation: goTime(group.lastEvaluationMs),
  };
}

function ruleJson(rule: RuleView, showsAlerts: boolean): unknown {
  const outcome = {
    health: rule.health,
    lastError: rule.lastError === "" ? undefined : rule.lastError,
    evaluationTime: rule.evaluationSeconds,
    lastEvaluation: goTime(rule.lastEvaluationMs),
    type: rule.type,
  };
  if (rule.type === "recording") return { name: rule.name, query: rule.query, labels: labelMap(rule.labels), ...outcome };
  return {
    state: stateOf(rule),
    name: rule.name,
    query: rule.query,
    duration: rule.durationSeconds,
    keepFiringFor: rule.keepFiringForSeconds,
    labels: labelMap(rule.labels),
    annotations: labelMap(rule.annotations),
    alerts: showsAlerts ? rule.alerts.map(alertJson) : null,
    ...outcome,
  };
}

/** The states of a rule, in rising order. */
const STATES = ["unknown", "inactive", "pending", "firing"] as const;
type RuleState = (typeof STATES)[number];

/** A rule is what the worst of its alerts is, and unknown until it has been evaluated. */
function stateOf({ alerts, lastEvaluationMs }: RuleView): RuleState {
  if (lastEvaluationMs === 0) return "unknown";
  if (alerts.some(({ state }) => state === "firing")) return "firing";
  return alerts.length > 0 ? "pending" : "inactive";
}

/** The alerts of a group come in this order of its rules (rules/group.go `AlertingRules`): the worst first, then by name. */
function byUrgency(a: RuleView, b: RuleView): number {
  return STATES.indexOf(stateOf(b)) - STATES.indexOf(stateOf(a)) || compareUtf8(a.name, b.name);
}

function alertJson(alert: AlertView): unknown {
  return {
    labels: labelMap(alert.labels),
    annotations: labelMap(alert.annotations),
    state: alert.state,
    activeAt: goTime(alert.activeAtMs),
    keepFiringSince: alert.keepFiringSinceMs === 0 ? undefined : goTime(alert.keepFiringSinceMs),
    value: formatFloatE(alert.value),
  };
}
