import type { Labels } from "@ferula/model";
import { samplesOfSteps } from "../columns.ts";
import type { Grid } from "../grid.ts";
import type { ResultSink } from "./sink.ts";

/** A series of a result with the samples that it has; timestamps are milliseconds. */
export interface ResultSeries {
  readonly labels: Labels;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

/** A sink that hands on each series in arrays of its own. A scalar is one series without labels; a string has none. */
export function createSeriesSink(onSeries: (series: ResultSeries) => void): ResultSink {
  let grid: Grid = { startMs: 0, stepMs: 1, stepCount: 0 };
  return {
    begin: (_type, ownGrid) => {
      grid = ownGrid;
    },
    series: (labels, column) => onSeries({ labels, ...samplesOfSteps(column, grid) }),
    samples: (labels, { timestampsMs, values, length }) => {
      onSeries({ labels, timestampsMs: timestampsMs.slice(0, length), values: values.slice(0, length) });
    },
    scalar: (timeMs, value) => onSeries({ labels: [], timestampsMs: Float64Array.of(timeMs), values: Float64Array.of(value) }),
    text: () => undefined,
    end: () => undefined,
  };
}
