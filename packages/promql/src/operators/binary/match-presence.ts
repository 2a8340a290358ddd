import { ABSENT, type StepColumn } from "../../columns.ts";
import type { Operator } from "../operator.ts";

/** At which steps one side of a match has a sample. */
export interface MatchPresence {
  /** The indices of this side's series of each match, in the order of the series. */
  readonly members: ReadonlyMap<number, readonly number[]>;
  /** One byte a step, computed when first asked for; undefined where this side has no series of that match. */
  readonly of: (match: number) => Uint8Array | undefined;
  /** One byte a step, 1 where any series of this side has a sample; computed when first asked for. */
  readonly ofAny: () => Uint8Array;
}

/** `matchOf[i]` is the match that series i of `operator` belongs to. `scratch` is only used during a call. */
export function createMatchPresence(operator: Operator, matchOf: readonly number[], scratch: StepColumn, stepCount: number): MatchPresence {
  const members = indexByMatch(matchOf);
  const known = new Map<number, Uint8Array>();
  let any: Uint8Array | undefined;

  function addTo(union: Uint8Array, index: number): void {
    operator.read(index, scratch);
    for (let k = 0; k < stepCount; k++) if (scratch.present[k] !== ABSENT) union[k] = 1;
  }

  return {
    members,
    of: (match) => {
      const indices = members.get(match);
      if (indices === undefined) return undefined;
      let presence = known.get(match);
      if (presence === undefined) {
        presence = new Uint8Array(stepCount);
        for (const i of indices) addTo(presence, i);
        known.set(match, presence);
      }
      return presence;
    },
    ofAny: () => {
      if (any !== undefined) return any;
      any = new Uint8Array(stepCount);
      for (let i = 0; i < matchOf.length; i++) addTo(any, i);
      return any;
    },
  };
}

/** The indices of the series of each match. */
export function indexByMatch(matchOf: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const indices = new Map<number, number[]>();
  for (let i = 0; i < matchOf.length; i++) {
    const same = indices.get(matchOf[i]);
    if (same === undefined) indices.set(matchOf[i], [i]);
    else same.push(i);
  }
  return indices;
}
