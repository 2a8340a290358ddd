import {
  type AggregateExpr,
  type AtModifier,
  type BinaryExpr,
  type CallExpr,
  type Expr,
  type MatrixSelector,
  type SubqueryExpr,
  type UnaryExpr,
  type VectorSelector,
  isSetOp,
  isTrimOp,
  valueType,
} from "@ferula/promql-syntax";
import { executionError } from "../control.ts";
import { valueFunctions } from "../functions/float-math.ts";
import { functionOperators } from "../functions/table.ts";
import { type Grid, firstStep, lastStepMs, subqueryGrid } from "../grid.ts";
import { absentLabels } from "./absent-labels.ts";
import { type DurationScope, durationMs } from "./duration.ts";
import { isStepInvariant, withoutParens } from "./invariance.ts";
import type { CallArgument, Matching, RangeNode, SelectorUse, TextRange, VectorNode } from "./nodes.ts";
import type { QueryParams } from "./params.ts";
import type { SelectorList } from "./selectors.ts";

/** What holds for the whole query while it is planned. */
export interface PlanScope {
  readonly params: QueryParams;
  readonly selectors: SelectorList;
}

/** Plans a vector or scalar expression on `grid`; what is the same at every step is planned for the first step only. */
export function planVector(expr: Expr, grid: Grid, scope: PlanScope): VectorNode {
  const inner = withoutParens(expr);
  if (grid.stepCount > 1 && inner.kind !== "number" && isStepInvariant(inner)) {
    const child = planNode(inner, firstStep(grid), scope);
    return child.kind === "number" ? { ...child, grid } : { kind: "step-invariant", grid, child };
  }
  return planNode(inner, grid, scope);
}

function planNode(expr: Expr, grid: Grid, scope: PlanScope): VectorNode {
  switch (expr.kind) {
    case "aggregate":
      return planAggregate(expr, grid, scope);
    case "binary":
      return planBinary(expr, grid, scope);
    case "call":
      return planCall(expr, grid, scope);
    case "number":
      return { kind: "number", grid, value: expr.value };
    case "paren":
      return planVector(expr.expr, grid, scope);
    case "unary":
      return planUnary(expr, grid, scope);
    case "vector":
      return planVectorSelector(expr, grid, scope);
    case "matrix":
    case "string":
    case "subquery":
      throw new Error(`BUG: the parser let a ${expr.kind} stand where a vector must`);
  }
}

function planAggregate(expr: AggregateExpr, grid: Grid, scope: PlanScope): VectorNode {
  if (expr.op === "limit_ratio") throw executionError("aggregation limit_ratio is not supported by this engine");
  const param = expr.param === undefined ? undefined : withoutParens(expr.param);
  return {
    kind: "aggregate",
    grid,
    pos: expr.pos,
    op: expr.op,
    choice: { only: !expr.without, labels: expr.grouping },
    param: param === undefined || param.kind === "string" ? undefined : planVector(param, grid, scope),
    paramPos: param?.pos ?? expr.pos,
    valueLabel: param?.kind === "string" ? param.value : "",
    child: planVector(expr.expr, grid, scope),
  };
}

function planBinary(expr: BinaryExpr, grid: Grid, scope: PlanScope): VectorNode {
  const { op, matching, returnBool } = expr;
  if (isTrimOp(op)) throw executionError(`operator ${op} is not supported by this engine`);
  const left = planVector(expr.left, grid, scope);
  const right = planVector(expr.right, grid, scope);
  if (isSetOp(op)) {
    return { kind: "set", grid, op, choice: { only: matching?.on ?? false, labels: matching?.labels ?? [] }, left, right };
  }
  const leftIsScalar = valueType(expr.left) === "scalar";
  const rightIsScalar = valueType(expr.right) === "scalar";
  if (leftIsScalar && rightIsScalar) {
    if (left.kind === "number" && right.kind === "number") {
      return { kind: "number", grid, value: valueFunctions[op](left.value, right.value) };
    }
    return { kind: "scalar-scalar", grid, op, left, right };
  }
  if (leftIsScalar) return { kind: "vector-scalar", grid, op, bool: returnBool, vector: right, scalar: left, scalarFirst: true };
  if (rightIsScalar) return { kind: "vector-scalar", grid, op, bool: returnBool, vector: left, scalar: right, scalarFirst: false };
  return { kind: "vector-vector", grid, op, bool: returnBool, matching: planMatching(expr), left, right };
}

function planMatching({ matching, op }: BinaryExpr): Matching {
  if (matching === undefined) throw new Error(`BUG: ${op} between vectors has no matching`);
  if (matching.card === "many-to-many") throw new Error(`BUG: ${op} matches many to many`);
  return {
    choice: { only: matching.on, labels: matching.labels },
    cardinality: matching.card,
    include: matching.include,
    fillLeft: matching.fillLeft,
    fillRight: matching.fillRight,
  };
}

function planUnary(expr: UnaryExpr, grid: Grid, scope: PlanScope): VectorNode {
  const child = planVector(expr.expr, grid, scope);
  if (expr.op === "+") return child;
  return child.kind === "number" ? { kind: "number", grid, value: -child.value } : { kind: "negate", grid, child };
}

