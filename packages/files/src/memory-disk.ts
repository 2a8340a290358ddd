import { SECTOR_BYTES, type Damage, type Survivors } from "./damage.ts";
import { fileError, type Fault } from "./fault.ts";
import { writeAtomic, writeAtomicAsync } from "./write-atomic.ts";
import type { Files, FileStat, OpenFile, OpenMode } from "./files.ts";

/** One file: its content now, and what a power cut leaves of it. */
interface Inode {
  readonly number: number;
  bytes: Uint8Array;
  sizeBytes: number;
  /** Undefined for a file that was never synced: a power cut leaves it empty. */
  synced: Uint8Array | undefined;
}

/** A folder is the name with this in place of a file. */
const FOLDER = "folder";
type Entry = Inode | typeof FOLDER;

/** Told of every operation; throws to fail it, or returns the fault that a write has to meet halfway. */
type Account = (operation: string, path: string) => Fault | undefined;

/** The disk behind `createFaultyFiles`: names and contents, each in two states, current and synced. */
export class MemoryDisk {
  /** All files together; a write past it is cut short. */
  capacityBytes: number = Infinity;
  readonly files: Files;
  private readonly account: Account;
  private names = new Map<string, Entry>([["/", FOLDER]]);
  private syncedNames = new Map<string, Entry>([["/", FOLDER]]);
  /** Folders that were moved since the folder they went to was synced: what is synced in them moves with them then. */
  private pendingMoves: { readonly from: string; readonly to: string }[] = [];
  private lastInode = 0;
  /** Raised by a power cut: files opened before it are gone. */
  private generation = 0;

  constructor(account: Account) {
    this.account = account;
    const files: Files = {
      open: (path, mode) => this.open(clean(path), mode),
      readFile: (path) => this.readFile(clean(path)),
      readFileAsync: async (path) => this.readFile(clean(path)),
      readFolder: (path) => this.readFolder(clean(path)),
      stat: (path) => this.stat(clean(path)),
      makeFolder: (path) => {
        this.makeFolder(clean(path));
      },
      rename: (from, to) => {
        this.rename(clean(from), clean(to));
      },
      unlink: (path) => {
        this.account("unlink", path);
        this.file("unlink", clean(path));
        this.names.delete(clean(path));
      },
      removeFolder: (path) => {
        this.account("rm", path);
        for (const name of this.names.keys()) if (name === clean(path) || isInside(name, clean(path))) this.names.delete(name);
      },
      syncFolder: (path) => {
        this.syncFolder(clean(path));
      },
      writeFileAtomic: (path, bytes) => {
        writeAtomic(files, path, parentOf(clean(path)), bytes);
      },
      writeFileAtomicAsync: (path, bytes) => writeAtomicAsync(files, path, parentOf(clean(path)), bytes),
    };
    this.files = files;
  }

  /** See `FaultyFiles`. */
  powerCut(survivors: Survivors): void {
    this.generation++;
    this.names = new Map(this.syncedNames);
    this.pendingMoves = [];
    for (const entry of this.names.values()) {
      if (entry === FOLDER) continue;
      const left = survivingBytes(entry.bytes.subarray(0, entry.sizeBytes), entry.synced ?? new Uint8Array(0), survivors);
      entry.bytes = left;
      entry.sizeBytes = left.length;
      entry.synced = left.slice();
    }
  }

  /** See `FaultyFiles`. */
  corrupt(path: string, damage: Damage): void {
    const inode = this.file("corrupt", clean(path));
    inode.bytes = damage(inode.bytes.slice(0, inode.sizeBytes));
    inode.sizeBytes = inode.bytes.length;
    inode.synced = inode.bytes.slice();
  }

  private open(path: string, mode: OpenMode): OpenFile {
    this.account("open", path);
    const found = this.names.get(path);
    if (found === FOLDER) throw fileError("EISDIR", "open", path);
    if (found === undefined && (mode === "read" || mode === "update")) throw fileError("ENOENT", "open", path);
    if (found !== undefined && mode === "exclusive") throw fileError("EEXIST", "open", path);
    const inode = found ?? this.createInode(path);
    if (mode === "create") resize(inode, 0);
    return this.handle(path, inode, mode);
  }

  private createInode(path: string): Inode {
    if (this.names.get(parentOf(path)) !== FOLDER) throw fileError("ENOENT", "open", path);
    const inode: Inode = { number: ++this.lastInode, bytes: new Uint8Array(0), sizeBytes: 0, synced: undefined };
    this.names.set(path, inode);
    return inode;
  }

  private handle(path: string, inode: Inode, mode: OpenMode): OpenFile {
    const generation = this.generation;
    let isOpen = true;
    const enter = (operation: string): Fault | undefined => {
      if (!isOpen || generation !== this.generation) throw fileError("EBADF", operation, path);
      return this.account(operation, path);
    };
    const sync = (operation: string): void => {
      enter(operation);
      inode.synced = inode.bytes.slice(0, inode.sizeBytes);
    };
    return {
      read: (target, position) => {
        enter("read");
        const count = Math.max(0, Math.min(target.length, inode.sizeBytes - position));
        if (count > 0) target.set(inode.bytes.subarray(position, position + count));
        return count;
      },
      write: (bytes, position) => {
        const fault = enter("write");
        if (mode === "read") throw fileError("EBADF", "write", path);
        this.write(path, inode, bytes, position, fault);
      },
      size: () => inode.sizeBytes,
      truncate: (sizeBytes) => {
        enter("ftruncate");
        resize(inode, sizeBytes);
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
        isOpen = false;
      },
    };
  }

