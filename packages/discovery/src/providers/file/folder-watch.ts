import { statSync, watch, type FSWatcher } from "node:fs";
import { hasErrorCode } from "@ferula/files";
import type { Logger } from "@ferula/logging";

/** Watches folders, not files: a file that is replaced is another file. */
export interface FolderWatch {
  /** Watches those folders that aren't watched yet, or that were replaced. What can't be watched is only logged, once. */
  readonly refresh: () => void;
  readonly close: () => void;
}

/**
 * Calls `onChange` when something in one of the folders changes. Nothing is watched before the first `refresh`. `onError` is told where the
 * system refuses to watch what is there.
 */
export function watchFolders(folders: readonly string[], onChange: () => void, onError: () => void, logger: Logger): FolderWatch {
  const watched = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>();
  const complained = new Set<string>();

  function unwatch(folder: string): void {
    watched.get(folder)?.watcher.close();
    watched.delete(folder);
  }

  function watchOne(folder: string): void {
    const identity = identityOf(folder);
    if (watched.get(folder)?.identity === identity) return;
    unwatch(folder);
    try {
      const watcher = watch(folder, onChange);
      watcher.on("error", (error) => {
        onError();
        logger.warn("Error watching file", { path: folder, err: error });
        unwatch(folder);
      });
      watched.set(folder, { watcher, identity });
      complained.delete(folder);
    } catch (error) {
      if (!hasErrorCode(error, "ENOENT")) onError();
      if (!complained.has(folder)) logger.warn("Error adding file watch", { path: folder, err: error as Error });
      complained.add(folder);
    }
  }

  return {
    refresh: () => folders.forEach(watchOne),
    close: () => [...watched.keys()].forEach(unwatch),
  };
}

/** A folder that was removed and made again has the same name, and is another one. */
function identityOf(folder: string): string {
  const stat = statSync(folder, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.dev}/${stat.ino}`;
}
