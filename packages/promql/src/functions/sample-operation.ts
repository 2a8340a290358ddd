import {
  type AddOutcome,
  addHistogram,
  areCompatible,
  compactHistogram,
  copyHistogram,
  divideHistogram,
  type FloatHistogram,
  histogramsEqual,
  multiplyHistogram,
  subtractHistogram,
  trimBuckets,
} from "@ferula/model";
import { isTrimOp } from "@ferula/promql-syntax";
import { FLOAT, HISTOGRAM } from "../columns.ts";
import type { SampleOp } from "../plan/nodes.ts";
import { isComparison, valueFunctions } from "./float-math.ts";

/** What there is to say about one operation: nothing, what else came of it, or why there is no result. */
export type OperationNote =
  | "none"
  | "incompatible types"
  | "incompatible buckets"
  | "bounds reconciled in addition"
  | "bounds reconciled in subtraction"
  | "reset collision in addition"
  | "reset collision in subtraction";

/** The result of an operator between two samples. One object serves all. */
export interface OperationResult {
  /** The histogram, where it is one; else `value`. */
  histogram: FloatHistogram | undefined;
  value: number;
  /** Of a comparison, whether it holds; `value` or `histogram` is then the left side. */
  isKept: boolean;
  /** There is no result at all; `note` says why. */
  isFailed: boolean;
  note: OperationNote;
}

/** A result to be overwritten. */
export function createOperationResult(): OperationResult {
  return { histogram: undefined, value: 0, isKept: false, isFailed: false, note: "none" };
}

/** One side of an operator at one step: `FLOAT` with its value, or `HISTOGRAM` with a histogram that is only read. */
export interface OperandSample {
  kind: number;
  value: number;
  histogram: FloatHistogram | undefined;
}

type Operation<Left, Right> = (left: Left, right: Right, result: OperationResult) => void;

const betweenHistograms: Partial<Record<SampleOp, Operation<FloatHistogram, FloatHistogram>>> = {
  "+": (left, right, result) => {
    if (!haveLayoutInCommon(left, right, result)) return;
    const sum = copyHistogram(left);
    noteOutcome(addHistogram(sum, right), "reset collision in addition", "bounds reconciled in addition", result);
    keepCompacted(sum, result);
  },
  "-": (left, right, result) => {
    if (!haveLayoutInCommon(left, right, result)) return;
    const difference = copyHistogram(left);
    noteOutcome(subtractHistogram(difference, right), "reset collision in subtraction", "bounds reconciled in subtraction", result);
    difference.counterResetHint = "gauge";
    keepCompacted(difference, result);
  },
  "==": (left, right, result) => {
    result.isKept = histogramsEqual(left, right);
    result.histogram = left;
  },
  "!=": (left, right, result) => {
    result.isKept = !histogramsEqual(left, right);
    result.histogram = left;
  },
};

const histogramWithFloat: Partial<Record<SampleOp, Operation<FloatHistogram, number>>> = {
  "*": (left, right, result) => keepScaled(left, right, result),
  "/": (left, right, result) => {
    const quotient = copyHistogram(left);
    divideHistogram(quotient, right);
    keepCompacted(quotient, result);
  },
  "</": (left, right, result) => keepTrimmed(left, right, "upper", result),
  ">/": (left, right, result) => keepTrimmed(left, right, "lower", result),
};

const floatWithHistogram: Partial<Record<SampleOp, Operation<number, FloatHistogram>>> = {
  "*": (left, right, result) => keepScaled(right, left, result),
};

/** Evaluates `op` between two samples of whatever kinds into `result` (promql/engine.go `vectorElemBinop`). */
export function operate(op: SampleOp, left: OperandSample, right: OperandSample, result: OperationResult): void {
  result.histogram = undefined;
  result.value = 0;
  result.isKept = true;
  result.isFailed = false;
  result.note = "none";
  if (left.histogram !== undefined && left.kind === HISTOGRAM) {
    if (right.histogram !== undefined && right.kind === HISTOGRAM) run(betweenHistograms[op], left.histogram, right.histogram, result);
    else run(histogramWithFloat[op], left.histogram, right.value, result);
  } else if (right.histogram !== undefined && right.kind === HISTOGRAM) {
    run(floatWithHistogram[op], left.value, right.histogram, result);
  } else {
    operateOnFloats(op, left.value, right.value, result);
  }
}

function operateOnFloats(op: SampleOp, left: number, right: number, result: OperationResult): void {
  if (isTrimOp(op)) {
    fail("incompatible types", result);
    return;
  }
  const value = valueFunctions[op](left, right);
  result.isKept = !isComparison(op) || value === 1;
  result.value = isComparison(op) ? left : value;
}

function run<Left, Right>(operation: Operation<Left, Right> | undefined, left: Left, right: Right, result: OperationResult): void {
  if (operation === undefined) fail("incompatible types", result);
  else operation(left, right, result);
}

/** How annotations call the kind of a sample. */
export function typeName(kind: number): string {
  return kind === FLOAT ? "float" : "histogram";
}

function fail(note: OperationNote, result: OperationResult): void {
  result.isKept = false;
  result.isFailed = true;
  result.note = note;
}

function haveLayoutInCommon(left: FloatHistogram, right: FloatHistogram, result: OperationResult): boolean {
  if (areCompatible(left, right)) return true;
  fail("incompatible buckets", result);
  return false;
}

/** Between vectors upstream drops a result whose sides disagree about resets, though it only warns. */
function noteOutcome(outcome: AddOutcome, collision: OperationNote, reconciled: OperationNote, result: OperationResult): void {
  if (outcome.counterResetCollision) fail(collision, result);
  else if (outcome.boundsReconciled) result.note = reconciled;
}

function keepCompacted(histogram: FloatHistogram, result: OperationResult): void {
  compactHistogram(histogram, 0);
  result.histogram = histogram;
}

function keepScaled(histogram: FloatHistogram, factor: number, result: OperationResult): void {
  const scaled = copyHistogram(histogram);
  multiplyHistogram(scaled, factor);
  keepCompacted(scaled, result);
}

function keepTrimmed(histogram: FloatHistogram, limit: number, end: "upper" | "lower", result: OperationResult): void {
  const trimmed = copyHistogram(histogram);
  trimBuckets(trimmed, limit, end);
  result.histogram = trimmed;
}
