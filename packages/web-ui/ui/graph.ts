import type { MatrixSeries } from "./api.ts";

/** A graph has room for about this many points; upstream's "auto" resolution uses the same number. */
const POINTS = 250;

/** The shortest graph that one can zoom to, in seconds. */
export const SHORTEST_RANGE_S = 10;

/** The times of a graph, in seconds. */
export interface GraphRange {
  readonly startS: number;
  readonly endS: number;
  readonly stepS: number;
}

/** The range of a graph that shows `rangeS` up to `endS`, at multiples of its step: drawn anew a little later, it does not flicker. */
export function graphRange(rangeS: number, endS: number): GraphRange {
  const stepS = Math.max(1, Math.floor(rangeS / POINTS));
  const alignedS = Math.floor(endS / stepS) * stepS;
  return { startS: alignedS - Math.ceil(rangeS / stepS) * stepS, endS: alignedS, stepS };
}

/** The times of a graph, then the values of each series at these times; null where a series has none, or none that can be drawn. */
export type GraphColumns = [times: number[], ...lines: (number | null)[][]];

/** Lays series whose samples are `stepS` apart over one axis of time, from the first of their samples to the last. */
export function graphColumns(series: readonly MatrixSeries[], stepS: number): GraphColumns {
  const times = series.flatMap(({ values = [] }) => values.map(([time]) => time));
  if (times.length === 0) return [[], ...series.map(() => [])];
  const first = times.reduce((a, b) => Math.min(a, b));
  const count = Math.round((times.reduce((a, b) => Math.max(a, b)) - first) / stepS) + 1;
  const axis = Array.from({ length: count }, (_, i) => first + i * stepS);
  const lines = series.map(({ values = [] }) => {
    const line: (number | null)[] = Array.from({ length: count }, () => null);
    for (const [time, value] of values) line[Math.round((time - first) / stepS)] = finite(Number(value));
    return line;
  });
  return [axis, ...lines];
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
