import { type ComparisonOp, isTrimOp } from "@ferula/promql-syntax";
import type { SampleOp, ValueOp } from "../plan/nodes.ts";
import { atan2 } from "./go-math/arc.ts";
import { pow } from "./go-math/pow.ts";

/** Go's math.Max: +Inf wins over NaN. */
export function goMax(x: number, y: number): number {
  if (x === Infinity || y === Infinity) return Infinity;
  return Math.max(x, y);
}

/** Go's math.Min: -Inf wins over NaN. */
export function goMin(x: number, y: number): number {
  if (x === -Infinity || y === -Infinity) return -Infinity;
  return Math.min(x, y);
}

/** The value of an arithmetic operator, or 1 and 0 for a comparison that holds or doesn't. */
export type ValueFunction = (left: number, right: number) => number;

/** Every operator between two numbers. */
export const valueFunctions: Readonly<Record<ValueOp, ValueFunction>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "%": (left, right) => left % right,
  "^": pow,
  atan2,
  "==": (left, right) => (left === right ? 1 : 0),
  "!=": (left, right) => (left !== right ? 1 : 0),
  "<": (left, right) => (left < right ? 1 : 0),
  ">": (left, right) => (left > right ? 1 : 0),
  "<=": (left, right) => (left <= right ? 1 : 0),
  ">=": (left, right) => (left >= right ? 1 : 0),
};

/** Comparisons filter, or give 0 and 1. */
export function isComparison(op: SampleOp): op is ComparisonOp {
  return op === "==" || op === "!=" || op === "<" || op === ">" || op === "<=" || op === ">=";
}

/** Comparisons and trimming leave what is measured as it is; everything else changes it, so that the name is dropped. */
export function keepsName(op: SampleOp): boolean {
  return isComparison(op) || isTrimOp(op);
}
