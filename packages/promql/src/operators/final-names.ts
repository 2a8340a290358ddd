import type { Evaluation } from "../control.ts";
import type { Grid } from "../grid.ts";
import { dropMetadata } from "./labels.ts";
import { mergeSameLabels } from "./merge.ts";
import type { Operator } from "./operator.ts";

/** With delayed name removal, names go here, at the end; series that become the same are joined (promql/engine.go `cleanupMetricLabels`). */
export function withFinalNames(operator: Operator, grid: Grid, evaluation: Evaluation): Operator {
  if (!evaluation.delayedNameRemoval) return operator;
  const final: Operator = {
    series: () => operator.series().map((series) => (series.dropName ? { labels: dropMetadata(series.labels), dropName: false } : series)),
    read: operator.read,
  };
  return mergeSameLabels(final, grid, evaluation, "apart");
}
