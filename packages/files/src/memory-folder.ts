import { fileError } from "./fault.ts";
import { MemoryFile } from "./memory-file.ts";
import type { Survivors } from "./damage.ts";

/** What a name stands for. */
export type MemoryNode = MemoryFile | MemoryFolder;

/** A name, whether something has it or not. */
export interface Place {
  /** The folder it is in, as a place itself; undefined for the root. */
  readonly above: Place | undefined;
  readonly folder: MemoryFolder;
  readonly name: string;
  readonly node: MemoryNode | undefined;
}

/** A folder in memory: its names as programs see them and as they are on the disk. */
export class MemoryFolder {
  readonly number: number;
  readonly entries: Map<string, MemoryNode> = new Map();
  private synced: ReadonlyMap<string, MemoryNode> = new Map();
  /** The folder on whose disk state this one stands; undefined as long as a power cut would leave it without a name. */
  private namedIn: MemoryFolder | undefined;

  /** An empty folder; `number` is its inode's. */
  constructor(number: number) {
    this.number = number;
  }

  /** Brings the names to the disk. */
  sync(): void {
    const before = this.synced;
    this.synced = new Map(this.entries);
    for (const node of before.values()) if (node instanceof MemoryFolder && node.namedIn === this) node.namedIn = undefined;
    for (const node of this.entries.values()) {
      if (!(node instanceof MemoryFolder)) continue;
      // It was moved here: a folder has one name only, unlike a file, which may be found at both when one side was synced.
      if (node.namedIn !== this) node.namedIn?.forget(node);
      node.namedIn = this;
    }
  }

  /**
   * Brings the one name of a folder to the disk that has none there yet: syncing a new folder keeps its name, too (as ext4's journal does).
   * One that was moved stays where it was.
   */
  syncNewFolder(name: string, folder: MemoryFolder): void {
    if (folder.namedIn !== undefined) return;
    this.synced = new Map(this.synced).set(name, folder);
    folder.namedIn = this;
  }

  /** Goes back to the names on the disk, here and below, and the files to their content there. */
  powerCut(survivors: Survivors): void {
    this.entries.clear();
    for (const [name, node] of this.synced) {
      this.entries.set(name, node);
      node.powerCut(survivors);
    }
  }

  /** All files here and below. */
  *files(): Generator<MemoryFile> {
    for (const node of this.entries.values()) {
      if (node instanceof MemoryFile) yield node;
      else yield* node.files();
    }
  }

  private forget(folder: MemoryFolder): void {
    this.synced = new Map([...this.synced].filter(([, node]) => node !== folder));
  }
}

/**
 * The place that a path names below `root`, which is the working folder, too. Throws ENOENT where a folder on the way is missing, and
 * ENOTDIR where it is a file.
 */
export function locate(root: MemoryFolder, operation: string, path: string): Place {
  let place: Place = { above: undefined, folder: root, name: "", node: root };
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    const folder = folderAt(place, operation, path);
    place = part === ".." ? (place.above ?? place) : { above: place, folder, name: part, node: folder.entries.get(part) };
  }
  if (path.endsWith("/") && place.node instanceof MemoryFile) throw fileError("ENOTDIR", operation, path);
  return place;
}

/** The folder at a place. Throws ENOENT where nothing is there, and ENOTDIR where it is a file. */
export function folderAt({ node }: Place, operation: string, path: string): MemoryFolder {
  if (node === undefined) throw fileError("ENOENT", operation, path);
  if (node instanceof MemoryFile) throw fileError("ENOTDIR", operation, path);
  return node;
}
