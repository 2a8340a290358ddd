/** How many rules of all groups may be evaluated beside the one that each group evaluates anyway. */
export interface EvalSlots {
  /** Takes a slot; false when there is none. */
  readonly take: () => boolean;
  readonly release: () => void;
}

/** So many slots. */
export function createEvalSlots(count: number): EvalSlots {
  let free = count;
  return {
    take() {
      if (free <= 0) return false;
      free--;
      return true;
    },
    release: () => void free++,
  };
}
