import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import type { BlockReader } from "../block/open-block.ts";
import type { PageCache } from "../block/page-cache.ts";
import type { BlockFault } from "../compact/block-fault.ts";
import type { ObsoleteBlock } from "../compact/delete-blocks.ts";
import { loadBlocksInSteps, type LoadedBlocks } from "../compact/load-blocks.ts";
import { runInSlices, type Steps } from "../steps.ts";

/** What the set of blocks is made of. */
export interface BlockSetDeps {
  readonly files: Files;
  /** The folder of the database, in which the blocks lie. */
  readonly dir: string;
  readonly logger: Logger;
  /** Of the thread that owns the set. */
  readonly pageCache: PageCache;
}

/** Which blocks are not to be kept, see `loadBlocks`. */
export type ExpireBlocks = (blocks: readonly BlockReader[]) => Iterable<string>;

/**
 * The blocks that are served, and those that no longer are but that a query still reads. A block's files stay open and its folder stays in
 * its place as long as somebody has pinned it.
 */
export class BlockSet {
  /** By ascending beginning. */
  all: readonly BlockReader[] = [];
  /** What can't be read; tried again at each `load`. */
  broken: readonly BlockFault[] = [];
  private readonly deps: BlockSetDeps;
  private readonly pinCounts = new Map<BlockReader, number>();
  /** No longer served, and pinned. */
  private readonly retired = new Set<BlockReader>();
  private obsolete: readonly ObsoleteBlock[] = [];
  /** Their tombstones are others than when they were opened, see `LoadBlocksOptions.loaded`. */
  private readonly changed = new Set<BlockReader>();

  constructor(deps: BlockSetDeps) {
    this.deps = deps;
  }

  /** The blocks with a part in `[minTimeMs, maxTimeMs]`, by ascending beginning. */
  blocksIn(minTimeMs: number, maxTimeMs: number): readonly BlockReader[] {
    return this.all.filter((block) => block.overlaps(minTimeMs, maxTimeMs));
  }

  /** Keeps the blocks as they are until the function that it returns is called, which may be called more than once. */
  pin(blocks: readonly BlockReader[]): () => void {
    for (const block of blocks) this.pinCounts.set(block, (this.pinCounts.get(block) ?? 0) + 1);
    let isPinned = true;
    return () => {
      if (!isPinned) return;
      isPinned = false;
      for (const block of blocks) this.unpin(block);
    };
  }

  /** Says that the tombstones of a block were changed: at the next `load` it is opened anew. */
  markChanged(block: BlockReader): void {
    this.changed.add(block);
  }

  /**
   * Looks at the folder and serves what is there now. `load` is `loadBlocksInSteps` or does more. Works in slices; calls must not overlap.
   * Throws where the folder can't be listed.
   */
  load<L extends LoadedBlocks>(expired: ExpireBlocks, load: (options: LoadOptions) => Steps<L>): Promise<L>;
  load(expired: ExpireBlocks): Promise<LoadedBlocks>;
  async load(
    expired: ExpireBlocks,
    load: (options: LoadOptions) => Steps<LoadedBlocks> = (options) => this.loadFolder(options),
  ): Promise<LoadedBlocks> {
    const unchanged = this.all.filter((block) => !this.changed.has(block));
    const loaded = await runInSlices(load({ loaded: unchanged, pageCache: this.deps.pageCache, expired }));
    const before = this.all;
    this.all = loaded.blocks;
    this.obsolete = loaded.obsolete;
    this.changed.clear();
    this.tellBroken(loaded.broken);
    for (const block of before) if (!loaded.blocks.includes(block)) this.retire(block);
    return loaded;
  }

  /** What is no longer served and that nobody reads either: its folder can go, see `deleteBlocks`. */
  removable(): readonly ObsoleteBlock[] {
    const read = new Set(Array.from(this.retired, (block) => block.meta.ulid));
    return this.obsolete.filter(({ ulid }) => !read.has(ulid));
  }

  /** Says that folders are gone. */
  forget(ulids: readonly string[]): void {
    this.obsolete = this.obsolete.filter(({ ulid }) => !ulids.includes(ulid));
  }

  /** Closes what nobody reads; the rest when it is let go. */
  close(): void {
    const blocks = this.all;
    this.all = [];
    for (const block of blocks) this.retire(block);
  }

  private loadFolder(options: LoadOptions): Steps<LoadedBlocks> {
    return loadBlocksInSteps(this.deps.files, this.deps.dir, options);
  }

  private unpin(block: BlockReader): void {
    const count = (this.pinCounts.get(block) ?? 0) - 1;
    if (count > 0) {
      this.pinCounts.set(block, count);
      return;
    }
    this.pinCounts.delete(block);
    if (this.retired.delete(block)) block.close();
  }

  private retire(block: BlockReader): void {
    if (this.pinCounts.has(block)) this.retired.add(block);
    else block.close();
  }

  /** Each fault once, as long as it stays the same. */
  private tellBroken(broken: readonly BlockFault[]): void {
    const told = new Set(this.broken.map(({ name, reason }) => `${name} ${reason}`));
    for (const { name, reason } of broken) {
      if (!told.has(`${name} ${reason}`))
        this.deps.logger.error("cannot read a block; all others are served", { block: name, err: reason });
    }
    this.broken = broken;
  }
}

/** What a load is given, see `LoadBlocksOptions`. */
export interface LoadOptions {
  readonly loaded: readonly BlockReader[];
  readonly pageCache: PageCache;
  readonly expired: ExpireBlocks;
}
