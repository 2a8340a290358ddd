import { createSampleColumns } from "@ferula/model";
import type { SeriesSet } from "@ferula/storage";
import type { Evaluation } from "../control.ts";
import type { SelectorInput } from "./context.ts";

const INITIAL_SAMPLES = 1024;

/** Wraps what a select found; asks for the query's end between series. */
export function createSelectorInput(set: SeriesSet, evaluation: Evaluation): SelectorInput {
  const columns = createSampleColumns(INITIAL_SAMPLES);
  let decodedIndex = -1;

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
  };
}
