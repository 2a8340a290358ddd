import { PromError } from "@ferula/model";
import { type Expr, ParseError, type ValueType, parseExpr, valueType } from "@ferula/promql-syntax";
import { gridOf } from "../grid.ts";
import { type PlanScope, planRange, planVector } from "./build.ts";
import { checkExtensions } from "./extension.ts";
import type { RangeNode, VectorNode } from "./nodes.ts";
import { withoutParens } from "./invariance.ts";
import type { QueryParams } from "./params.ts";
import { type PlannedSelector, createSelectorList } from "./selectors.ts";

/** A query made ready: what must be selected, and the tree to evaluate over it. */
export interface Plan {
  readonly text: string;
  readonly params: QueryParams;
  readonly selectors: readonly PlannedSelector[];
  readonly root: PlanRoot;
}

/** What the query evaluates to. An instant query may also be a string or a range of samples. */
export type PlanRoot =
  | { readonly type: "scalar" | "vector"; readonly node: VectorNode }
  | { readonly type: "matrix"; readonly node: RangeNode }
  | { readonly type: "string"; readonly text: string };

/** How upstream's documentation calls the types. */
const DOCUMENTED_TYPE: Readonly<Record<ValueType, string>> = {
  none: "none",
  vector: "instant vector",
  scalar: "scalar",
  matrix: "range vector",
  string: "string",
};

/**
 * Plans a query. It depends on nothing but `text` and `params`, so a worker that plans the same gets the same selectors in the same order.
 * Throws PromError("bad_data") for what isn't PromQL (its cause is the ParseError) or can't be queried so, and PromError("execution") for functions
 * that this engine doesn't evaluate.
 */
export function planQuery(text: string, params: QueryParams): Plan {
  const expr = parse(text, params);
  const type = valueType(expr);
  if (params.stepMs !== 0 && type !== "vector" && type !== "scalar") {
    throw new PromError("bad_data", `invalid expression type "${DOCUMENTED_TYPE[type]}" for range query, must be Scalar or instant Vector`);
  }
  const selectors = createSelectorList();
  const root = planRoot(expr, type, { params, selectors, histogramUse: "open", usesStarts: false });
  // Upstream does so when it evaluates, behind all that is wrong with durations.
  checkExtensions(expr);
  return { text, params, selectors: selectors.planned(), root };
}

function parse(text: string, params: QueryParams): Expr {
  try {
    return parseExpr(text, params.syntax);
  } catch (error) {
    if (error instanceof ParseError) throw new PromError("bad_data", error.message, { cause: error });
    throw error;
  }
}

function planRoot(expr: Expr, type: ValueType, scope: PlanScope): PlanRoot {
  const { startMs, endMs, stepMs } = scope.params;
  const grid = gridOf(startMs, endMs, stepMs);
  const inner = withoutParens(expr);
  if (inner.kind === "string") return { type: "string", text: inner.value };
  if (inner.kind === "matrix" || inner.kind === "subquery") return { type: "matrix", node: planRange(inner, grid, scope) };
  return { type: type === "scalar" ? "scalar" : "vector", node: planVector(inner, grid, scope) };
}
