import { posix } from "node:path";
import type { Damage, Survivors } from "./damage.ts";
import { fileError, type Fault } from "./fault.ts";
import { hasErrorCode, type Files, type FileStat, type OpenFile, type OpenMode } from "./files.ts";
import { MemoryFile } from "./memory-file.ts";
import { folderAt, locate, MemoryFolder, type Place } from "./memory-folder.ts";
import { writeAtomic, writeAtomicAsync } from "./write-atomic.ts";

/** Told of every operation; throws to fail it, or returns the fault that a write has to meet halfway. */
type Account = (operation: string, path: string) => Fault | undefined;

/** The disk behind `createFaultyFiles`: names and contents, each in two states, current and synced. */
export class MemoryDisk {
  /** All files together; a write past it is cut short. */
  capacityBytes: number = Infinity;
  readonly files: Files;
  private readonly account: Account;
  private readonly root = new MemoryFolder(1);
  private lastNumber = 1;
  /** Raised by a power cut: files opened before it are gone. */
  private generation = 0;

  constructor(account: Account) {
    this.account = account;
    const files: Files = {
      open: (path, mode) => this.open(path, mode),
      readFile: (path) => this.readFile(path),
      readFileAsync: async (path) => this.readFile(path),
      readFolder: (path) => this.readFolder(path),
      stat: (path) => this.stat(path),
      makeFolder: (path) => {
        this.makeFolder(path);
      },
      rename: (from, to) => {
        this.rename(from, to);
      },
      link: (from, to) => {
        this.link(from, to);
      },
      diskBytes: () => (this.capacityBytes === Infinity ? 0 : this.capacityBytes),
      unlink: (path) => {
        this.unlink(path);
      },
      removeFolder: (path) => {
        this.removeFolder(path);
      },
      syncFolder: (path) => {
        this.syncFolder(path);
      },
      writeFileAtomic: (path, bytes) => {
        writeAtomic(files, path, posix.dirname(path), bytes);
      },
      writeFileAtomicAsync: (path, bytes) => writeAtomicAsync(files, path, posix.dirname(path), bytes),
    };
    this.files = files;
  }

  /** See `FaultyFiles`. */
  powerCut(survivors: Survivors): void {
    this.generation++;
    this.root.powerCut(survivors);
  }

  /** See `FaultyFiles`. */
  corrupt(path: string, damage: Damage): void {
    const file = fileAt(locate(this.root, "corrupt", path), "corrupt", path);
    file.replace(damage(file.content().slice()));
  }

  private open(path: string, mode: OpenMode): OpenFile {
    this.account("open", path);
    const place = locate(this.root, "open", path);
    if (place.node !== undefined && mode === "exclusive") throw fileError("EEXIST", "open", path);
    const isMade = place.node === undefined && mode !== "read" && mode !== "update";
    const file = isMade ? this.createFile(place) : fileAt(place, "open", path);
    if (mode === "create") file.resize(0);
    return this.handle(path, file, mode);
  }

  private createFile({ folder, name }: Place): MemoryFile {
    const file = new MemoryFile(++this.lastNumber);
    folder.entries.set(name, file);
    return file;
  }

  private handle(path: string, file: MemoryFile, mode: OpenMode): OpenFile {
    const generation = this.generation;
    let isOpen = true;
    const checkOpen = (operation: string): void => {
      if (!isOpen || generation !== this.generation) throw fileError("EBADF", operation, path);
    };
    const enter = (operation: string): Fault | undefined => {
      checkOpen(operation);
      return this.account(operation, path);
    };
    const sync = (operation: string): void => {
      checkOpen(operation);
      try {
        this.account(operation, path);
      } catch (error) {
        file.failSync();
        throw error;
      }
      file.sync();
    };
    return {
      read: (target, position) => {
        enter("read");
        const bytes = file.content().subarray(position, position + target.length);
        target.set(bytes);
        return bytes.length;
      },
      write: (bytes, position) => {
        const fault = enter("write");
        if (mode === "read") throw fileError("EBADF", "write", path);
        this.write(path, file, bytes, position, fault);
      },
      size: () => {
        checkOpen("fstat");
        return file.sizeBytes;
      },
      truncate: (sizeBytes) => {
        enter("ftruncate");
        if (mode === "read") throw fileError("EINVAL", "ftruncate", path);
        file.resize(sizeBytes);
      },
      sync: () => {
        sync("fsync");
      },
      syncAsync: async () => {
        sync("fsync");
      },
      syncData: () => {
        sync("fdatasync");
      },
      close: () => {
        // Those of before a power cut are closed by what is left of their program.
        if (!isOpen) throw fileError("EBADF", "close", path);
        isOpen = false;
      },
    };
  }