function planCall(expr: CallExpr, grid: Grid, scope: PlanScope): VectorNode {
  const folded = queryConstant(expr.func, scope.params);
  if (folded !== undefined) return { kind: "number", grid, value: folded };
  if (!functionOperators.has(expr.func)) throw executionError(`function ${expr.func}() is not supported by this engine`);
  return { kind: "call", grid, pos: expr.pos, name: expr.func, args: expr.args.map((arg) => planArgument(arg, grid, scope)) };
}

/** The functions that tell of the query itself, in seconds. */
function queryConstant(name: string, { startMs, endMs, stepMs }: QueryParams): number | undefined {
  switch (name) {
    case "start":
      return startMs / 1000;
    case "end":
      return endMs / 1000;
    case "range":
      return (endMs - startMs) / 1000;
    case "step":
      return startMs === endMs ? 0 : stepMs / 1000;
    default:
      return undefined;
  }
}

function planArgument(expr: Expr, grid: Grid, scope: PlanScope): CallArgument {
  const inner = withoutParens(expr);
  const pos: TextRange = inner.pos;
  const shared = {
    pos,
    text: inner.kind === "string" ? inner.value : "",
    absentLabels: absentLabels(inner),
  };
  switch (inner.kind) {
    case "string":
      return { ...shared, type: "string", node: undefined };
    case "matrix":
    case "subquery":
      return { ...shared, type: "matrix", node: planRange(inner, grid, scope) };
    default:
      return { ...shared, type: valueType(inner) === "scalar" ? "scalar" : "vector", node: planVector(inner, grid, scope) };
  }
}

/** Plans a range vector whose windows end at the steps of `grid`. */
export function planRange(expr: MatrixSelector | SubqueryExpr, grid: Grid, scope: PlanScope): RangeNode {
  const durations = durationScope(scope.params);
  const rangeMs = expr.rangeExpr === undefined ? expr.rangeMs : durationMs(expr.rangeExpr, durations, false);
  if (expr.kind === "matrix") return planMatrixSelector(expr.selector, rangeMs, grid, scope);
  const offsetMs = expr.offsetExpr === undefined ? expr.offsetMs : durationMs(expr.offsetExpr, durations, true);
  const stepMs = expr.stepExpr === undefined ? expr.stepMs : durationMs(expr.stepExpr, durations, false);
  const atMs = resolveAt(expr.at, scope.params);
  const { firstMs, lastMs } = lookupTimes(grid, offsetMs, atMs);
  const childGrid = subqueryGrid(firstMs, lastMs, rangeMs, stepMs === 0 ? scope.params.defaultSubqueryStepMs : stepMs);
  return { kind: "subquery", grid, rangeMs, offsetMs, atMs, child: planVector(expr.expr, childGrid, scope) };
}

function planVectorSelector(expr: VectorSelector, grid: Grid, scope: PlanScope): VectorNode {
  if (expr.smoothed) throw executionError("the modifier smoothed is not supported by this engine");
  const { lookbackMs } = scope.params;
  const { firstMs, lastMs, offsetMs, atMs } = selectorTimes(expr, grid, scope.params);
  const selector = scope.selectors.add({
    matchers: expr.matchers,
    minTimeMs: firstMs - lookbackMs + 1,
    maxTimeMs: lastMs,
    latestAtMs: firstMs === lastMs ? firstMs : undefined,
  });
  return { kind: "vector-selector", grid, lookbackMs, selector, offsetMs, atMs };
}

function planMatrixSelector(expr: VectorSelector, rangeMs: number, grid: Grid, scope: PlanScope): RangeNode {
  if (expr.anchored || expr.smoothed) {
    throw executionError(`the modifier ${expr.anchored ? "anchored" : "smoothed"} is not supported by this engine`);
  }
  const { firstMs, lastMs, offsetMs, atMs } = selectorTimes(expr, grid, scope.params);
  const selector = scope.selectors.add({
    matchers: expr.matchers,
    minTimeMs: firstMs - rangeMs + 1,
    maxTimeMs: lastMs,
    latestAtMs: undefined,
  });
  return { kind: "matrix-selector", grid, rangeMs, selector, offsetMs, atMs };
}

type SelectorTimes = Omit<SelectorUse, "selector"> & LookupTimes;

function selectorTimes(expr: VectorSelector, grid: Grid, params: QueryParams): SelectorTimes {
  const offsetMs = expr.offsetExpr === undefined ? expr.offsetMs : durationMs(expr.offsetExpr, durationScope(params), true);
  const atMs = resolveAt(expr.at, params);
  return { offsetMs, atMs, ...lookupTimes(grid, offsetMs, atMs) };
}

/** The first and last time that is looked up. */
interface LookupTimes {
  readonly firstMs: number;
  readonly lastMs: number;
}

function lookupTimes(grid: Grid, offsetMs: number, atMs: number | undefined): LookupTimes {
  if (atMs !== undefined) return { firstMs: atMs - offsetMs, lastMs: atMs - offsetMs };
  return { firstMs: grid.startMs - offsetMs, lastMs: Math.max(grid.startMs, lastStepMs(grid)) - offsetMs };
}

function resolveAt(at: AtModifier | undefined, { startMs, endMs }: QueryParams): number | undefined {
  if (at === undefined) return undefined;
  switch (at.kind) {
    case "timestamp":
      return at.timestampMs;
    case "start":
      return startMs;
    case "end":
      return endMs;
  }
}

function durationScope({ startMs, endMs, stepMs }: QueryParams): DurationScope {
  return { stepMs, rangeMs: endMs - startMs };
}
