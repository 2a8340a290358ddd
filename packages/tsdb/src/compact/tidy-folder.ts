import type { Files } from "@ferula/files";
import { repairBadVersion } from "../block/repair-version.ts";
import { isUlid } from "../block/ulid.ts";
import { faultOf, type BlockFault } from "./block-fault.ts";

/** What being written or removed is called, and what old versions of Prometheus called it (tsdb/db.go `isTmpDir`). */
const TEMPORARY_NAME = /^(chunk_snapshot\..*|.{26})(\.tmp-for-creation|\.tmp-for-deletion|\.tmp)$/;

/** What was done at a start. */
export interface TidiedFolder {
  /** The folders that are gone: what was being written or removed when the last process ended. */
  readonly removed: readonly string[];
  /** The blocks whose version stood in the wrong place, see `repairBadVersion`. */
  readonly repaired: readonly string[];
  /** What could not be done. Nothing of it keeps anybody from going on. */
  readonly faults: readonly BlockFault[];
}

/** Tidies the folder of the blocks at a start, when nobody writes to it. Throws when it can't even be listed. */
export function tidyBlockFolder(files: Files, dir: string): TidiedFolder {
  const removed: string[] = [];
  const repaired: string[] = [];
  const faults: BlockFault[] = [];
  const attempt = (name: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      faults.push(faultOf(name, error));
    }
  };
  for (const name of files.readFolder(dir)) {
    const path = `${dir}/${name}`;
    if (!isUlid(name) && !isTemporary(name)) continue;
    attempt(name, () => {
      if (files.stat(path)?.isFolder !== true) return;
      if (isUlid(name)) {
        if (repairBadVersion(files, path)) repaired.push(name);
      } else {
        files.removeFolder(path);
        removed.push(name);
      }
    });
  }
  return { removed, repaired, faults };
}

function isTemporary(name: string): boolean {
  const base = TEMPORARY_NAME.exec(name)?.[1];
  return base !== undefined && (isUlid(base) || base.startsWith("chunk_snapshot."));
}
