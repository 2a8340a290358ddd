import type { Files } from "@ferula/files";
import { PromError } from "@ferula/model";
import type { Queryable } from "@ferula/storage";
import { runSteps, type Steps } from "../steps.ts";
import { blockQuerier, type BlockQuerier } from "./block-querier.ts";
import { openChunkSegments, type ChunkSegments } from "./chunk-reader.ts";
import { openIndexInSteps, type IndexReader } from "./index-reader.ts";
import { readMeta, type BlockMeta } from "./meta.ts";
import { PageCache } from "./page-cache.ts";
import type { SelectionCache } from "./selection-cache.ts";
import { readTombstones, type Tombstones } from "./tombstones.ts";

/** A block on disk that is open for reading. Nothing of it changes. */
export interface BlockReader extends Queryable {
  /** Another for each that this thread opens, so that one opened anew, with other tombstones, is told from the one before. */
  readonly id: number;
  readonly dir: string;
  readonly meta: BlockMeta;
  /** What its files take together. */
  readonly sizeBytes: number;
  readonly index: IndexReader;
  readonly chunks: ChunkSegments;
  readonly tombstones: Tombstones;
  readonly selections: SelectionCache | undefined;
  /** Whether it has a part in `[minTimeMs, maxTimeMs]`. */
  readonly overlaps: (minTimeMs: number, maxTimeMs: number) => boolean;
  readonly querier: (minTimeMs: number, maxTimeMs: number) => BlockQuerier;
  /** Takes no more queriers; the files are closed when the last of those that are open is. */
  readonly close: () => void;
}

/** How a block is opened. */
export interface OpenBlockOptions {
  /** Where pages are kept that were read; a thread shares one among its blocks. One of its own by default. */
  readonly pageCache?: PageCache;
  /** Where a thread keeps what selections found in its blocks. Left out, nothing is kept. */
  readonly selections?: SelectionCache | undefined;
}

let lastId = 0;

/**
 * Opens the block in `dir`. Throws PromError("internal") that says what is damaged and where, when its description, its tables or its
 * tombstones are; damage to single series, postings and chunks is told when they are read. A file that is missing is the file system's
 * error.
 */
export function openBlock(files: Files, dir: string, options?: OpenBlockOptions): BlockReader {
  return runSteps(openBlockInSteps(files, dir, options));
}

/** As `openBlock`. */
export function* openBlockInSteps(
  files: Files,
  dir: string,
  { pageCache = new PageCache(), selections }: OpenBlockOptions = {},
): Steps<BlockReader> {
  const { meta, sizeBytes: metaBytes } = readMeta(files, dir);
  const { tombstones, sizeBytes: tombstonesBytes } = readTombstones(files, dir);
  const chunks = openChunkSegments(files, dir, pageCache);
  let index: IndexReader;
  try {
    index = yield* openIndexInSteps(files, dir, pageCache);
  } catch (error) {
    chunks.close();
    throw error;
  }
  let openQueriers = 0;
  let isClosing = false;
  let isClosed = false;
  const closeWhenUnused = (): void => {
    if (!isClosing || isClosed || openQueriers > 0) return;
    isClosed = true;
    index.close();
    chunks.close();
  };
  const overlaps = (minTimeMs: number, maxTimeMs: number): boolean => meta.minTime <= maxTimeMs && minTimeMs < meta.maxTime;
  const parts = { id: ++lastId, dir, index, chunks, tombstones, selections };
  return {
    ...parts,
    meta,
    sizeBytes: metaBytes + tombstonesBytes + chunks.sizeBytes + index.sizeBytes,
    overlaps,
    querier(minTimeMs, maxTimeMs) {
      if (isClosing) throw new PromError("internal", `cannot read ${dir}: the block is being closed`);
      openQueriers++;
      return blockQuerier(parts, minTimeMs, maxTimeMs, overlaps(minTimeMs, maxTimeMs), () => {
        openQueriers--;
        closeWhenUnused();
      });
    },
    close() {
      isClosing = true;
      closeWhenUnused();
    },
  };
}
