/**
 * Every file operation that the storage of Ferula uses, behind one small interface, so that tests can fail the n-th call, fill the
 * disk or cut the power. Paths are absolute or relative to the working folder, with `/` between their parts.
 *
 * Errors are those of Node's `fs`: an `Error` with a `code` such as `ENOENT` or `ENOSPC`; ask with `hasErrorCode`. Operations that end
 * in the page cache are synchronous, because callers need "with the operating system before I return"; the ones that wait for a disk
 * have an asynchronous form too, so that a server need not stand still.
 */
export interface Files {
  /** Opens a file, see `OpenMode` for what happens when it exists or does not. The caller closes it. */
  readonly open: (path: string, mode: OpenMode) => OpenFile;
  /** The whole file in memory of its own. */
  readonly readFile: (path: string) => Uint8Array;
  readonly readFileAsync: (path: string) => Promise<Uint8Array>;
  /** Names, sorted by their UTF-16 units; a missing folder throws ENOENT. */
  readonly readFolder: (path: string) => string[];
  /** Undefined when nothing is there. */
  readonly stat: (path: string) => FileStat | undefined;
  /** How many bytes the file system that holds the path has in all, used and free; 0 where that is not known. */
  readonly diskBytes: (path: string) => number;
  /** Makes the folder and those above it; one that exists is fine. */
  readonly makeFolder: (path: string) => void;
  /** Moves a file or folder; replaces a file at `to`. Survives a power cut only after `syncFolder` of both folders. */
  readonly rename: (from: string, to: string) => void;
  /** Gives a file a second name, which must not exist; both are names of the same bytes. Survives a power cut only after `syncFolder`. */
  readonly link: (from: string, to: string) => void;
  /** Removes a file. Throws ENOENT when it is missing. */
  readonly unlink: (path: string) => void;
  /** Removes a folder with all that is in it; a missing one is fine. */
  readonly removeFolder: (path: string) => void;
  /** Makes the names in a folder survive a power cut: what was created, renamed or removed in it. */
  readonly syncFolder: (path: string) => void;
  /**
   * Replaces a file so that, whatever happens, either the old or the new content is there afterwards: temporary file beside it
   * (`<path>.tmp`), fsync, rename, fsync of the folder.
   */
  readonly writeFileAtomic: (path: string, bytes: Uint8Array) => void;
  readonly writeFileAtomicAsync: (path: string, bytes: Uint8Array) => Promise<void>;
}

/**
 * - `read`: the file must exist; writing is refused.
 * - `update`: the file must exist; reading and writing.
 * - `create`: reading and writing; made when missing, emptied when not.
 * - `append`: reading and writing; made when missing, kept when not.
 * - `exclusive`: as `create`, but throws EEXIST when the file exists.
 */
export type OpenMode = "read" | "update" | "create" | "append" | "exclusive";

/** An open file. Positions are byte offsets from its start; there is no cursor. */
export interface OpenFile {
  /** Fills `target` from `position` and returns how many bytes there were; fewer than asked for only at the end of the file. */
  readonly read: (target: Uint8Array, position: number) => number;
  /** Writes all of `bytes` at `position`. When it throws, any first part of them may have been written. */
  readonly write: (bytes: Uint8Array, position: number) => void;
  readonly size: () => number;
  readonly truncate: (sizeBytes: number) => void;
  /** fsync: content and size survive a power cut. */
  readonly sync: () => void;
  readonly syncAsync: () => Promise<void>;
  /** fdatasync: the same for content and size, not for times. */
  readonly syncData: () => void;
  readonly close: () => void;
}

/** What `stat` tells. */
export interface FileStat {
  readonly isFolder: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** The number of the file in its file system; 0 where there is none. */
  readonly inode: number;
}

/** Whether `error` is one of the file system's (or the network's) with this code. Works for errors of another realm. */
export function hasErrorCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && (error as { code?: unknown }).code === code;
}
