import type { Labels } from "./labels.ts";

/** An exemplar of the series `ref`: one observation and, in its labels, where to learn more of it (a trace). */
export interface ExemplarRow {
  readonly ref: number;
  readonly timestampMs: number;
  readonly value: number;
  readonly labels: Labels;
}
