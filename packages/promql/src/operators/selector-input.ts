import { createHistogramColumns, createSampleColumns } from "@ferula/model";
import type { SeriesSet } from "@ferula/storage";
import type { Evaluation } from "../control.ts";
import type { SelectorInput } from "./context.ts";
import { createStartColumns } from "./start-columns.ts";

const INITIAL_SAMPLES = 1024;

/** Wraps what a select found; asks for the query's end between series. */
export function createSelectorInput(set: SeriesSet, evaluation: Evaluation): SelectorInput {
  const columns = createSampleColumns(INITIAL_SAMPLES);
  const histogramColumns = createHistogramColumns(0);
  const startColumns = createStartColumns();
  let decodedIndex = -1;
  let decodedHistogramsIndex = -1;
  const wasRead = new Uint8Array(set.seriesCount);

  function readHistograms(index: number): boolean {
    decodedHistogramsIndex = -1;
    set.readHistograms(index, histogramColumns);
    decodedHistogramsIndex = index;
    wasRead[index] = 1;
    if (histogramColumns.length > 0) evaluation.sawHistograms = true;
    return histogramColumns.length > 0;
  }

  evaluation.searchHistogramsBy(() => {
    for (let i = 0; i < set.seriesCount; i++) if (wasRead[i] === 0 && readHistograms(i)) return true;
    return false;
  });

  return {
    seriesCount: set.seriesCount,
    set,
    samples: (index) => {
      if (index === decodedIndex) return columns;
      evaluation.check();
      decodedIndex = -1;
      set.read(index, columns);
      decodedIndex = index;
      return columns;
    },
    histograms: (index) => {
      if (index !== decodedHistogramsIndex) readHistograms(index);
      return histogramColumns;
    },
    starts: (index) => {
      startColumns.length = 0;
      set.readStarts?.(index, startColumns);
      return startColumns;
    },
  };
}
