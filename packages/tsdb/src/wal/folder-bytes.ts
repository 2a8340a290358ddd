import type { Files } from "@ferula/files";

/** Bytes of all files in a folder and in those below it. What is removed meanwhile counts nothing. */
export function folderBytes(files: Files, folder: string): number {
  let sizeBytes = 0;
  for (const name of files.readFolder(folder)) {
    const path = `${folder}/${name}`;
    const stat = files.stat(path);
    if (stat === undefined) continue;
    sizeBytes += stat.isFolder ? folderBytes(files, path) : stat.sizeBytes;
  }
  return sizeBytes;
}
