import * as fs from "node:fs";
import { dirname } from "node:path";
import { hasErrorCode, type Files, type FileStat, type OpenFile, type OpenMode } from "./files.ts";
import { writeAtomic, writeAtomicAsync } from "./write-atomic.ts";

const { O_RDONLY, O_RDWR, O_CREAT, O_TRUNC, O_EXCL } = fs.constants;

const OPEN_FLAGS: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY,
  update: O_RDWR,
  create: O_RDWR | O_CREAT | O_TRUNC,
  append: O_RDWR | O_CREAT,
  exclusive: O_RDWR | O_CREAT | O_EXCL,
};

/** Read and write for the owner, read for the rest, before the umask: as upstream's data files (0o666 less the umask). */
const FILE_MODE = 0o666;

/** The file system of the machine. */
export const nodeFiles: Files = {
  open,
  readFile: (path) => fs.readFileSync(path),
  readFileAsync: (path) => fs.promises.readFile(path),
  readFolder: (path) => fs.readdirSync(path).sort(),
  stat,
  diskBytes: (path) => {
    const { bsize, blocks } = fs.statfsSync(path);
    return bsize * blocks;
  },
  makeFolder,
  rename: (from, to) => {
    fs.renameSync(from, to);
  },
  link: (from, to) => {
    fs.linkSync(from, to);
  },
  unlink: (path) => {
    fs.unlinkSync(path);
  },
  removeFolder: (path) => {
    fs.rmSync(path, { recursive: true, force: true });
  },
  syncFolder,
  writeFileAtomic: (path, bytes) => {
    writeAtomic(nodeFiles, path, dirname(path), bytes);
  },
  writeFileAtomicAsync: (path, bytes) => writeAtomicAsync(nodeFiles, path, dirname(path), bytes),
};

function open(path: string, mode: OpenMode): OpenFile {
  const descriptor = fs.openSync(path, OPEN_FLAGS[mode], FILE_MODE);
  return {
    read: (target, position) => readFully(descriptor, target, position),
    write: (bytes, position) => {
      writeFully(descriptor, bytes, position);
    },
    size: () => fs.fstatSync(descriptor).size,
    truncate: (sizeBytes) => {
      fs.ftruncateSync(descriptor, sizeBytes);
    },
    sync: () => {
      fs.fsyncSync(descriptor);
    },
    syncAsync: () =>
      new Promise((resolve, reject) => {
        fs.fsync(descriptor, (error) => {
          if (error === null) resolve();
          else reject(error);
        });
      }),
    syncData: () => {
      fs.fdatasyncSync(descriptor);
    },
    close: () => {
      fs.closeSync(descriptor);
    },
  };
}

/** The system may give fewer bytes than asked for without being at the end. */
function readFully(descriptor: number, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.length) {
    const count = fs.readSync(descriptor, target, done, target.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** The system may take fewer bytes than given, most often just before the disk is full. */
function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) done += fs.writeSync(descriptor, bytes, done, bytes.length - done, position + done);
}

function stat(path: string): FileStat | undefined {
  const found = fs.statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return { isFolder: found.isDirectory(), sizeBytes: found.size, modifiedMs: found.mtimeMs, inode: found.ino };
}

/**
 * Not `mkdirSync` with `recursive`: that goes on forever where a folder exists and still answers ENOENT to whoever makes one in it,
 * as `/proc` does.
 */
function makeFolder(path: string): void {
  try {
    fs.mkdirSync(path);
  } catch (error) {
    if (stat(path)?.isFolder === true) return;
    const parent = dirname(path);
    if (!hasErrorCode(error, "ENOENT") || parent === path || stat(parent) !== undefined) throw error;
    makeFolder(parent);
    makeFolder(path);
  }
}

function syncFolder(path: string): void {
  const descriptor = fs.openSync(path, O_RDONLY);
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
