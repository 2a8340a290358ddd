import { quoteString } from "@ferula/promql-syntax";
import type { Analysis, Measures } from "../analysis.ts";
import { type Grid, gridOf, lastStepMs } from "../grid.ts";
import type { LabelChoice, PlanNode, RangeNode, VectorNode } from "./nodes.ts";
import type { Plan } from "./plan.ts";
import type { PlannedSelector } from "./selectors.ts";

/** What is particular to a node: texts, and times in seconds. */
export type ExplainedDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A node of a plan, as data that JSON can say. Times are in seconds. */
export interface ExplainedNode {
  /** The kind of the plan's node: "aggregate", "call", "vector-selector" … */
  readonly operator: string;
  readonly details: ExplainedDetails;
  /** The times at which it is evaluated. */
  readonly start: number;
  readonly end: number;
  /** 0 where it is a single time. */
  readonly step: number;
  readonly steps: number;
  /** Set where the query was analyzed. */
  readonly measured?: Readonly<Measures> | undefined;
  readonly inputs: readonly ExplainedNode[];
  /** How many inputs are left out, as the tree is deeper than is shown. */
  readonly inputsLeftOut?: number | undefined;
}

/** Queries may be long chains of operators; who walks the answer may not. */
const DEEPEST_LEVEL = 200;

/** The tree of a plan's nodes; with `analysis`, what each of them took. */
export function explainPlan(plan: Plan, analysis?: Analysis): ExplainedNode {
  const { root, selectors } = plan;
  if (root.type === "string") {
    const { startMs } = plan.params;
    return { operator: "string", details: { value: root.text }, ...timesOf(gridOf(startMs, startMs, 0)), inputs: [] };
  }
  return explainNode(root.node, { selectors, analysis }, 1);
}

interface Scope {
  readonly selectors: readonly PlannedSelector[];
  readonly analysis: Analysis | undefined;
}

function explainNode(node: PlanNode, scope: Scope, level: number): ExplainedNode {
  const inputs = inputsOf(node);
  const isCut = level >= DEEPEST_LEVEL && inputs.length > 0;
  const measured = scope.analysis?.of(node);
  return {
    operator: node.kind,
    details: detailsOf(node, scope.selectors),
    ...timesOf(node.grid),
    ...(measured === undefined ? {} : { measured }),
    inputs: isCut ? [] : inputs.map((input) => explainNode(input, scope, level + 1)),
    ...(isCut ? { inputsLeftOut: inputs.length } : {}),
  };
}

function timesOf(grid: Grid): Pick<ExplainedNode, "start" | "end" | "step" | "steps"> {
  const { startMs, stepMs, stepCount } = grid;
  return { start: startMs / 1000, end: lastStepMs(grid) / 1000, step: stepCount === 1 ? 0 : stepMs / 1000, steps: stepCount };
}

function inputsOf(node: PlanNode): readonly PlanNode[] {
  switch (node.kind) {
    case "number":
    case "vector-selector":
    case "matrix-selector":
      return [];
    case "aggregate":
      return node.param === undefined ? [node.child] : [node.param, node.child];
    case "scalar-scalar":
    case "vector-vector":
    case "set":
      return [node.left, node.right];
    case "vector-scalar":
      return node.scalarFirst ? [node.scalar, node.vector] : [node.vector, node.scalar];
    case "call":
      return node.args.flatMap(({ node: argument }) => (argument === undefined ? [] : [argument]));
    case "negate":
    case "info":
    case "step-invariant":
    case "subquery":
      return [node.child];
  }
}

function detailsOf(node: PlanNode, selectors: readonly PlannedSelector[]): ExplainedDetails {
  switch (node.kind) {
    case "number":
      return { value: String(node.value) };
    case "vector-selector":
      return { ...selectedBy(selectors[node.selector]), lookback: node.lookbackMs / 1000, ...shiftOf(node) };
    case "matrix-selector":
      return { ...selectedBy(selectors[node.selector]), range: node.rangeMs / 1000, ...shiftOf(node) };
    case "subquery":
      return { range: node.rangeMs / 1000, ...shiftOf(node) };
    case "info":
      return { ...selectedBy(selectors[node.selector]), lookback: node.lookbackMs / 1000, ...shiftOf(node) };
    case "aggregate":
      return { op: node.op, ...choiceOf(node.choice, "by", "without") };
    case "vector-vector":
      return { op: node.op, bool: node.bool, match: node.matching.cardinality, ...choiceOf(node.matching.choice, "on", "ignoring") };
    case "set":
      return { op: node.op, ...choiceOf(node.choice, "on", "ignoring") };
    case "scalar-scalar":
      return { op: node.op };
    case "vector-scalar":
      return { op: node.op, bool: node.bool };
    case "call":
      return { function: node.name };
    case "negate":
    case "step-invariant":
      return {};
  }
}

/** What the storage is asked for: the same for all selectors that share a select. */
function selectedBy({ matchers, minTimeMs, maxTimeMs }: PlannedSelector): ExplainedDetails {
  const selector = `{${matchers.map(({ name, type, value }) => `${name}${type}${quoteString(value)}`).join(",")}}`;
  return { selector, selectedFrom: minTimeMs / 1000, selectedTo: maxTimeMs / 1000 };
}

function shiftOf({ offsetMs, atMs }: Pick<Extract<VectorNode | RangeNode, { offsetMs: number }>, "offsetMs" | "atMs">): ExplainedDetails {
  return { ...(offsetMs === 0 ? {} : { offset: offsetMs / 1000 }), ...(atMs === undefined ? {} : { at: atMs / 1000 }) };
}

function choiceOf({ only, labels }: LabelChoice, chosen: string, others: string): ExplainedDetails {
  return { [only ? chosen : others]: labels };
}
