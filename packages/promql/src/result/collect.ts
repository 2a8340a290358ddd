import type { Labels } from "@ferula/model";
import type { Grid } from "../grid.ts";
import type { ResultSink, ResultType } from "./sink.ts";

/** A series of a result with the samples that it has; timestamps are milliseconds. */
export interface ResultSeries {
  readonly labels: Labels;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** A result in memory. A scalar is one series without labels; a string has its text and no series. */
export interface CollectedResult {
  readonly type: ResultType;
  readonly series: readonly ResultSeries[];
  readonly text: string;
}

/** Gathers a result in memory, for rules and tests. */
export function createCollector(): { readonly sink: ResultSink; readonly result: () => CollectedResult } {
  let type: ResultType = "vector";
  let grid: Grid = { startMs: 0, stepMs: 1, stepCount: 0 };
  let text = "";
  const collected: ResultSeries[] = [];

  const sink: ResultSink = {
    begin: (ownType, ownGrid) => {
      type = ownType;
      grid = ownGrid;
    },
    series: (labels, { values, present }) => {
      const timestampsMs = new Float64Array(grid.stepCount);
      const own = new Float64Array(grid.stepCount);
      let count = 0;
      for (let k = 0; k < grid.stepCount; k++) {
        if (present[k] === 0) continue;
        timestampsMs[count] = grid.startMs + k * grid.stepMs;
        own[count++] = values[k];
      }
      collected.push({ labels, timestampsMs: timestampsMs.slice(0, count), values: own.slice(0, count) });
    },
    samples: (labels, samples) => {
      const { length } = samples;
      collected.push({ labels, timestampsMs: samples.timestampsMs.slice(0, length), values: samples.values.slice(0, length) });
    },
    scalar: (timeMs, value) => {
      collected.push({ labels: [], timestampsMs: Float64Array.of(timeMs), values: Float64Array.of(value) });
    },
    text: (_timeMs, ownText) => {
      text = ownText;
    },
    end: () => undefined,
  };
  return { sink, result: () => ({ type, series: collected, text }) };
}
