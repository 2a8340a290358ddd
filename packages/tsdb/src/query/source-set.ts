import type { LabelSymbols, SeriesSet } from "@ferula/storage";
import type { SourceChunk } from "../compact/source-chunk.ts";

/**
 * The series that a select found in one source: the head or a block. Labels are told as the source's own symbols, so that those of several
 * sources are matched with each other as numbers; a symbol's text is read once.
 */
export interface SourceSet extends SeriesSet, LabelSymbols {
  /** Whether the series stand in the order of their labels. */
  readonly isSorted: boolean;
  /** Where two sets have the same one, their symbols have the same texts; as long as it is kept, they do. */
  readonly symbolSpace: object;
  /** The chunks of a series by ascending beginning, without what is deleted or outside the range of the select. */
  readonly chunks: (index: number) => Iterable<SourceChunk>;
}

/** A set of nothing. */
export const NO_SERIES: SourceSet = {
  seriesCount: 0,
  isSorted: true,
  symbols: new Uint32Array(0),
  symbolStart: () => 0,
  symbolCount: () => 0,
  symbolText: () => "",
  symbolSpace: {},
  labels: () => [],
  read: (_index, out) => {
    out.length = 0;
  },
  readHistograms: (_index, out) => {
    out.length = 0;
  },
  chunks: () => [],
};
