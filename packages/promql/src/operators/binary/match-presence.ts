import type { StepColumn } from "../../columns.ts";
import type { Operator } from "../operator.ts";

/** At which steps one side of a match has a sample. */
export interface MatchPresence {
  /** Whether this side has any series of that match. */
  readonly has: (match: number) => boolean;
  /** One byte a step, computed when first asked for; undefined when `has` says no. */
  readonly of: (match: number) => Uint8Array | undefined;
  /** The indices of this side's series of that match. */
  readonly members: (match: number) => readonly number[];
}

const NO_MEMBERS: readonly number[] = [];

/** `matchOf[i]` is the match that series i of `operator` belongs to. `scratch` is only used during a call. */
export function createMatchPresence(operator: Operator, matchOf: readonly number[], scratch: StepColumn, stepCount: number): MatchPresence {
  const members = new Map<number, number[]>();
  for (let i = 0; i < matchOf.length; i++) {
    const same = members.get(matchOf[i]);
    if (same === undefined) members.set(matchOf[i], [i]);
    else same.push(i);
  }
  const known = new Map<number, Uint8Array>();

  function compute(indices: readonly number[]): Uint8Array {
    const union = new Uint8Array(stepCount);
    for (const i of indices) {
      operator.read(i, scratch);
      for (let k = 0; k < stepCount; k++) union[k] |= scratch.present[k];
    }
    return union;
  }

  return {
    has: (match) => members.has(match),
    of: (match) => {
      const indices = members.get(match);
      if (indices === undefined) return undefined;
      let presence = known.get(match);
      if (presence === undefined) {
        presence = compute(indices);
        known.set(match, presence);
      }
      return presence;
    },
    members: (match) => members.get(match) ?? NO_MEMBERS,
  };
}
