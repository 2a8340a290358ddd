import type { Annotations } from "@ferula/model";
import type { OperationNote } from "../../functions/sample-operation.ts";
import { boundsReconciled, incompatibleBuckets, incompatibleTypes, resetCollision } from "../../histogram-annotations.ts";
import type { SampleOp, TextRange } from "../../plan/nodes.ts";

/**
 * What operations between the series of two vectors have to say. Of a step, upstream tells what came last in the order of the series of
 * its "many" side, and nothing else (promql/engine.go `VectorBinop`); series are read here in any order, so that order is kept.
 */
export interface StepNotes {
  /** Notes what came of the operation of series `order` at step `k` between samples of these types. */
  readonly note: (k: number, order: number, note: OperationNote, leftType: string, rightType: string) => void;
  /** Adds an annotation for each different thing that was said last at some step. */
  readonly addTo: (annotations: Annotations) => void;
}

interface LastNote {
  readonly note: OperationNote;
  readonly leftType: string;
  readonly rightType: string;
  readonly order: number;
}

/** Notes of an operator at `pos`. */
export function createStepNotes(op: SampleOp, pos: TextRange): StepNotes {
  const last = new Map<number, LastNote>();
  return {
    note: (k, order, note, leftType, rightType) => {
      const known = last.get(k);
      if (known === undefined || known.order <= order) last.set(k, { note, leftType, rightType, order });
    },
    addTo: (annotations) => {
      for (const { note, leftType, rightType } of last.values()) ADD[note](annotations, op, pos, leftType, rightType);
    },
  };
}

type AddNote = (annotations: Annotations, op: SampleOp, pos: TextRange, leftType: string, rightType: string) => void;

const ADD: Readonly<Record<OperationNote, AddNote>> = {
  none: () => undefined,
  "incompatible types": (annotations, op, pos, leftType, rightType) => incompatibleTypes(annotations, leftType, op, rightType, pos),
  "incompatible buckets": (annotations, op, pos) => incompatibleBuckets(annotations, op, pos),
  "bounds reconciled in addition": (annotations, _op, pos) => boundsReconciled(annotations, "addition", pos),
  "bounds reconciled in subtraction": (annotations, _op, pos) => boundsReconciled(annotations, "subtraction", pos),
  "reset collision in addition": (annotations, _op, pos) => resetCollision(annotations, "addition", pos),
  "reset collision in subtraction": (annotations, _op, pos) => resetCollision(annotations, "subtraction", pos),
};
