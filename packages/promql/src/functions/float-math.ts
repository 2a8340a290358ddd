import type { ValueOp } from "../plan/nodes.ts";

/** x to the power y as Go's math.Pow has it: 1 to anything is 1, NaN included, and so is -1 to an infinity. */
export function goPow(x: number, y: number): number {
  if (x === 1) return 1;
  if (x === -1 && (y === Infinity || y === -Infinity)) return 1;
  return x ** y;
}

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
  "^": goPow,
  atan2: Math.atan2,
  "==": (left, right) => (left === right ? 1 : 0),
  "!=": (left, right) => (left !== right ? 1 : 0),
  "<": (left, right) => (left < right ? 1 : 0),
  ">": (left, right) => (left > right ? 1 : 0),
  "<=": (left, right) => (left <= right ? 1 : 0),
  ">=": (left, right) => (left >= right ? 1 : 0),
};

/** Comparisons filter or give 0 and 1; everything else changes what is measured, so that the name is dropped. */
export function isComparison(op: ValueOp): boolean {
  return op === "==" || op === "!=" || op === "<" || op === ">" || op === "<=" || op === ">=";
}
