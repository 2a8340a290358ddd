import type { Labels } from "@ferula/model";
import { type CompactSamples, samplesOfSteps } from "../columns.ts";
import { type Grid, NO_STEPS } from "../grid.ts";
import type { ResultSink } from "./sink.ts";

/** A series of a result with the samples that it has; timestamps are milliseconds. */
export interface ResultSeries extends CompactSamples {
  readonly labels: Labels;
}

const NO_NUMBERS = new Float64Array(0);

/** A sink that hands on each series in arrays of its own. A scalar is one series without labels; a string has none. */
export function createSeriesSink(onSeries: (series: ResultSeries) => void): ResultSink {
  let grid: Grid = NO_STEPS;
  return {
    begin: (_type, ownGrid) => {
      grid = ownGrid;
    },
    series: (labels, column) => onSeries({ labels, ...samplesOfSteps(column, grid) }),
    samples: (labels, { timestampsMs, values, length }, histograms) => {
      onSeries({
        labels,
        timestampsMs: timestampsMs.slice(0, length),
        values: values.slice(0, length),
        histogramTimestampsMs: histograms.timestampsMs.slice(0, histograms.length),
        histograms: histograms.histograms.slice(0, histograms.length),
      });
    },
    scalar: (timeMs, value) => {
      const timestampsMs = Float64Array.of(timeMs);
      onSeries({ labels: [], timestampsMs, values: Float64Array.of(value), histogramTimestampsMs: NO_NUMBERS, histograms: [] });
    },
    text: () => undefined,
    end: () => undefined,
  };
}