  private write(path: string, inode: Inode, bytes: Uint8Array, position: number, fault: Fault | undefined): void {
    const otherBytes = this.usedBytes() - inode.sizeBytes;
    const roomBytes = Math.max(0, this.capacityBytes - otherBytes - position);
    const allowed = Math.min(bytes.length, roomBytes, fault === undefined ? Infinity : (fault.writtenBytes ?? 0));
    if (allowed > 0) {
      if (position + allowed > inode.sizeBytes) resize(inode, position + allowed);
      inode.bytes.set(bytes.subarray(0, allowed), position);
    }
    if (fault !== undefined) throw fileError(fault.code, "write", path);
    if (allowed < bytes.length) throw fileError("ENOSPC", "write", path);
  }

  private usedBytes(): number {
    let sum = 0;
    for (const entry of this.names.values()) if (entry !== FOLDER) sum += entry.sizeBytes;
    return sum;
  }

  private readFile(path: string): Uint8Array {
    this.account("readFile", path);
    const inode = this.file("open", path);
    return inode.bytes.slice(0, inode.sizeBytes);
  }

  private readFolder(path: string): string[] {
    this.account("readdir", path);
    if (this.names.get(path) !== FOLDER) throw fileError("ENOENT", "readdir", path);
    const found: string[] = [];
    for (const name of this.names.keys()) if (name !== "/" && parentOf(name) === path) found.push(name.slice(name.lastIndexOf("/") + 1));
    return found.sort();
  }

  private stat(path: string): FileStat | undefined {
    const entry = this.names.get(path);
    if (entry === undefined) return undefined;
    if (entry === FOLDER) return { isFolder: true, sizeBytes: 0, modifiedMs: 0, inode: 0 };
    return { isFolder: false, sizeBytes: entry.sizeBytes, modifiedMs: 0, inode: entry.number };
  }

  private makeFolder(path: string): void {
    this.account("mkdir", path);
    for (let folder = path; folder !== "/"; folder = parentOf(folder)) {
      const found = this.names.get(folder);
      if (found !== undefined && found !== FOLDER) throw fileError("EEXIST", "mkdir", folder);
      this.names.set(folder, FOLDER);
    }
  }

  private rename(from: string, to: string): void {
    this.account("rename", from);
    const entry = this.names.get(from);
    if (entry === undefined) throw fileError("ENOENT", "rename", from);
    if (entry === FOLDER) this.pendingMoves.push({ from, to });
    const moving = [...this.names].filter(([name]) => name === from || isInside(name, from));
    for (const [name, moved] of moving) {
      this.names.delete(name);
      this.names.set(to + name.slice(from.length), moved);
    }
  }

  private syncFolder(path: string): void {
    this.account("fsync", path);
    if (this.names.get(path) !== FOLDER) throw fileError("ENOENT", "open", path);
    for (const move of this.pendingMoves) if (parentOf(move.to) === path) this.moveSynced(move);
    this.pendingMoves = this.pendingMoves.filter(({ to }) => parentOf(to) !== path);
    for (const name of this.syncedNames.keys())
      if (name !== "/" && parentOf(name) === path && !this.names.has(name)) this.syncedNames.delete(name);
    for (const [name, entry] of this.names) if (name !== "/" && parentOf(name) === path) this.syncedNames.set(name, entry);
    // A folder that can be opened to be synced has survived so far as a name itself; ours are made once at the start.
    for (let folder = path; folder !== "/"; folder = parentOf(folder)) this.syncedNames.set(folder, FOLDER);
  }

  private moveSynced({ from, to }: { readonly from: string; readonly to: string }): void {
    for (const [name, entry] of [...this.syncedNames]) {
      if (name !== from && !isInside(name, from)) continue;
      this.syncedNames.delete(name);
      this.syncedNames.set(to + name.slice(from.length), entry);
    }
  }

  private file(operation: string, path: string): Inode {
    const entry = this.names.get(path);
    if (entry === undefined) throw fileError("ENOENT", operation, path);
    if (entry === FOLDER) throw fileError("EISDIR", operation, path);
    return entry;
  }
}

function survivingBytes(written: Uint8Array, synced: Uint8Array, survivors: Survivors): Uint8Array {
  if (typeof survivors === "number") {
    const end = Math.min(written.length, synced.length + survivors);
    return end <= synced.length ? synced.slice() : concat(synced, written.subarray(synced.length, end));
  }
  const left = concat(synced, new Uint8Array(Math.max(0, written.length - synced.length)));
  let sizeBytes = synced.length;
  for (let start = 0; start < written.length; start += SECTOR_BYTES) {
    if (!survivors(start / SECTOR_BYTES)) continue;
    const sector = written.subarray(start, start + SECTOR_BYTES);
    left.set(sector, start);
    sizeBytes = Math.max(sizeBytes, start + sector.length);
  }
  return left.slice(0, sizeBytes);
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function resize(inode: Inode, sizeBytes: number): void {
  if (sizeBytes > inode.bytes.length) {
    const bytes = new Uint8Array(Math.max(sizeBytes, inode.bytes.length * 2));
    bytes.set(inode.bytes.subarray(0, inode.sizeBytes));
    inode.bytes = bytes;
  } else if (sizeBytes < inode.sizeBytes) {
    inode.bytes.fill(0, sizeBytes, inode.sizeBytes);
  }
  inode.sizeBytes = sizeBytes;
}

/** `/a//b/` and `a/b` name the same file here. */
function clean(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return `/${parts.join("/")}`;
}

function parentOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder === "/" ? "/" : `${folder}/`) && path !== folder;
}
