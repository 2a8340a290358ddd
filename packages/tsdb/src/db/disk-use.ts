import { hasErrorCode, type Files } from "@ferula/files";
import { folderBytes } from "../wal/folder-bytes.ts";
import { HEAD_CHUNKS_FOLDER, WAL_FOLDER, WBL_FOLDER } from "./folders.ts";

/** The bytes of both logs and of the head's chunk files. */
export function headBytes(files: Files, dir: string): number {
  return [WAL_FOLDER, WBL_FOLDER, HEAD_CHUNKS_FOLDER].reduce((sum, folder) => sum + bytesOf(files, `${dir}/${folder}`), 0);
}

/** The bytes of a folder; of one that is missing, none. */
export function bytesOf(files: Files, folder: string): number {
  try {
    return folderBytes(files, folder);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return 0;
    throw error;
  }
}
