import type { FaultyFiles, Files } from "@ferula/files";
import { testDisk } from "../support.ts";

/** What the files of a folder and of those within it hold, by their paths. */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** What a folder holds now. */
export function contentsOf(files: Files, folder: string): Contents {
  return new Map(filesUnder(files, folder).map((path) => [path, files.readFile(path)]));
}

function filesUnder(files: Files, folder: string): string[] {
  return files.readFolder(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    return files.stat(path)?.isFolder === true ? filesUnder(files, path) : [path];
  });
}

/** A disk of its own with the same files, to be damaged. */
export function diskWith(contents: Contents): FaultyFiles {
  const disk = testDisk();
  for (const [path, bytes] of contents) {
    disk.makeFolder(path.slice(0, path.lastIndexOf("/")));
    const file = disk.open(path, "create");
    file.write(bytes, 0);
    file.close();
  }
  return disk;
}
