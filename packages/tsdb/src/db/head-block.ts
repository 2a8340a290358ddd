import type { SharedMemory } from "@ferula/kernels";
import { PromError } from "@ferula/model";
import type { BlockChunk, BlockRange, BlockSeries, BlockSource } from "../block/write-block.ts";
import type { EncodeOptions } from "../compact/encode-samples.ts";
import type { HeadPart } from "../head/chunk-picker.ts";
import { deletedOf } from "../read/deleted-times.ts";
import type { HeadSelection } from "../read/head-selection.ts";
import type { SymbolReader } from "../read/symbol-reader.ts";
import type { HeadSource } from "./head-source.ts";
import { rangedChunks } from "./ranged-chunks.ts";
import { sortSeries } from "./sort-series.ts";

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
  const { refs, labelAddresses, symbolGeneration } = head.series(chosen);
  const { order, symbols } = sortSeries(shared, labelAddresses);
  return {
    *symbols(): Generator<string> {
      symbolReader.enter(symbolGeneration);
      for (const symbol of symbols) yield symbolReader.text(symbol);
    },
    *series(): Generator<BlockSeries> {
      for (let start = 0; start < order.length; start += SERIES_A_SLICE) {
        const slice = order.subarray(start, start + SERIES_A_SLICE).map((index) => refs[index]);
        yield* seriesOfSlice(deps, part, slice, range);
      }
    },
  };
}

function* seriesOfSlice(deps: HeadBlockDeps, part: HeadPart, refs: Uint32Array, range: BlockRange): Generator<BlockSeries> {
  const { head, symbolReader, encoding, isCanceled } = deps;
  const selection = head.select(part, refs, range.minTimeMs, range.maxTimeMs - 1);
  try {
    const selected = deps.openSelection(selection);
    for (let i = 0; i < selected.seriesCount; i++) {
      if (isCanceled()) throw new PromError("canceled", "cannot go on writing a block of the head: it was canceled");
      const labels = symbolReader.labels(selection.labelAddresses[i]);
      yield { labels, chunks: rangedChunks(selected, i, { range, encoding, deleted: deletedOf(selection.deleted, i) }) };
    }
  } finally {
    head.release(selection.pin);
  }
}
