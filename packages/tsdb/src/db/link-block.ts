import type { Files } from "@ferula/files";
import { CHUNKS_FOLDER, CREATION_SUFFIX, INDEX_FILE, META_FILE, TOMBSTONES_FILE } from "../block/format.ts";

/**
 * Makes the folder `target` with the files of the block in `dir`, as second names of the same files: none of them is ever changed in its
 * place. Cut off at any moment, the block is there whole or not at all. Throws the file system's errors: EXDEV, when the two lie on
 * different file systems. Source: tsdb/block.go `Snapshot`.
 */
export function linkBlock(files: Files, dir: string, target: string): void {
  const temporary = `${target}${CREATION_SUFFIX}`;
  const parent = target.slice(0, target.lastIndexOf("/"));
  try {
    files.removeFolder(temporary);
    files.makeFolder(`${temporary}/${CHUNKS_FOLDER}`);
    for (const name of [META_FILE, INDEX_FILE, TOMBSTONES_FILE]) {
      // A block of an old version may be without tombstones.
      if (files.stat(`${dir}/${name}`) !== undefined) files.link(`${dir}/${name}`, `${temporary}/${name}`);
    }
    for (const name of files.readFolder(`${dir}/${CHUNKS_FOLDER}`)) {
      files.link(`${dir}/${CHUNKS_FOLDER}/${name}`, `${temporary}/${CHUNKS_FOLDER}/${name}`);
    }
    files.syncFolder(`${temporary}/${CHUNKS_FOLDER}`);
    files.syncFolder(temporary);
    files.rename(temporary, target);
    files.syncFolder(parent);
  } catch (error) {
    dropQuietly(files, temporary);
    throw error;
  }
}

/** The error that led here is the one to tell. */
function dropQuietly(files: Files, folder: string): void {
  try {
    files.removeFolder(folder);
  } catch {
    // It has the name of something unfinished, by which whoever reads the folder knows it.
  }
}
