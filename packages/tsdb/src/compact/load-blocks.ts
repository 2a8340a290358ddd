import type { Files } from "@ferula/files";
import { PromError } from "@ferula/model";
import { readMeta, type BlockMeta } from "../block/meta.ts";
import { openBlockInSteps, type BlockReader, type OpenBlockOptions } from "../block/open-block.ts";
import type { PageCache } from "../block/page-cache.ts";
import { isUlid } from "../block/ulid.ts";
import { runSteps, type Steps } from "../steps.ts";
import { faultOf, type BlockFault } from "./block-fault.ts";
import type { ObsoleteBlock } from "./delete-blocks.ts";

/** How the blocks of a folder are loaded. */
export interface LoadBlocksOptions extends OpenBlockOptions {
  /**
   * What the last call gave: those that are on disk as they were stay open. Who changed the tombstones of one leaves it out, as a description
   * may be the same with other tombstones. None by default.
   */
  readonly loaded?: readonly BlockReader[];
  /** Names those of the blocks that are not to be kept, see `expiredBlocks`. Default: none. */
  readonly expired?: (blocks: readonly BlockReader[]) => Iterable<string>;
}

/** The blocks of a folder. */
export interface LoadedBlocks {
  /** To be served, by ascending beginning. No sample is in two of them because one was made of the other. */
  readonly blocks: readonly BlockReader[];
  /** Those of `loaded` that are not among `blocks`: to be closed once nobody is given them any more. */
  readonly dropped: readonly BlockReader[];
  /** What is to be removed then, see `deleteBlocks`. */
  readonly obsolete: readonly ObsoleteBlock[];
  /**
   * Blocks that can't be read. They stay where they are and are not served, all others are; the next call tries again. One that was open
   * already and whose description alone can't be read any more goes on being served.
   */
  readonly broken: readonly BlockFault[];
}

/**
 * Opens the blocks in the folder `dir`. Of these, some are obsolete: what was compacted into a block that is there and sound, what is
 * marked as deletable, what is expired. Which of them expire is asked of the rest, so that a size is not counted twice while a block
 * and what it was made of are both there.
 *
 * Throws when the folder can't be listed. Source: tsdb/db.go `reloadBlocks`.
 */
export function loadBlocks(files: Files, dir: string, options?: LoadBlocksOptions): LoadedBlocks {
  return runSteps(loadBlocksInSteps(files, dir, options));
}

/** As `loadBlocks`. */
export function* loadBlocksInSteps(
  files: Files,
  dir: string,
  { loaded = [], pageCache, expired }: LoadBlocksOptions = {},
): Steps<LoadedBlocks> {
  const broken: BlockFault[] = [];
  const found: BlockReader[] = [];
  const loadedByUlid = new Map(loaded.map((block) => [block.meta.ulid, block]));
  try {
    for (const ulid of files.readFolder(dir).filter(isUlid)) {
      const path = `${dir}/${ulid}`;
      const known = loadedByUlid.get(ulid);
      try {
        if (files.stat(path)?.isFolder === true) found.push(yield* openAtSecondTry(files, path, ulid, known, pageCache));
      } catch (error) {
        broken.push(faultOf(ulid, error));
        if (known !== undefined && !isReadable(files, path)) found.push(known);
      }
    }
    return sortOut(found, loaded, broken, expired);
  } catch (error) {
    closeNew(found, loaded);
    throw error;
  }
}

/** A disk that fails once often does not the next time: without a second try all that the block holds would be missing till the next load. */
function* openAtSecondTry(...parts: Parameters<typeof openUnlessSame>): Steps<BlockReader> {
  try {
    return yield* openUnlessSame(...parts);
  } catch {
    return yield* openUnlessSame(...parts);
  }
}

function* openUnlessSame(
  files: Files,
  path: string,
  ulid: string,
  known: BlockReader | undefined,
  pageCache?: PageCache,
): Steps<BlockReader> {
  const { meta } = readMeta(files, path);
  if (meta.ulid !== ulid) throw new PromError("internal", `cannot read ${path}: its description is that of ${meta.ulid}`);
  if (known !== undefined && isSameMeta(known.meta, meta)) return known;
  return yield* openBlockInSteps(files, path, pageCache === undefined ? {} : { pageCache });
}

function isSameMeta(a: BlockMeta, b: BlockMeta): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether a block's description can be read. */
function isReadable(files: Files, path: string): boolean {
  try {
    readMeta(files, path);
    return true;
  } catch {
    // Told already.
    return false;
  }
}

function sortOut(
  found: readonly BlockReader[],
  loaded: readonly BlockReader[],
  broken: readonly BlockFault[],
  expired: LoadBlocksOptions["expired"] = () => [],
): LoadedBlocks {
  const replaced = new Set(found.flatMap(({ meta }) => meta.compaction.parents.map(({ ulid }) => ulid)));
  const current = found.filter(({ meta }) => !replaced.has(meta.ulid) && !meta.compaction.deletable);
  const past = new Set(expired(current));
  const blocks = current.filter(({ meta }) => !past.has(meta.ulid)).sort((a, b) => a.meta.minTime - b.meta.minTime);
  const gone = found.filter((block) => !blocks.includes(block));
  const obsolete = gone.map(({ meta }) => ({ ulid: meta.ulid, parents: meta.compaction.parents.map(({ ulid }) => ulid) }));
  // Broken ones that were replaced can go too: what they held is in a block that is sound.
  const replacedBroken = broken.filter(({ name }) => replaced.has(name) && !found.some(({ meta }) => meta.ulid === name));
  closeNew(gone, loaded);
  return {
    blocks,
    dropped: loaded.filter((block) => !blocks.includes(block)),
    obsolete: [...obsolete, ...replacedBroken.map(({ name }) => ({ ulid: name, parents: [] }))],
    broken: broken.filter((fault) => !replacedBroken.includes(fault)),
  };
}

function closeNew(blocks: readonly BlockReader[], loaded: readonly BlockReader[]): void {
  for (const block of blocks) if (!loaded.includes(block)) block.close();
}
