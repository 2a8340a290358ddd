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
import { extensionOf } from "./extension.ts";
import { infoMatchers, infoTime } from "./info.ts";
import { isStepInvariant, withoutParens } from "./invariance.ts";
import { type HistogramUse, scopeOfArguments, withWholeHistograms } from "./histogram-use.ts";
import type { CallArgument, Matching, RangeNode, SelectorUse, TextRange, VectorNode } from "./nodes.ts";
import type { QueryParams } from "./params.ts";
import type { SelectorList } from "./selectors.ts";
import { withStartUse } from "./start-use.ts";

/** What holds for the whole query while it is planned. */
export interface PlanScope {
  readonly params: QueryParams;
  readonly selectors: SelectorList;
  readonly histogramUse: HistogramUse;
  readonly usesStarts: boolean;
}

/** Plans a vector or scalar expression on `grid`; what is the same at every step is planned for the first step only. */
export function planVector(expr: Expr, grid: Grid, scope: PlanScope): VectorNode {
  const inner = withoutParens(expr);
  if (isPlannedOnce(inner, grid)) {
    const child = planNode(inner, firstStep(grid), scope);
    return child.kind === "number" ? { ...child, grid } : { kind: "step-invariant", grid, child };
  }
  return planNode(inner, grid, scope);
}

function isPlannedOnce(expr: Expr, grid: Grid): boolean {
  return grid.stepCount > 1 && expr.kind !== "number" && isStepInvariant(expr);
}

function planNode(expr: Expr, grid: Grid, scope: PlanScope): VectorNode {
  switch (expr.kind) {
    case "aggregate":
      return planAggregate(expr, grid, scope);
    case "binary":
      return planChain(expr, grid, scope);
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
    childPos: withoutParens(expr.expr).pos,
  };
}

/** Operators that hang on each other's left side are planned in a loop: there may be more of them than the stack is deep. */
function planChain(expr: BinaryExpr, grid: Grid, scope: PlanScope): VectorNode {
  const links: BinaryExpr[] = [];
  const scopes: PlanScope[] = [];
  let first: Expr = expr;
  let inside = scope;
  while (first.kind === "binary" && (first === expr || !isPlannedOnce(first, grid))) {
    if (isTrimOp(first.op)) inside = withWholeHistograms(inside);
    links.push(first);
    scopes.push(inside);
    first = first.left;
  }
  let left = planVector(first, grid, inside);
  for (let i = links.length - 1; i >= 0; i--) left = planBinary(links[i], left, planVector(links[i].right, grid, scopes[i]), grid);
  return left;
}

function planBinary(expr: BinaryExpr, left: VectorNode, right: VectorNode, grid: Grid): VectorNode {
  const { op, matching, returnBool, pos } = expr;
  if (isSetOp(op)) {
    return { kind: "set", grid, op, choice: { only: matching?.on ?? false, labels: matching?.labels ?? [] }, left, right };
  }
  const leftIsScalar = valueType(expr.left) === "scalar";
  const rightIsScalar = valueType(expr.right) === "scalar";
  if (leftIsScalar && rightIsScalar) {
    if (left.kind === "number" && right.kind === "number" && !isTrimOp(op)) {
      return { kind: "number", grid, value: valueFunctions[op](left.value, right.value) };
    }
    return { kind: "scalar-scalar", grid, op, left, right };
  }
  if (leftIsScalar) return { kind: "vector-scalar", grid, pos, op, bool: returnBool, vector: right, scalar: left, scalarFirst: true };
  if (rightIsScalar) return { kind: "vector-scalar", grid, pos, op, bool: returnBool, vector: left, scalar: right, scalarFirst: false };
  return { kind: "vector-vector", grid, pos, op, bool: returnBool, matching: planMatching(expr), left, right };
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
  if (expr.func === "info") return planInfo(expr, grid, scope);
  if (!functionOperators.has(expr.func)) throw executionError(`function ${expr.func}() is not supported by this engine`);
  const argumentScope = withStartUse(expr.func, scopeOfArguments(expr.func, scope));
  return { kind: "call", grid, pos: expr.pos, name: expr.func, args: expr.args.map((arg) => planArgument(arg, grid, argumentScope)) };
}

