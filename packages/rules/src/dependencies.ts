import { METRIC_NAME, type Matcher } from "@ferula/model";
import { walk, type Expr } from "@ferula/promql-syntax";

/** What of a rule tells on which others it depends. */
export interface DependentRule {
  readonly name: string;
  readonly isAlerting: boolean;
  readonly expr: Expr;
}

/**
 * The rules of a group by their places, in batches to be evaluated one after another; those of a batch may be evaluated at once. Undefined
 * when that can't be told: then each rule waits for the one before (rules/manager.go `SplitGroupIntoBatches`).
 */
export function independentBatches(rules: readonly DependentRule[]): readonly (readonly number[])[] | undefined {
  const dependencies = rules.length > 1 ? dependenciesOf(rules) : rules.map(() => new Set<number>());
  if (dependencies === undefined) return undefined;
  const dependents = new Set(dependencies.flatMap((found) => [...found]));
  const places = rules.map((_rule, i) => i);
  const first = places.filter((i) => dependencies[i].size === 0);
  const between = places.filter((i) => dependencies[i].size > 0 && dependents.has(i));
  const last = places.filter((i) => dependencies[i].size > 0 && !dependents.has(i));
  return [first, ...between.map((i) => [i]), last].filter((batch) => batch.length > 0);
}

/** For each rule, the places of those before it whose series it reads; undefined when one of them may read any (`buildDependencyMap`). */
function dependenciesOf(rules: readonly DependentRule[]): readonly ReadonlySet<number>[] | undefined {
  const dependencies = rules.map(() => new Set<number>());
  let isKnown = true;
  for (const [i, { expr }] of rules.entries()) {
    walk(expr, (node) => {
      if (node.kind !== "vector") return;
      const isOfName = ({ name }: Matcher): boolean => name === METRIC_NAME;
      // A name before the braces is the last matcher; of several within them the first counts.
      const ofName = node.name === "" ? node.matchers.find(isOfName) : node.matchers.findLast(isOfName);
      if (ofName === undefined) isKnown = false;
      else for (let before = 0; before < i; before++) if (reads(node.matchers, ofName, rules[before])) dependencies[i].add(before);
    });
    if (!isKnown) return undefined;
  }
  return dependencies;
}

/** Whether a selector may find what a rule stores. An alert's series have its name as a label. */
function reads(matchers: readonly Matcher[], ofName: Matcher, { name, isAlerting }: DependentRule): boolean {
  if (ofName.matches(name)) return true;
  if (!isAlerting || !ALERT_METRICS.some((metric) => ofName.matches(metric))) return false;
  const ofAlert = matchers.find((matcher) => matcher.name === "alertname");
  return ofAlert === undefined || ofAlert.matches(name);
}

const ALERT_METRICS = ["ALERTS", "ALERTS_FOR_STATE"];
