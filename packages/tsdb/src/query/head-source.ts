import type { SourceChunk } from "../compact/source-chunk.ts";
import { deletedOf } from "../read/deleted-times.ts";
import type { HeadSelection } from "../read/head-selection.ts";
import type { HeadSeriesSet } from "../read/open-head-selection.ts";
import type { SymbolReader } from "../read/symbol-reader.ts";
import { chunksWithin } from "./chunks-within.ts";
import type { SourceSet } from "./source-set.ts";

/** The series of the head, which `set` reads, as a source among others. Its chunks are read of selections with details only. */
export function headSource(selection: HeadSelection, set: HeadSeriesSet, symbolReader: SymbolReader): SourceSet {
  const { minTimeMs, maxTimeMs, deleted } = selection;
  return {
    seriesCount: set.seriesCount,
    labels: set.labels,
    read: set.read,
    readHistograms: set.readHistograms,
    isSorted: false,
    ...set.labelSymbols,
    symbolSpace: symbolSpaceOf(symbolReader, selection.symbolGeneration),
    chunks: (index) => chunksWithin(chunksOf(set, index), minTimeMs, maxTimeMs, deletedOf(deleted, index)),
  };
}

interface SymbolSpace {
  readonly generation: number;
}

/** Of the newest generation that each reader was asked for. */
const symbolSpaces = new WeakMap<SymbolReader, SymbolSpace>();

/** An older selection is of the newest generation, too: what it names can't have been used again, see `SymbolReader.enter`. */
function symbolSpaceOf(symbolReader: SymbolReader, generation: number): SymbolSpace {
  let space = symbolSpaces.get(symbolReader);
  if (space === undefined || space.generation < generation) symbolSpaces.set(symbolReader, (space = { generation }));
  return space;
}

/** Copies of the chunks of a series by ascending beginning: the head hands those out of order behind the others. */
function chunksOf(set: HeadSeriesSet, index: number): SourceChunk[] {
  const chunks: SourceChunk[] = [];
  set.forEachChunk(index, ({ encoding, bytes, minTimeMs, maxTimeMs }) => {
    const chunk = { encoding, bytes: bytes.slice() };
    chunks.push({ minTimeMs, maxTimeMs, read: () => chunk, place: () => PLACE });
  });
  return chunks.sort((a, b) => a.minTimeMs - b.minTimeMs);
}

/** What was read of the head and turns out to be damaged has left no other trace. */
const PLACE = { path: "the head's chunks", offset: 0 };
