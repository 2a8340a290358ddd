import { LabelsBuilder, labelsKey, labelsOf, METRIC_NAME } from "@ferula/model";
import { formatExpr, parseExpr } from "@ferula/promql-syntax";
import type { RuleDeps } from "./ports.ts";
import type { RuleDefinition } from "./rule-shape.ts";
import { unknownHealth, type Rule, type RuleHealth } from "./rule.ts";

/** A rule that stores the result of its expression under a name, with `assigned` set; a label that is set to nothing is taken away. */
export function createRecordingRule(
  definition: RuleDefinition,
  assigned: ReadonlyMap<string, string>,
  limit: number,
  { query, syntax }: RuleDeps,
): Rule {
  const expr = parseExpr(definition.expr, syntax);
  const printed = formatExpr(expr);
  let health: RuleHealth = unknownHealth;
  return {
    definition,
    name: definition.record,
    query: printed,
    expr,
    assigned,
    labels: labelsOf(assigned),
    alerts: () => [],
    history: () => new Map(),
    restore: () => Promise.resolve(),
    sendDue: () => undefined,
    health: () => health,
    setHealth: (now) => void (health = now),
    adopt: () => undefined,
    async evaluate(_evalTimeMs, queryTimeMs, signal, span) {
      const vector = await query(printed, queryTimeMs, signal, span);
      const seen = new Set<string>();
      const result = vector.map((element) => {
        const builder = new LabelsBuilder(element.labels).set(METRIC_NAME, definition.record);
        for (const [name, value] of assigned) builder.set(name, value);
        return { ...element, labels: builder.labels() };
      });
      for (const element of result) {
        const key = labelsKey(element.labels);
        if (seen.has(key)) throw new Error("vector contains metrics with the same labelset after applying rule labels");
        seen.add(key);
      }
      if (limit > 0 && result.length > limit) throw new Error(`exceeded limit of ${limit} with ${result.length} series`);
      return result;
    },
  };
}
