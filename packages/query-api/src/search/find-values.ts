import { BestScores } from "./best-scores.ts";
import type { Scorer } from "./scorer.ts";

/** In which order values are found: by themselves, rising or falling, or the highest score first and then rising. */
export type SearchOrder = "rising" | "falling" | "score";

/** What is found and in which order. */
export interface FindOptions {
  /** Undefined: every value fits, and has 1. */
  readonly scorer: Scorer | undefined;
  readonly order: SearchOrder;
  /** Of the first in order no more are found. */
  readonly limit: number;
  /** Called now and then; what it throws ends the search. */
  readonly check: () => void;
}

/** Values that fit, in order: which they are, and their scores. */
export interface FoundValues {
  readonly indexes: Uint32Array;
  readonly scores: Float64Array;
}

/** How many values go by before `check` is called: one may take as long as some tens of microseconds. */
export const VALUES_BETWEEN_CHECKS = 256;

/** Finds those of `values`, which are sorted, that fit. Without an order of scores no more values are looked at than it takes. */
export function findValues(values: readonly string[], options: FindOptions): FoundValues {
  // Where all have the same score, they are in the order of the values.
  return options.order === "score" && options.scorer !== undefined ? findBest(values, options.scorer, options) : findFirst(values, options);
}

function findBest(values: readonly string[], scorer: Scorer, { limit, check }: FindOptions): FoundValues {
  const best = new BestScores(limit);
  for (let i = 0; i < values.length; i++) {
    if (i % VALUES_BETWEEN_CHECKS === 0) check();
    const score = scorer(values[i]);
    if (score > 0) best.offer(i, score);
  }
  return best.take();
}

function findFirst(values: readonly string[], { scorer, order, limit, check }: FindOptions): FoundValues {
  const most = Math.min(values.length, limit);
  const indexes = new Uint32Array(most);
  const scores = new Float64Array(most);
  const last = values.length - 1;
  let length = 0;
  for (let i = 0; i <= last && length < most; i++) {
    if (i % VALUES_BETWEEN_CHECKS === 0) check();
    const index = order === "falling" ? last - i : i;
    const score = scorer === undefined ? 1 : scorer(values[index]);
    if (score === 0) continue;
    indexes[length] = index;
    scores[length++] = score;
  }
  return { indexes: indexes.subarray(0, length), scores: scores.subarray(0, length) };
}
