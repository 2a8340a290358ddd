import type { Files } from "@ferula/files";
import { faultOf, type BlockFault } from "./block-fault.ts";

/** What a block that is removed has behind its name; a start goes on with it (tsdb/db.go `tmpForDeletionBlockDirSuffix`). */
const DELETION_SUFFIX = ".tmp-for-deletion";

/** A block that is to be removed. */
export interface ObsoleteBlock {
  readonly ulid: string;
  /** The blocks that it was made of. */
  readonly parents: readonly string[];
}

/** What became of blocks that were to be removed. */
export interface DeletedBlocks {
  readonly deleted: readonly string[];
  /** What is still there and why, to be tried again. */
  readonly faults: readonly BlockFault[];
}

/**
 * Removes blocks from the folder `dir`, each by a name first that is none of a block's, so that no part of one is ever taken for a block.
 * One that is gone already is fine.
 *
 * A block stays as long as one that it was made of does: who knows that the other is replaced is this block alone, and without it what was
 * deleted or merged would be there again.
 */
export function deleteBlocks(files: Files, dir: string, obsolete: readonly ObsoleteBlock[]): DeletedBlocks {
  const deleted: string[] = [];
  const faults: BlockFault[] = [];
  const isThere = (ulid: string): boolean => files.stat(`${dir}/${ulid}`) !== undefined;
  let rest = obsolete;
  for (;;) {
    const free = rest.filter(({ parents }) => !parents.some(isThere));
    if (free.length === 0) break;
    rest = rest.filter((block) => !free.includes(block));
    for (const { ulid } of free) {
      try {
        if (isThere(ulid)) remove(files, dir, ulid);
        deleted.push(ulid);
      } catch (error) {
        faults.push(faultOf(ulid, error));
      }
    }
  }
  const waiting = rest.map(({ ulid, parents }) => ({ name: ulid, reason: `${parents.filter(isThere).join(", ")} must be removed before` }));
  return { deleted, faults: [...faults, ...waiting] };
}

/** The new name is made to last first: a power cut must not bring back a block after others that name it as theirs are gone. */
function remove(files: Files, dir: string, ulid: string): void {
  const temporary = `${dir}/${ulid}${DELETION_SUFFIX}`;
  files.removeFolder(temporary);
  files.rename(`${dir}/${ulid}`, temporary);
  files.syncFolder(dir);
  files.removeFolder(temporary);
}
