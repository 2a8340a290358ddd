import { formatDuration } from "@ferula/durations";
import { labelsOf } from "@ferula/model";
import type { RuleGroupView, RulesPort, TargetsPort, TargetView } from "@ferula/query-api";
import type { Rule, RuleGroup, RuleManager } from "@ferula/rules";
import type { RelabelStep, ScrapeLoop, ScrapeManager } from "@ferula/scrape";
import { printScrapeConfig } from "@ferula/server-config";

/** What the API shows of targets. `globalUrl` gives the URL of a target as it looks from elsewhere. */
export function targetsView(scrape: ScrapeManager, globalUrl: (url: string) => string): TargetsPort {
  return {
    pools: () => [...scrape.pools().keys()],
    poolConfig(name) {
      const pool = scrape.pools().get(name);
      return pool === undefined ? undefined : printScrapeConfig(pool.config);
    },
    relabelSteps: (name, labels) =>
      scrape
        .pools()
        .get(name)
        ?.relabelSteps(labels)
        .map(({ rule, output, keep }) => ({ rule: ruleJson(rule), output, keep })),
    active: () => [...scrape.pools()].flatMap(([pool, { loops }]) => loops().map((loop) => targetView(pool, loop, globalUrl))),
    dropped: () =>
      [...scrape.pools()].flatMap(([scrapePool, pool]) =>
        pool.dropped().targets.map(({ discoveredLabels }) => ({ scrapePool, discoveredLabels })),
      ),
    droppedCounts: () => new Map([...scrape.pools()].map(([name, pool]) => [name, pool.dropped().count])),
  };
}

/** A rule as upstream prints it. The regular expression is always there, the rest of what is empty is left out. */
function ruleJson({ source_labels, separator, regex, modulus, target_label, replacement, action }: RelabelStep["rule"]): unknown {
  return {
    ...(source_labels.length > 0 ? { source_labels } : {}),
    separator,
    regex: regex.pattern,
    ...(modulus > 0 ? { modulus } : {}),
    ...(target_label === "" ? {} : { target_label }),
    replacement,
    action,
  };
}

function targetView(scrapePool: string, { target, health, metadata }: ScrapeLoop, globalUrl: (url: string) => string): TargetView {
  const { health: state, lastError, lastScrapeMs, lastDurationSeconds } = health();
  return {
    scrapePool,
    scrapeUrl: target.url,
    globalUrl: globalUrl(target.url),
    labels: target.labels,
    discoveredLabels: target.discoveredLabels,
    health: state,
    lastError,
    lastScrapeMs,
    lastScrapeDurationSeconds: lastDurationSeconds,
    scrapeInterval: formatDuration(target.intervalMs),
    scrapeTimeout: formatDuration(target.timeoutMs),
    metadata: () => metadata().entries(),
  };
}

/** What the API shows of rules. */
export function rulesView(rules: RuleManager): RulesPort {
  return { groups: () => rules.groups().map(groupView) };
}

function groupView(group: RuleGroup): RuleGroupView {
  return {
    name: group.name,
    file: group.file,
    intervalSeconds: group.intervalMs / 1000,
    limit: group.limit,
    evaluationSeconds: group.evaluationSeconds(),
    lastEvaluationMs: group.lastEvaluationMs(),
    rules: group.rules.map(ruleView),
  };
}

function ruleView(rule: Rule): RuleGroupView["rules"][number] {
  const { definition } = rule;
  const { health, lastError, lastEvaluationMs, evaluationSeconds } = rule.health();
  return {
    type: definition.record === "" ? "alerting" : "recording",
    name: rule.name,
    query: rule.query,
    labels: rule.labels,
    health,
    lastError,
    evaluationSeconds,
    lastEvaluationMs,
    durationSeconds: definition.for / 1000,
    keepFiringForSeconds: definition.keep_firing_for / 1000,
    annotations: labelsOf(definition.annotations),
    alerts: rule.alerts().map(({ labels, annotations, state, activeAtMs, keepFiringSinceMs, value }) => ({
      labels,
      annotations,
      state: state === "firing" ? "firing" : "pending",
      activeAtMs,
      keepFiringSinceMs,
      value,
    })),
  };
}