function planInfo(expr: CallExpr, grid: Grid, scope: PlanScope): VectorNode {
  const { params } = scope;
  const child = planVector(expr.args[0], grid, scope);
  const matchers = infoMatchers(expr);
  const { at, shifted } = infoTime(expr);
  const atMs = resolveAt(at, params);
  const offsetMs = shifted.reduce((sum, node) => sum + offsetOf(node, params), 0);
  const { firstMs, lastMs } = lookupTimes(grid, offsetMs, atMs);
  const selector = scope.selectors.add({
    matchers: [...matchers.names, ...matchers.data],
    minTimeMs: firstMs - params.lookbackMs + 1,
    maxTimeMs: lastMs,
    latestAtMs: undefined,
    usesStarts: false,
  });
  return { kind: "info", grid, child, matchers, selector, lookbackMs: params.lookbackMs, offsetMs, atMs };
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
  const offsetMs = offsetOf(expr, scope.params);
  const stepMs = expr.stepExpr === undefined ? expr.stepMs : durationMs(expr.stepExpr, durations, false);
  const atMs = resolveAt(expr.at, scope.params);
  const { firstMs, lastMs } = lookupTimes(grid, offsetMs, atMs);
  const childGrid = subqueryGrid(firstMs, lastMs, rangeMs, stepMs === 0 ? scope.params.defaultSubqueryStepMs : stepMs);
  return {
    kind: "subquery",
    grid,
    rangeMs,
    offsetMs,
    atMs,
    child: planVector(expr.expr, childGrid, withStartUse("", withWholeHistograms(scope))),
  };
}

function planVectorSelector(expr: VectorSelector, grid: Grid, scope: PlanScope): VectorNode {
  const { lookbackMs } = scope.params;
  const { smoothed } = expr;
  const { firstMs, lastMs, offsetMs, atMs } = selectorTimes(expr, grid, scope.params);
  const selector = scope.selectors.add({
    matchers: expr.matchers,
    minTimeMs: firstMs - lookbackMs + 1,
    maxTimeMs: smoothed ? lastMs + lookbackMs : lastMs,
    latestAtMs: firstMs === lastMs && !smoothed ? firstMs : undefined,
    usesStarts: scope.usesStarts,
  });
  return {
    kind: "vector-selector",
    grid,
    pos: expr.pos,
    lookbackMs,
    smoothed,
    selector,
    offsetMs,
    atMs,
    statsOnly: scope.histogramUse === "stats",
    usesStarts: scope.usesStarts,
  };
}

function planMatrixSelector(expr: VectorSelector, rangeMs: number, grid: Grid, scope: PlanScope): RangeNode {
  const extension = extensionOf(expr, scope.params.lookbackMs);
  const { firstMs, lastMs, offsetMs, atMs } = selectorTimes(expr, grid, scope.params);
  const selector = scope.selectors.add({
    matchers: expr.matchers,
    minTimeMs: firstMs - rangeMs - (extension?.beforeMs ?? 0) + 1,
    maxTimeMs: lastMs + (extension?.behindMs ?? 0),
    latestAtMs: undefined,
    usesStarts: scope.usesStarts,
  });
  return {
    kind: "matrix-selector",
    grid,
    rangeMs,
    extension,
    selector,
    offsetMs,
    atMs,
    statsOnly: scope.histogramUse === "stats",
    usesStarts: scope.usesStarts,
  };
}

type SelectorTimes = Omit<SelectorUse, "selector" | "statsOnly" | "usesStarts"> & LookupTimes;

function selectorTimes(expr: VectorSelector, grid: Grid, params: QueryParams): SelectorTimes {
  const offsetMs = offsetOf(expr, params);
  const atMs = resolveAt(expr.at, params);
  return { offsetMs, atMs, ...lookupTimes(grid, offsetMs, atMs) };
}

function offsetOf({ offsetMs, offsetExpr }: VectorSelector | SubqueryExpr, params: QueryParams): number {
  return offsetExpr === undefined ? offsetMs : durationMs(offsetExpr, durationScope(params), true);
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
