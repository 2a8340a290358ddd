import { type Labels, labelValue, METRIC_NAME } from "@ferula/model";
import { maybeNotCounter, maybeNotCounterByType } from "../annotations.ts";
import type { Evaluation } from "../control.ts";
import type { TextRange } from "../plan/nodes.ts";

type Ways = Pick<Evaluation, "annotations" | "typeAndUnitLabels">;

/** Whether a metric is no counter: by its type where types are labels, else by how its name ends. One without a name may be a counter. */
export function isNoCounter({ typeAndUnitLabels }: Ways, labels: Labels): boolean {
  const name = labelValue(labels, METRIC_NAME);
  if (name === "") return false;
  return typeAndUnitLabels ? !/^(?:counter|histogram)$/.test(labelValue(labels, "__type__")) : !/_(?:total|sum|count|bucket)$/.test(name);
}

/** Says so of a series with floats that `rate` or `increase` is taken of. */
export function noteIfNoCounter(ways: Ways, labels: Labels, pos: TextRange): void {
  if (!isNoCounter(ways, labels)) return;
  const name = labelValue(labels, METRIC_NAME);
  if (ways.typeAndUnitLabels) maybeNotCounterByType(ways.annotations, name, labelValue(labels, "__type__"), pos);
  else maybeNotCounter(ways.annotations, name, pos);
}
