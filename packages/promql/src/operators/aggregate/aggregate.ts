import type { VectorNode } from "../../plan/nodes.ts";
import type { OperatorContext } from "../context.ts";
import type { Operator } from "../operator.ts";
import { countValues } from "./count-values.ts";
import { foldingAggregate } from "./folding.ts";
import { quantileAggregate } from "./quantile.ts";
import { ratioAggregate } from "./ratio.ts";
import { selectingAggregate } from "./selecting.ts";

/** An aggregation in the plan. */
export type AggregateNode = Extract<VectorNode, { kind: "aggregate" }>;

/** The operator of an aggregation. */
export function aggregate(context: OperatorContext, node: AggregateNode): Operator {
  switch (node.op) {
    case "sum":
    case "avg":
    case "min":
    case "max":
    case "count":
    case "group":
    case "stddev":
    case "stdvar":
      return foldingAggregate(context, node, node.op);
    case "quantile":
      return quantileAggregate(context, node);
    case "topk":
    case "bottomk":
    case "limitk":
      return selectingAggregate(context, node, node.op);
    case "limit_ratio":
      return ratioAggregate(context, node);
    case "count_values":
      return countValues(context, node);
  }
}
