import { STEP_SECONDS, STEPS } from "../series.ts";

/** The times that a tour asks of, in seconds. */
export interface Times {
  /** Of the first written sample. */
  readonly from: number;
  /** Of the last. */
  readonly to: number;
  /** A range in which the written series are, and nothing else. */
  readonly range: { readonly start: number; readonly end: number };
}

/** The times around the written series, the newest samples of which are at `to`. */
export function timesOf(to: number): Times {
  const from = to - (STEPS - 1) * STEP_SECONDS;
  return { from, to, range: { start: from, end: to } };
}
