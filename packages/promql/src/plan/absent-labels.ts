import { type Labels, METRIC_NAME, labelsOf } from "@ferula/model";
import type { Expr } from "@ferula/promql-syntax";
import { withoutParens } from "./invariance.ts";

/** The labels that a selector pins down: those with a single matcher, and that one an equality (promql/functions.go). */
export function absentLabels(expr: Expr): Labels {
  const inner = withoutParens(expr);
  if (inner.kind !== "vector" && inner.kind !== "matrix") return [];
  const { matchers } = inner.kind === "vector" ? inner : inner.selector;
  const pinned = new Map<string, string>();
  const seen = new Set<string>();
  for (const { type, name, value } of matchers) {
    if (name === METRIC_NAME) continue;
    if (type === "=" && !seen.has(name)) {
      pinned.set(name, value);
      seen.add(name);
    } else {
      pinned.delete(name);
    }
  }
  return labelsOf(pinned);
}
