import { type FloatEncoding, reserveDecodeScratch } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import { createSharedMemory, type SharedMemory } from "@ferula/kernels";
import { type Logger, noLogger } from "@ferula/logging";
import type { BlockMeta } from "../block/meta.ts";
import { writeBlock } from "../block/write-block.ts";
import { blockRangesMs } from "../compact/block-ranges.ts";
import { mergedEncoding } from "../compact/encode-samples.ts";
import { headBlockSource } from "../db/head-block.ts";
import { HEAD_CHUNKS_FOLDER } from "../db/folders.ts";
import { localHeadSource } from "../db/local-head-source.ts";
import { selectionOpener } from "../db/open-slice.ts";
import { Head } from "../head/head.ts";
import { openHeadChunks } from "../head/open-head-chunks.ts";
import { WalRefs } from "../wal/wal-refs.ts";
import { ImportHead } from "./import-head.ts";
import type { SamplePasses } from "./imported-sample.ts";

/** How blocks are created. */
export interface CreateBlocksOptions {
  readonly files: Files;
  /** The folder of the blocks, made when it is missing. */
  readonly dir: string;
  readonly logger?: Logger;
  /** The length of a block, which begins at a multiple of it. Default: 2 h, see `importRangeMs`. */
  readonly blockRangeMs?: number;
  /** So many samples wait to be appended together. Default: 5000 (cmd/promtool `max-samples-in-appender`). */
  readonly maxSamplesInAppender?: number;
  readonly floatEncoding?: FloatEncoding;
  /** Told of each block that was written. */
  readonly onBlock?: (meta: BlockMeta) => void;
}

const SHORTEST_BLOCK_MS = 2 * 3_600_000;
const SAMPLES_IN_APPENDER = 5000;
const SAMPLES_A_CHUNK = 120;

/** The folder in which finished chunks wait for their block: memory does not hold them. */
const TEMPORARY_FOLDER = "import.tmp";

/** The longest of the lengths that blocks grow through that is not longer than `mostMs` (cmd/promtool/backfill.go `getCompatibleBlockDuration`). */
export function importRangeMs(mostMs: number): number {
  return blockRangesMs(SHORTEST_BLOCK_MS, mostMs).at(-1) ?? SHORTEST_BLOCK_MS;
}

/**
 * Writes blocks of samples from elsewhere, one for each range that has some, from the samples' first to their last time, and returns what it
 * wrote, oldest first. `samples` is walked once to begin with and once for each block.
 *
 * Throws PromError("bad_data") for a sample that its series can't take, PromError("internal") or the file system's errors when a block can't
 * be written, and what `samples` throws; blocks that were written before that stay.
 */
export async function createBlocks(samples: SamplePasses, options: CreateBlocksOptions): Promise<BlockMeta[]> {
  const { files, dir } = options;
  const temporary = `${dir}/${TEMPORARY_FOLDER}`;
  files.removeFolder(temporary);
  files.makeFolder(temporary);
  const importer = await Importer.open(options, temporary);
  try {
    return await importer.run(samples);
  } finally {
    await importer.close();
    files.removeFolder(temporary);
  }
}

/** The head that the samples go through, range after range. */
class Importer {
  private readonly options: CreateBlocksOptions;
  private readonly rangeMs: number;
  private readonly shared: SharedMemory;
  private readonly head: Head;
  private readonly rows: ImportHead;
  private readonly openSelection: ReturnType<typeof selectionOpener>;
  private readonly closeChunks: () => Promise<void>;

  private constructor(options: CreateBlocksOptions, temporary: string, shared: SharedMemory, head: Head, closeChunks: () => Promise<void>) {
    const { files, blockRangeMs = SHORTEST_BLOCK_MS, maxSamplesInAppender = SAMPLES_IN_APPENDER } = options;
    this.options = options;
    this.rangeMs = blockRangeMs;
    this.shared = shared;
    this.head = head;
    this.rows = new ImportHead(head, maxSamplesInAppender);
    const decodeScratch = reserveDecodeScratch(shared);
    this.openSelection = selectionOpener({ shared, files, dir: temporary, symbolReader: head.symbolReader, decodeScratch });
    this.closeChunks = closeChunks;
  }

  static async open(options: CreateBlocksOptions, temporary: string): Promise<Importer> {
    const { files, logger = noLogger, blockRangeMs = SHORTEST_BLOCK_MS, floatEncoding } = options;
    const shared = createSharedMemory();
    // As upstream has it: the head of a block is given twice its length, so that all of it is within reach of its newest sample.
    const head = new Head(shared, { chunkRangeMs: 2 * blockRangeMs, samplesPerChunk: SAMPLES_A_CHUNK, floatEncoding });
    const chunks = await openHeadChunks({ head, files, logger, folder: `${temporary}/${HEAD_CHUNKS_FOLDER}` });
    await chunks.endReplay(new WalRefs());
    return new Importer(options, temporary, shared, head, chunks.close);
  }

  async run(samples: SamplePasses): Promise<BlockMeta[]> {
    const metas: BlockMeta[] = [];
    for (let startMs = await this.rangeOfFirst(samples); startMs < Infinity;) {
      const endMs = startMs + this.rangeMs;
      const nextMs = await this.importRange(samples, startMs, endMs);
      const meta = this.writeBlock();
      if (meta !== undefined) {
        metas.push(meta);
        this.options.onBlock?.(meta);
      }
      await this.head.truncateBefore(endMs);
      this.head.finished.files?.truncate();
      this.rows.reset();
      startMs = this.rangeStart(nextMs);
    }
    return metas;
  }

  async close(): Promise<void> {
    await this.closeChunks();
  }

  private async rangeOfFirst(samples: SamplePasses): Promise<number> {
    let firstMs = Infinity;
    for await (const some of samples()) {
      for (const { timestampMs } of some) if (timestampMs < firstMs) firstMs = timestampMs;
      await this.rows.giveWay();
    }
    return this.rangeStart(firstMs);
  }

  /** Appends the samples from `startMs` to before `endMs` and returns the time of the first one after those; Infinity when there is none. */
  private async importRange(samples: SamplePasses, startMs: number, endMs: number): Promise<number> {
    let nextMs = Infinity;
    for await (const some of samples()) {
      for (const sample of some) {
        const { timestampMs } = sample;
        if (timestampMs >= endMs) nextMs = Math.min(nextMs, timestampMs);
        else if (timestampMs >= startMs) this.rows.add(sample);
      }
      await this.rows.giveWay();
    }
    this.rows.flush();
    return nextMs;
  }

  private writeBlock(): BlockMeta | undefined {
    const { shared, head, rows, openSelection } = this;
    const { files, dir, floatEncoding = "xor" } = this.options;
    if (rows.maxTimeMs === -Infinity) return undefined;
    const range = { minTimeMs: rows.minTimeMs, maxTimeMs: rows.maxTimeMs + 1 };
    const { symbolReader } = head;
    const encoding = mergedEncoding(floatEncoding);
    const source = headBlockSource(
      { shared, head: localHeadSource(head), symbolReader, openSelection, encoding, isCanceled: () => false },
      { part: "inOrder", range },
    );
    return writeBlock(files, dir, range, source);
  }

  private rangeStart(timeMs: number): number {
    return Math.floor(timeMs / this.rangeMs) * this.rangeMs;
  }
}
