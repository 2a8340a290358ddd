import type { Labels } from "@ferula/model";

/** Targets that were found together, and the labels they share. A group is known by its source: news replaces it. */
export interface TargetGroup {
  readonly source: string;
  /** At least `__address__` in each. */
  readonly targets: readonly Labels[];
  readonly labels: Labels;
}

/** A group without targets: what its source held is gone. */
export function emptyGroup(source: string): TargetGroup {
  return { source, targets: [], labels: [] };
}
