import { SECTOR_BYTES, type Survivors } from "./damage.ts";

/** Bytes that were written since the last sync, from `start` to below `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The content of a file in memory, as programs see it and as it is on the disk. */
export class MemoryFile {
  readonly number: number;
  sizeBytes: number = 0;
  private bytes: Uint8Array = new Uint8Array(0);
  private synced: Uint8Array = new Uint8Array(0);
  private dirty: Range[] = [];

  /** An empty file; `number` is its inode's. */
  constructor(number: number) {
    this.number = number;
  }

  /** The content as programs see it: a view, which the next change may make stale. */
  content(): Uint8Array {
    return this.bytes.subarray(0, this.sizeBytes);
  }

  /** Writes `bytes` at `position`; what lies between the end and there becomes zeros. */
  write(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length;
    if (end > this.sizeBytes) this.resize(end);
    this.bytes.set(bytes, position);
    const last = this.dirty.at(-1);
    if (last?.end === position) this.dirty[this.dirty.length - 1] = { start: last.start, end };
    else this.dirty.push({ start: position, end });
  }

  /** Cuts the file, or adds zeros. */
  resize(sizeBytes: number): void {
    if (sizeBytes > this.bytes.length) {
      const bytes = new Uint8Array(Math.max(sizeBytes, this.bytes.length * 2));
      bytes.set(this.content());
      this.bytes = bytes;
    } else if (sizeBytes < this.sizeBytes) {
      this.bytes.fill(0, sizeBytes, this.sizeBytes);
      // Should the file grow again, these are zeros and not what stands on the disk.
      this.dirty.push({ start: sizeBytes, end: this.sizeBytes });
    }
    this.sizeBytes = sizeBytes;
  }

  /** Brings to the disk what was written since the last sync, whether that one succeeded or not. */
  sync(): void {
    const synced = new Uint8Array(this.sizeBytes);
    synced.set(this.synced.subarray(0, this.sizeBytes));
    for (const { start, end } of this.dirty) synced.set(this.content().subarray(start, end), Math.min(start, this.sizeBytes));
    this.synced = synced;
    this.dirty = [];
  }

  /** Linux counts pages that it could not write as clean: another sync succeeds and does not write them. */
  failSync(): void {
    this.dirty = [];
  }

  /** Leaves what was synced, and of the rest what `survivors` says. */
  powerCut(survivors: Survivors): void {
    this.replace(survivingBytes(this.content(), this.synced, survivors));
  }

  /** Makes `bytes` the content, on the disk too. */
  replace(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.sizeBytes = bytes.length;
    this.synced = bytes.slice();
    this.dirty = [];
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
