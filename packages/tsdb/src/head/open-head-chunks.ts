import { openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import { createTimeSlice } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { SeriesRef } from "@ferula/storage";
import type { HeadChunk } from "../head-chunks/chunk-entry.ts";
import { HeadChunkFiles } from "../head-chunks/head-chunk-files.ts";
import { HeadChunkReader } from "../head-chunks/head-chunk-reader.ts";
import { type HeadChunkSummary, scanHeadChunks } from "../head-chunks/scan-head-chunks.ts";
import type { WalRefs } from "../wal/wal-refs.ts";
import { ChunkDrain } from "./chunk-drain.ts";
import { FoundChunks } from "./found-chunks.ts";
import type { Head } from "./head.ts";
import { setHistogramBits } from "./histograms/newest-kind.ts";

/** What the head's files are opened with. */
export interface HeadChunksDeps {
  readonly head: Head;
  readonly files: Files;
  readonly logger: Logger;
  /** The folder `chunks_head`, made when it is missing. */
  readonly folder: string;
  /** Whether chunks are written and files removed by themselves soon, see `ChunkDrain`. Default: true. */
  readonly writesItself?: boolean | undefined;
  /** Default: 128 MiB, as upstream. */
  readonly mostFileBytes?: number | undefined;
}

/** The head's connection with its files. */
export interface HeadChunks {
  readonly summary: HeadChunkSummary;
  /** Reads the files on the thread of the head. */
  readonly reader: HeadChunkReader;
  /**
   * To be called when the write-ahead log has been replayed, before that of samples out of order is: `walRefs` are the log's references.
   * Chunks of series that the log does not tell of are forgotten.
   */
  readonly endReplay: (walRefs: WalRefs) => Promise<void>;
  /** Writes what waits, brings it to the disk and lets go of the files. */
  readonly close: () => Promise<void>;
}

/** The event loop is given a turn after this long. */
const SLICE_MS = 10;

/**
 * Reads what the folder holds into the head, which is empty; from then on chunks that are finished go to the folder. `head.finished.found`
 * gives each series its chunks when the log tells of it. Fails with the file system's errors where the folder can't be made or read.
 */
export async function openHeadChunks(deps: HeadChunksDeps): Promise<HeadChunks> {
  const { head, files, logger, folder, writesItself = true, mostFileBytes } = deps;
  const { finished, chunks, slabAllocator, times } = head;
  files.makeFolder(folder);
  const found = new FoundChunks(chunks, finished);
  const summary = await scanHeadChunks({
    files,
    logger,
    folder,
    onChunk(ref, chunk, sampleCount) {
      // Blocks have what lies before.
      if (chunk.isOutOfOrder || chunk.maxTimeMs >= times.leastValidMs) found.add(ref, chunk, sampleCount);
    },
  });
  const headFiles = new HeadChunkFiles({ files, folder, pins: slabAllocator, mostFileBytes }, summary.lastFile);
  found.need(headFiles);
  finished.found = found;
  finished.files = headFiles;
  head.noteWalRef(found.highestWalRef);
  const reader = new HeadChunkReader({ files, folder });
  const drain = new ChunkDrain(finished, headFiles, logger, writesItself);
  return {
    summary,
    reader,
    async endReplay(walRefs) {
      finished.found = undefined;
      const unclaimed = found.dropUnclaimed() + found.late.attach(head.outOfOrder.store, walRefs, headFiles);
      if (unclaimed > 0) logger.info("head chunks of series that the log does not know were left out", { chunks: unclaimed });
      await readNewestSamples(deps, reader);
    },
    async close() {
      reader.close();
      await drain.close();
    },
  };
}

/** Series whose newest sample is in a file, as the log has none after it, need it: the next one is compared with it. */
async function readNewestSamples({ head, logger }: HeadChunksDeps, reader: HeadChunkReader): Promise<void> {
  const { series, chunks, floats, histograms } = head;
  const slice = createTimeSlice(SLICE_MS);
  for (let ref = 1; ref <= series.count; ref++) {
    if (ref % 256 === 0 && slice.isSpent()) await slice.yield();
    const newest = series.newestChunks[ref];
    if (newest === 0 || !chunks.isInFile(newest) || chunks.slabs[newest] !== 0) continue;
    if (floats.encoder.slabs[ref] !== 0 || histograms.hasOpenChunk(ref)) continue;
    try {
      readNewestSample(head, ref, reader.read(chunks.fileRef(newest)));
    } catch (error) {
      logger.warn("cannot read the newest sample of a series", { err: error });
    }
  }
}

function readNewestSample({ series: { lastBits } }: Head, ref: SeriesRef, { encoding, bytes }: HeadChunk): void {
  const samples = openChunk(encoding, bytes);
  for (let i = 0; i < samples.sampleCount; i++) {
    const type = samples.next();
    if (i < samples.sampleCount - 1) continue;
    if (type === SAMPLE_TYPES.float) {
      lastBits[2 * ref] = samples.valueLow;
      lastBits[2 * ref + 1] = samples.valueHigh;
    } else {
      const isFloat = type === SAMPLE_TYPES.floatHistogram;
      setHistogramBits(lastBits, ref, isFloat ? "float" : "integer", samples.floatHistogram().isStale);
    }
  }
}
