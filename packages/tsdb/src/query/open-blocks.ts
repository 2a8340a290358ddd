import type { Files } from "@ferula/files";
import { openBlock, type BlockReader } from "../block/open-block.ts";
import type { PageCache } from "../block/page-cache.ts";
import { SelectionCache } from "../block/selection-cache.ts";

/** A block by which a thread that has it open names it to others. */
export interface NamedBlock {
  readonly id: number;
  readonly dir: string;
}

/**
 * The blocks that a thread has opened by the names that the thread of the database gave it. One whose tombstones have changed comes under
 * another id, and is opened anew.
 */
export class OpenBlocks {
  private readonly files: Files;
  private readonly pageCache: PageCache;
  private readonly selections = new SelectionCache();
  private readonly open = new Map<string, { readonly id: number; readonly reader: BlockReader }>();
  /** Replaced, but maybe still read by the query that runs. */
  private readonly replaced: BlockReader[] = [];

  constructor(files: Files, pageCache: PageCache) {
    this.files = files;
    this.pageCache = pageCache;
  }

  /** The block, opened when it is not. Throws as `openBlock` does; it is tried again the next time. */
  get({ id, dir }: NamedBlock): BlockReader {
    const known = this.open.get(dir);
    if (known?.id === id) return known.reader;
    const reader = openBlock(this.files, dir, { pageCache: this.pageCache, selections: this.selections });
    if (known !== undefined) this.replaced.push(known.reader);
    this.open.set(dir, { id, reader });
    return reader;
  }

  /** Closes the files of blocks that have been removed or replaced: open, they would go on taking room on the disk. No query may run. */
  closeRemoved(): void {
    for (const reader of this.replaced.splice(0)) reader.close();
    for (const [dir, { reader }] of this.open) {
      if (this.isThere(dir)) continue;
      this.open.delete(dir);
      reader.close();
    }
  }

  /** Closes all. */
  close(): void {
    for (const { reader } of this.open.values()) this.replaced.push(reader);
    this.open.clear();
    for (const reader of this.replaced.splice(0)) reader.close();
  }

  private isThere(dir: string): boolean {
    try {
      return this.files.stat(dir) !== undefined;
    } catch {
      // A folder that can't be looked at for the moment may be there: it is asked about again.
      return true;
    }
  }
}