  private write(path: string, file: MemoryFile, bytes: Uint8Array, position: number, fault: Fault | undefined): void {
    const roomBytes = Math.max(0, this.capacityBytes - (this.usedBytes() - file.sizeBytes) - position);
    const allowed = Math.min(bytes.length, roomBytes, fault === undefined ? Infinity : (fault.writtenBytes ?? 0));
    if (allowed > 0) file.write(bytes.subarray(0, allowed), position);
    if (fault !== undefined) throw fileError(fault.code, "write", path);
    if (allowed < bytes.length) throw fileError("ENOSPC", "write", path);
  }

  private usedBytes(): number {
    // Most tests never fill the disk.
    if (this.capacityBytes === Infinity) return 0;
    let sum = 0;
    // A file may have several names.
    for (const file of new Set(this.root.files())) sum += file.sizeBytes;
    return sum;
  }

  private readFile(path: string): Uint8Array {
    this.account("readFile", path);
    return fileAt(locate(this.root, "open", path), "open", path)
      .content()
      .slice();
  }

  private readFolder(path: string): string[] {
    this.account("readdir", path);
    return [...folderAt(locate(this.root, "readdir", path), "readdir", path).entries.keys()].sort();
  }

  private stat(path: string): FileStat | undefined {
    const node = find(this.root, "stat", path)?.node;
    if (node === undefined) return undefined;
    const isFolder = node instanceof MemoryFolder;
    return { isFolder, sizeBytes: isFolder ? 0 : node.sizeBytes, modifiedMs: 0, inode: node.number };
  }

  private makeFolder(path: string): void {
    this.account("mkdir", path);
    // From the top, so that a file on the way stops it before anything is made.
    const parts = path.split("/");
    for (let end = 1; end <= parts.length; end++) {
      const { folder, name, node } = locate(this.root, "mkdir", parts.slice(0, end).join("/"));
      if (node instanceof MemoryFile) throw fileError(end === parts.length ? "EEXIST" : "ENOTDIR", "mkdir", path);
      if (node === undefined) folder.entries.set(name, new MemoryFolder(++this.lastNumber));
    }
  }

  private rename(from: string, to: string): void {
    this.account("rename", from);
    const source = locate(this.root, "rename", from);
    const target = locate(this.root, "rename", to);
    const { node } = source;
    if (node === undefined) throw fileError("ENOENT", "rename", from);
    if (node === target.node) return;
    const code = reasonNotToReplace(source, target);
    if (code !== undefined) throw fileError(code, "rename", from);
    source.folder.entries.delete(source.name);
    target.folder.entries.set(target.name, node);
  }

  private link(from: string, to: string): void {
    this.account("link", from);
    const file = fileAt(locate(this.root, "link", from), "link", from);
    const { folder, name, node } = locate(this.root, "link", to);
    if (node !== undefined) throw fileError("EEXIST", "link", to);
    folder.entries.set(name, file);
  }

  private unlink(path: string): void {
    this.account("unlink", path);
    const place = locate(this.root, "unlink", path);
    fileAt(place, "unlink", path);
    place.folder.entries.delete(place.name);
  }

  private removeFolder(path: string): void {
    this.account("rm", path);
    const place = find(this.root, "rm", path);
    place?.folder.entries.delete(place.name);
  }

  private syncFolder(path: string): void {
    this.account("fsync", path);
    const place = locate(this.root, "open", path);
    folderAt(place, "open", path).sync();
    for (let at: Place | undefined = place; at !== undefined; at = at.above) {
      if (at.node instanceof MemoryFolder && at.above !== undefined) at.folder.syncNewFolder(at.name, at.node);
    }
  }
}

/** As `locate`, but undefined where a folder on the way is missing. */
function find(root: MemoryFolder, operation: string, path: string): Place | undefined {
  try {
    return locate(root, operation, path);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** The code of rename(2) where what is at `target` keeps `source` from its place. */
function reasonNotToReplace({ node: moved }: Place, target: Place): string | undefined {
  for (let at = target.above; at !== undefined; at = at.above) if (at.node === moved) return "EINVAL";
  if (target.node === undefined) return undefined;
  if (target.node instanceof MemoryFile) return moved instanceof MemoryFile ? undefined : "ENOTDIR";
  if (moved instanceof MemoryFile) return "EISDIR";
  return target.node.entries.size > 0 ? "ENOTEMPTY" : undefined;
}

function fileAt({ node }: Place, operation: string, path: string): MemoryFile {
  if (node === undefined) throw fileError("ENOENT", operation, path);
  if (node instanceof MemoryFolder) throw fileError("EISDIR", operation, path);
  return node;
}
