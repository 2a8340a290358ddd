import { type Files, nodeFiles } from "@ferula/files";
import type { SharedMemory } from "@ferula/kernels";
import type { SeriesSet } from "@ferula/storage";
import { selectBlockSeries } from "../block/block-series.ts";
import { PageCache } from "../block/page-cache.ts";
import { HEAD_CHUNKS_FOLDER } from "../db/folders.ts";
import { headChunkFileNumber } from "../head-chunks/format.ts";
import { HeadChunkReader } from "../head-chunks/head-chunk-reader.ts";
import { openHeadSelection } from "../read/open-head-selection.ts";
import { createSymbolReader } from "../read/symbol-reader.ts";
import type { DbSelection } from "./db-selection.ts";
import { headSource } from "./head-source.ts";
import { createMatcherReader } from "./matchers.ts";
import { mergeSets } from "./merge-sets.ts";
import { OpenBlocks } from "./open-blocks.ts";

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
  const readMatchers = createMatcherReader();
  return {
    open({ head, blocks, matchers }) {
      const headSet = openHeadSelection(shared, head, { decodeScratch, symbolReader, headChunks });
      // Fast path: most queries ask for what is in the head.
      if (blocks.length === 0) return headSet;
      const source = headSource(shared, head, headSet, symbolReader);
      const made = readMatchers(matchers);
      const { minTimeMs, maxTimeMs } = head;
      const ofBlocks = blocks.map((block) => selectBlockSeries(openBlocks.get(block), minTimeMs, maxTimeMs, made));
      return mergeSets([source, ...ofBlocks]);
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

/** Infinity when there is none; 0 when that can't be told. */
function oldestHeadChunkFile(files: Files, folder: string): number {
  try {
    return files.readFolder(folder).reduce((oldest, name) => Math.min(oldest, headChunkFileNumber(name) ?? Infinity), Infinity);
  } catch {
    // Nothing is closed then: it is asked again.
    return 0;
  }
}
