import type { SharedMemory } from "@ferula/kernels";
import { PromError } from "@ferula/model";
import type { BlockChunk, BlockRange, BlockSeries, BlockSource } from "../block/write-block.ts";
import type { EncodeOptions } from "../compact/encode-samples.ts";
import type { HeadPart } from "../head/chunk-picker.ts";
import { deletedOf } from "../read/deleted-times.ts";
import type { HeadSelection } from "../read/head-selection.ts";
import type { SymbolReader } from "../read/symbol-reader.ts";
import { type HeadSeriesPage, type HeadSource, seriesPages } from "./head-source.ts";
import { rangedChunks } from "./ranged-chunks.ts";
import { type SortedSeries, sortSeries } from "./sort-series.ts";

/** What a selection of the head has of its series. */
export interface SelectedChunks {
  readonly seriesCount: number;
  /**
   * Visits the chunks of a series, those of samples in order by ascending time; others may overlap them. The bytes are good while a chunk
   * is visited.
   */
  readonly forEachChunk: (index: number, visit: (chunk: BlockChunk) => void) => void;
}

/** What a block of the head is written with. */
export interface HeadBlockDeps {
  readonly shared: SharedMemory;
  readonly head: HeadSource;
  readonly symbolReader: SymbolReader;
  readonly openSelection: (selection: HeadSelection) => SelectedChunks;
  /** For chunks that overlap. */
  readonly encoding: EncodeOptions;
  /** Asked at each series; once it says so, the work ends with a PromError("canceled"). */
  readonly isCanceled: () => boolean;
}

/** What of the head becomes a block. */
export interface HeadBlockPlan {
  readonly part: HeadPart;
  readonly range: BlockRange;
  /** The series; all of them by default. */
  readonly refs?: Uint32Array | undefined;
}

/** So many series are asked for at once: it bounds the memory that a selection takes, and how long the head's thread stands still. */
const SERIES_A_SLICE = 1000;

/** Series of the head in the order of their labels, as the source of a block. Chunks wholly inside of the range are passed on as they are. */
export function headBlockSource(deps: HeadBlockDeps, { part, range, refs: chosen }: HeadBlockPlan): BlockSource {
  const { shared, head, symbolReader } = deps;
  const refs = chosen ?? head.refs();
  const { labelAddresses, symbolGeneration } = labelsOf(head, refs);
  const sorted = sortSeries(shared, labelAddresses);
  return {
    *symbols(): Generator<string> {
      symbolReader.enter(symbolGeneration);
      for (const symbol of sorted.symbols) yield symbolReader.text(symbol);
    },
    *series(): Generator<BlockSeries> {
      const all = { ...sorted, refs, labelAddresses };
      for (let start = 0; start < refs.length; start += SERIES_A_SLICE) yield* seriesOfSlice(deps, all, start, { part, range });
    },
  };
}

function labelsOf(head: HeadSource, refs: Uint32Array): Pick<HeadSeriesPage, "labelAddresses" | "symbolGeneration"> {
  const labelAddresses = new Uint32Array(refs.length);
  let symbolGeneration = 0;
  let length = 0;
  for (const page of seriesPages(head, refs)) {
    labelAddresses.set(page.labelAddresses, length);
    length += page.labelAddresses.length;
    ({ symbolGeneration } = page);
  }
  return { labelAddresses, symbolGeneration };
}

interface AllSeries extends SortedSeries {
  readonly refs: Uint32Array;
  readonly labelAddresses: Uint32Array;
}

/** The series from `start` on; those without chunks in the range are left out. */
function* seriesOfSlice(
  { head, encoding, isCanceled, openSelection }: HeadBlockDeps,
  { order, ranks, rowStart, refs, labelAddresses }: AllSeries,
  start: number,
  { part, range }: HeadBlockPlan,
): Generator<BlockSeries> {
  const slice = order.subarray(start, start + SERIES_A_SLICE);
  const wanted = slice.map((index) => refs[index]);
  const selection = head.select(part, wanted, range.minTimeMs, range.maxTimeMs - 1);
  try {
    const selected = openSelection(selection);
    let next = 0;
    for (let i = 0; i < selected.seriesCount; i++) {
      if (isCanceled()) throw new PromError("canceled", "cannot go on writing a block of the head: it was canceled");
      // The selection tells of a series by the address of its labels, which no other has.
      while (labelAddresses[slice[next]] !== selection.labelAddresses[i]) next++;
      const index = slice[next];
      const labelSymbols = ranks.subarray(rowStart[index], rowStart[index + 1]);
      yield { labelSymbols, chunks: rangedChunks(selected, i, { range, encoding, deleted: deletedOf(selection.deleted, i) }) };
    }
  } finally {
    head.release(selection.pin);
  }
}
