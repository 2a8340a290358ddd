import { HAS_TIMESTAMP, type SharedMemory } from "@ferula/kernels";
import type { Layout } from "./layout.ts";

/** How many old lines ahead are tried before the index of all of them is made: a series that went is a gap of a line or a few. */
const LOOK_AHEAD = 8;

/** The lines of the last body, for finding the one that a line of the new body continues. */
export interface OldLines {
  readonly layout: Layout;
  readonly count: number;
  /** The address of the last body. */
  readonly body: number;
}

/**
 * Finds the old line with the same series. Near misses are compared at once; for others an index by hash is made, once a body and only
 * for bodies that need it.
 */
export function createOldLineFinder(shared: SharedMemory, old: OldLines): (body: number, keyLength: number, near: number) => number {
  let index: Int32Array | undefined;

  const matches = (i: number, body: number, keyLength: number): boolean => {
    const { u8, u32 } = shared;
    if ((u32[(old.layout.keyLengths >>> 2) + i] & ~HAS_TIMESTAMP) !== keyLength) return false;
    const start = old.body + u32[(old.layout.starts >>> 2) + i];
    for (let k = 0; k < keyLength; k++) if (u8[start + k] !== u8[body + k]) return false;
    return true;
  };

  return (body, keyLength, near) => {
    for (let i = near; i < Math.min(near + LOOK_AHEAD, old.count); i++) if (matches(i, body, keyLength)) return i;
    index ??= buildIndex(shared, old);
    const mask = index.length - 1;
    for (let slot = hashBytes(shared.u8, body, keyLength) & mask; index[slot] !== 0; slot = (slot + 1) & mask) {
      if (matches(index[slot] - 1, body, keyLength)) return index[slot] - 1;
    }
    return -1;
  };
}

/** Open addressing, at most half full; an entry is the line's index and one, 0 is none. */
function buildIndex(shared: SharedMemory, { layout, count, body }: OldLines): Int32Array {
  const index = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 2)));
  const mask = index.length - 1;
  const { u8, u32 } = shared;
  for (let i = 0; i < count; i++) {
    const start = body + u32[(layout.starts >>> 2) + i];
    const keyLength = u32[(layout.keyLengths >>> 2) + i] & ~HAS_TIMESTAMP;
    let slot = hashBytes(u8, start, keyLength) & mask;
    while (index[slot] !== 0) slot = (slot + 1) & mask;
    index[slot] = i + 1;
  }
  return index;
}

/** FNV-1a, 32 bits. */
function hashBytes(u8: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ u8[i], 0x01000193);
  return hash >>> 0;
}
