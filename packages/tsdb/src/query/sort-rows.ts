import { compareRows, type RankedLabels } from "./rank-labels.ts";

/**
 * The rows from `first` to before `end` in the order of their labels. Rows that ascend already are found and merged as they are: series are
 * mostly made in the order in which a target lists them.
 */
export function sortRows(labels: RankedLabels, first: number, end: number): Uint32Array {
  let rows = new Uint32Array(end - first);
  for (let i = 0; i < rows.length; i++) rows[i] = first + i;
  let other = new Uint32Array(rows.length);
  for (let runs = ascendingRuns(labels, rows); runs.length > 2; runs = halved(runs)) {
    for (let i = 0; i + 1 < runs.length; i += 2) {
      const runEnd = runs[i + 1];
      mergeRuns(labels, rows, other, runs[i], runEnd, i + 2 < runs.length ? runs[i + 2] : runEnd);
    }
    [rows, other] = [other, rows];
  }
  return rows;
}

/** Where each run begins, and where the last one ends. */
function ascendingRuns(labels: RankedLabels, rows: Uint32Array): number[] {
  const starts = [0];
  for (let i = 1; i < rows.length; i++) if (compareRows(labels, rows[i - 1], rows[i]) > 0) starts.push(i);
  if (rows.length > 0) starts.push(rows.length);
  return starts;
}

/** The beginnings of the runs after each two were merged. */
function halved(runs: readonly number[]): number[] {
  const end = runs[runs.length - 1];
  const starts = runs.slice(0, -1).filter((_, i) => i % 2 === 0);
  return [...starts, end];
}

/** Merges the runs `[start, middle)` and `[middle, end)` of `from` into `to`. */
function mergeRuns(labels: RankedLabels, from: Uint32Array, to: Uint32Array, start: number, middle: number, end: number): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    if (right === end || (left < middle && compareRows(labels, from[left], from[right]) <= 0)) to[at] = from[left++];
    else to[at] = from[right++];
  }
}
