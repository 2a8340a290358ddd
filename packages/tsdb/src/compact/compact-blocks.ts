import type { FloatEncoding } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import { isPromError, PromError } from "@ferula/model";
import { readMeta, writeMeta, type BlockCompaction, type BlockMeta } from "../block/meta.ts";
import { openBlock, type BlockReader, type OpenBlockOptions } from "../block/open-block.ts";
import { PageCache } from "../block/page-cache.ts";
import { countTombstones } from "../block/tombstones.ts";
import { writeBlock, type BlockRange, type BlockSeries, type BlockSource, type WriteBlockOptions } from "../block/write-block.ts";
import { mergedEncoding } from "./encode-samples.ts";
import { mergeBlocks } from "./merge-blocks.ts";
import { mergedCompaction, mergedRange } from "./merge-metas.ts";
import { haveOverlap } from "./plan-compaction.ts";

/** How blocks are compacted. */
export interface CompactOptions extends Pick<WriteBlockOptions, "nowMs" | "segmentBytes">, OpenBlockOptions {
  /** In which floats are written that had to be merged. Default: `xor`. */
  readonly floatEncoding?: FloatEncoding;
  /** Asked at each series; once it says so, the work ends with a PromError("canceled") and nothing is left of it. Default: never. */
  readonly isCanceled?: () => boolean;
  /** One that stays as it is when nothing of them is left: others are told by it how far blocks reach. Default: none. */
  readonly lastUlid?: string | undefined;
}

/**
 * What became of blocks. `written`: a block that holds what they held; with them as its parents, they go at the next `loadBlocks`.
 * `empty`: nothing of them was left, and they are marked to go, but for `lastUlid`.
 */
export type CompactOutcome = ({ readonly kind: "written"; readonly meta: BlockMeta } | { readonly kind: "empty" }) & {
  /** Whether they overlapped. */
  readonly isOverlapping: boolean;
};

/**
 * Writes one block of those named in `ulids`, which lie in the folder `parent` and ascend by their beginning, see `planCompaction`. They
 * stay as they are: cut off at any moment, either they alone are there or they and the whole new one.
 *
 * Throws PromError("internal") when one of them is damaged; they are marked as failed then, so that they are not planned again but for
 * overlaps. Errors of the file system are thrown as they are and leave no mark: a disk that was full may have room the next time.
 */
export function compactBlocks(files: Files, parent: string, ulids: readonly string[], options: CompactOptions = {}): CompactOutcome {
  return withOpenBlocks(files, parent, ulids, options, (blocks) => {
    const metas = blocks.map(({ meta }) => meta);
    const isOverlapping = haveOverlap(metas);
    try {
      return { isOverlapping, ...rewrite(files, parent, blocks, mergedRange(metas), mergedCompaction(metas), options) };
    } catch (error) {
      if (isPromError(error) && error.errorType !== "canceled") markFailed(files, blocks, error);
      throw error;
    }
  });
}

/**
 * Writes the block anew without what was deleted of it, see `compactBlocks` for the outcome; undefined when nothing was. The new one is of
 * level 1 and its own source, as tsdb/block.go `CleanTombstones` has it.
 */
export function cleanTombstones(files: Files, parent: string, ulid: string, options: CompactOptions = {}): CompactOutcome | undefined {
  return withOpenBlocks(files, parent, [ulid], options, (blocks) => {
    const [{ meta, tombstones }] = blocks;
    if (countTombstones(tombstones) === 0) return undefined;
    const { minTime, maxTime, compaction } = meta;
    const origin = { parents: [{ ulid, minTime, maxTime }], hints: compaction.hints };
    const outcome = rewrite(files, parent, blocks, { minTimeMs: minTime, maxTimeMs: maxTime }, origin, options);
    return { isOverlapping: false, ...outcome };
  });
}

function withOpenBlocks<T>(
  files: Files,
  parent: string,
  ulids: readonly string[],
  { pageCache = new PageCache() }: CompactOptions,
  use: (blocks: readonly BlockReader[]) => T,
): T {
  const blocks: BlockReader[] = [];
  try {
    for (const ulid of ulids) blocks.push(openBlock(files, `${parent}/${ulid}`, { pageCache }));
    return use(blocks);
  } finally {
    for (const block of blocks) block.close();
  }
}

function rewrite(
  files: Files,
  parent: string,
  blocks: readonly BlockReader[],
  range: BlockRange,
  compaction: Partial<BlockCompaction>,
  options: CompactOptions,
): { readonly kind: "written"; readonly meta: BlockMeta } | { readonly kind: "empty" } {
  const { floatEncoding = "xor", isCanceled, lastUlid } = options;
  const merged = mergeBlocks(blocks, range, mergedEncoding(floatEncoding));
  const source = isCanceled === undefined ? merged : cancelable(merged, isCanceled);
  const written = writeBlock(files, parent, range, source, { ...options, compaction });
  if (written !== undefined) return { kind: "written", meta: written };
  for (const { dir, meta } of blocks) if (meta.ulid !== lastUlid) mark(files, dir, { deletable: true });
  return { kind: "empty" };
}

function cancelable(source: BlockSource, isCanceled: () => boolean): BlockSource {
  return {
    symbols: source.symbols,
    *series(): Generator<BlockSeries> {
      for (const series of source.series()) {
        if (isCanceled()) throw new PromError("canceled", "cannot go on writing a block: it was canceled");
        yield series;
      }
    },
  };
}

function markFailed(files: Files, blocks: readonly BlockReader[], reason: PromError): void {
  try {
    for (const { dir } of blocks) mark(files, dir, { failed: true });
  } catch (error) {
    const message = `${reason.message}; nor could it be noted: ${(error as Error).message}`;
    throw new PromError("internal", message, { cause: new AggregateError([reason, error]) });
  }
}

/** Changes the description as it is on disk now: its tombstones may be others since the block was opened. */
function mark(files: Files, dir: string, marks: Partial<BlockCompaction>): void {
  const { meta } = readMeta(files, dir);
  writeMeta(files, dir, { ...meta, compaction: { ...meta.compaction, ...marks } });
}
