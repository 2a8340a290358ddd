import type { Files, OpenFile } from "./files.ts";

/** The primitives that replacing a file needs. */
type Primitives = Pick<Files, "open" | "rename" | "syncFolder" | "unlink" | "stat">;

/** See `Files.writeFileAtomic`. */
export function writeAtomic(files: Primitives, path: string, folder: string, bytes: Uint8Array): void {
  const temporary = `${path}.tmp`;
  try {
    const file = files.open(temporary, "create");
    writeThen(file, bytes, () => {
      file.sync();
    });
    files.rename(temporary, path);
  } catch (error) {
    dropTemporary(files, temporary);
    throw error;
  }
  files.syncFolder(folder);
}

/** See `Files.writeFileAtomicAsync`. Two calls for one path must not overlap: they share the temporary file. */
export async function writeAtomicAsync(files: Primitives, path: string, folder: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = files.open(temporary, "create");
    try {
      file.write(bytes, 0);
      await file.syncAsync();
    } finally {
      file.close();
    }
    files.rename(temporary, path);
  } catch (error) {
    dropTemporary(files, temporary);
    throw error;
  }
  files.syncFolder(folder);
}

function writeThen(file: OpenFile, bytes: Uint8Array, next: () => void): void {
  try {
    file.write(bytes, 0);
    next();
  } finally {
    file.close();
  }
}

/** A full disk is no reason to leave a half-written file behind. The write's own error is the one to tell. */
function dropTemporary(files: Primitives, temporary: string): void {
  try {
    if (files.stat(temporary) !== undefined) files.unlink(temporary);
  } catch {
    // The next write of the same path replaces it.
  }
}
