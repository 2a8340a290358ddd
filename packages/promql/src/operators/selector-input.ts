import { createHistogramColumns, createSampleColumns, growSampleColumns, type SampleColumns } from "@ferula/model";
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
  // The series that was read for one operator alone. When another one asks for it, too, they share what is decoded from then on.
  let givenIndex = -1;
  let isShared = false;
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

  function samples(index: number): SampleColumns {
    if (index === decodedIndex) return columns;
    if (index === givenIndex) isShared = true;
    evaluation.check();
    decodedIndex = -1;
    set.read(index, columns);
    decodedIndex = index;
    return columns;
  }

  return {
    seriesCount: set.seriesCount,
    set,
    samples,
    samplesInto: (index, out) => {
      if (isShared || index === decodedIndex || index === givenIndex) {
        copySamples(samples(index), out);
        return;
      }
      evaluation.check();
      givenIndex = -1;
      set.read(index, out);
      givenIndex = index;
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

function copySamples({ timestampsMs, valueBits, length }: SampleColumns, out: SampleColumns): void {
  growSampleColumns(out, length);
  out.timestampsMs.set(timestampsMs.subarray(0, length));
  // Bits, not doubles: copying a stale marker as a number may change it.
  out.valueBits.set(valueBits.subarray(0, 2 * length));
  out.length = length;
}
