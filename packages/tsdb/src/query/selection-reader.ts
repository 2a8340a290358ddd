import { createChunkReader } from "@ferula/chunks";
import { type Files, nodeFiles } from "@ferula/files";
import type { SharedMemory } from "@ferula/kernels";
import type { ChunkSeriesSet, LabelListing, SeriesSet } from "@ferula/storage";
import { selectBlockSeries } from "../block/block-series.ts";
import { PageCache } from "../block/page-cache.ts";
import { HEAD_CHUNKS_FOLDER } from "../db/folders.ts";
import { headChunkFileNumber } from "../head-chunks/format.ts";
import { HeadChunkReader } from "../head-chunks/head-chunk-reader.ts";
import { openHeadSelection, type HeadSeriesSet } from "../read/open-head-selection.ts";
import { createSymbolReader, type SymbolReader } from "../read/symbol-reader.ts";
import type { DbLabelSelection, DbSelection } from "./db-selection.ts";
import { headSource } from "./head-source.ts";
import { createMatcherReader } from "./matchers.ts";
import { listInBlocks, listTexts, mergeListings } from "./merge-listings.ts";
import { mergeChunkSets, mergeSets, mergeSetsWithStarts } from "./merge-sets.ts";
import { OpenBlocks } from "./open-blocks.ts";
import { LabelRanker } from "./rank-labels.ts";
import type { SourceSet } from "./source-set.ts";

/** What a thread reads selections with. */
export interface SelectionReaderOptions {
  /** The memory that holds the head. */
  readonly shared: SharedMemory;
  /** The folder of the database. */
  readonly dir: string;
  /** Where the folder is. Default: `nodeFiles`. */
  readonly files?: Files;
  /** An address from `Db.reserveDecodeScratch`, for this thread alone; with it chunks are decoded by the kernel. */
  readonly decodeScratch?: number;
}

/** Reads selections of a database on a thread of its own, and keeps from one to the next what is costly to open. */
export interface SelectionReader {
  /**
   * The series of a selection, which must not have been released. Throws PromError("internal") that says where when a block can't be read,
   * at once or when its chunks are read.
   */
  readonly open: (selection: DbSelection) => SeriesSet;
  /** The series of a selection that was made for chunks, chunk by chunk. Throws as `open` does. */
  readonly openChunks: (selection: DbSelection) => ChunkSeriesSet;
  /**
   * The names or values of a selection of labels; `limit` 0 is no limit. With `fits`, which there must be no limit with, those of the head
   * that don't fit are left out: sorting what is thrown away costs more than all the rest. Throws as `open` does.
   */
  readonly listLabels: (selection: DbLabelSelection, limit: number, fits?: (text: string) => boolean) => LabelListing;
  /** Closes files that are no longer there, as they take room on the disk until then; to be called now and then while no set is read. */
  readonly closeRemoved: () => void;
  /** Closes all files. */
  readonly close: () => void;
}

/** A reader for the calling thread. */
export function createSelectionReader({ shared, dir, files = nodeFiles, decodeScratch }: SelectionReaderOptions): SelectionReader {
  const symbolReader = createSymbolReader(shared);
  const pageCache = new PageCache();
  const headChunksFolder = `${dir}/${HEAD_CHUNKS_FOLDER}`;
  const headChunks = new HeadChunkReader({ files, folder: headChunksFolder, pageCache });
  const openBlocks = new OpenBlocks(files, pageCache);
  const { readBytes, readRun } = createChunkReader(shared, decodeScratch);
  const readMatchers = createMatcherReader();
  const ranker = new LabelRanker();

  function sourcesOf({ head, blocks, matchers }: DbSelection, headSet: HeadSeriesSet): SourceSet[] {
    const made = readMatchers(matchers);
    const { minTimeMs, maxTimeMs } = head;
    const ofBlocks = blocks.map((block) => selectBlockSeries(openBlocks.get(block), minTimeMs, maxTimeMs, made, { readBytes, readRun }));
    return [headSource(head, headSet, symbolReader), ...ofBlocks];
  }

  function openHead({ head }: DbSelection): HeadSeriesSet {
    return openHeadSelection(shared, head, { decodeScratch, symbolReader, headChunks });
  }

  return {
    open(selection) {
      const headSet = openHead(selection);
      if (selection.head.details !== undefined) return mergeSetsWithStarts(sourcesOf(selection, headSet), ranker);
      // Fast path: most queries ask for what is in the head.
      return selection.blocks.length === 0 ? headSet : mergeSets(sourcesOf(selection, headSet), ranker);
    },
    openChunks: (selection) => mergeChunkSets(sourcesOf(selection, openHead(selection)), ranker),
    listLabels({ symbols, symbolGeneration, ofLabel, minTimeMs, maxTimeMs, blocks, matchers }, limit, fits) {
      // The memory may have grown on another thread since this one looked at it.
      shared.refresh();
      symbolReader.enter(symbolGeneration);
      const inHead = listTexts(textsOf(symbols, symbolReader, fits), limit);
      const made = readMatchers(matchers);
      const opened = blocks.map((block) => openBlocks.get(block));
      const inBlocks = listInBlocks(opened, minTimeMs, maxTimeMs, (querier) =>
        ofLabel === undefined ? querier.labelNames(made, limit) : querier.labelValues(ofLabel, made, limit),
      );
      return mergeListings([...inBlocks, inHead], limit);
    },
    closeRemoved() {
      openBlocks.closeRemoved();
      headChunks.forgetBefore(oldestHeadChunkFile(files, headChunksFolder));
    },
    close() {
      openBlocks.close();
      headChunks.close();
    },
  };
}

function textsOf(symbols: Uint32Array, { textOfMany }: SymbolReader, fits: ((text: string) => boolean) | undefined): readonly string[] {
  const text = textOfMany(symbols.length);
  const texts: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const one = text(symbols[i]);
    if (fits === undefined || fits(one)) texts.push(one);
  }
  return texts;
}

/** Infinity when there is none; 0 when that can't be told. */
function oldestHeadChunkFile(files: Files, folder: string): number {
  try {
    return files.readFolder(folder).reduce((oldest, name) => Math.min(oldest, headChunkFileNumber(name) ?? Infinity), Infinity);
  } catch {
    // Nothing is closed then: it is asked again.
    return 0;
  }
}
