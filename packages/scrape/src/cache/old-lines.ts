import { KEY_LENGTH, type SharedMemory } from "@ferula/kernels";
import type { TimeSlice } from "@ferula/lifecycle";
import type { ReadBody } from "./layout.ts";

/** Finds lines of the last body. */
export interface OldLines {
  /** The line whose series is spelled as the `keyLength` bytes at `key`, or -1. `near` is where it is looked for first. */
  readonly find: (key: number, keyLength: number, near: number) => number;
  /** Whether lines are looked for one by one that an index would find. */
  readonly wantsIndex: () => boolean;
  /** Makes the index, in slices. */
  readonly makeIndex: (slice: TimeSlice) => Generator<undefined, void>;
}

/** Whether line i is spelled as the bytes at `key`. */
type Matches = (i: number, key: number, keyLength: number) => boolean;

/** How many old lines ahead are tried before the index of all of them is made: a series that went is a gap of a line or a few. */
const LOOK_AHEAD = 8;

/** So many lines are looked for one by one, which costs some 20 µs in 10,000 lines, before the index is made, which costs a millisecond. */
const MAX_SCANS = 32;

/** As many lines go into the index between two looks at the clock. */
const LINES_AT_ONCE = 1024;

/** Finds lines of `old`. Of several that are spelled alike it is one of them, and the first if none is near. */
export function createOldLines(shared: SharedMemory, old: ReadBody): OldLines {
  const { layout, lineCount } = old;
  const body = old.region.address;
  let index: Int32Array | undefined;
  let scanCount = 0;

  const matches: Matches = (i, key, keyLength) => {
    const { u8, u32 } = shared;
    if ((u32[(layout.keyLengths >>> 2) + i] & KEY_LENGTH) !== keyLength) return false;
    const start = body + u32[(layout.starts >>> 2) + i];
    // Backwards: series that follow each other differ in their last labels.
    for (let k = keyLength - 1; k >= 0; k--) if (u8[start + k] !== u8[key + k]) return false;
    return true;
  };

  function find(key: number, keyLength: number, near: number): number {
    const nearEnd = Math.min(near + LOOK_AHEAD, lineCount);
    for (let i = near; i < nearEnd; i++) if (matches(i, key, keyLength)) return i;
    if (index === undefined) return scan(key, keyLength);
    const mask = index.length - 1;
    for (let slot = hashBytes(shared.u8, key, keyLength) & mask; index[slot] !== 0; slot = (slot + 1) & mask) {
      if (matches(index[slot] - 1, key, keyLength)) return index[slot] - 1;
    }
    return -1;
  }

  function scan(key: number, keyLength: number): number {
    scanCount++;
    const { u32 } = shared;
    const lengths = layout.keyLengths >>> 2;
    for (let i = 0; i < lineCount; i++) if ((u32[lengths + i] & KEY_LENGTH) === keyLength && matches(i, key, keyLength)) return i;
    return -1;
  }

  return {
    find,
    wantsIndex: () => index === undefined && scanCount >= MAX_SCANS,
    *makeIndex(slice) {
      index = yield* buildIndex(shared, old, matches, slice);
    },
  };
}

/** Open addressing, at most half full; an entry is the line's index and one, 0 is none. Of lines that are spelled alike the first is in. */
function* buildIndex(
  { u8, u32 }: SharedMemory,
  { layout, lineCount, region }: ReadBody,
  matches: Matches,
  slice: TimeSlice,
): Generator<undefined, Int32Array> {
  const index = new Int32Array(2 ** Math.ceil(Math.log2(2 * lineCount + 2)));
  const mask = index.length - 1;
  for (let i = 0; i < lineCount; i++) {
    if (i % LINES_AT_ONCE === 0 && slice.isSpent()) yield;
    const keyFlags = u32[(layout.keyLengths >>> 2) + i];
    if (keyFlags === u32[(layout.lineLengths >>> 2) + i]) continue;
    const start = region.address + u32[(layout.starts >>> 2) + i];
    const keyLength = keyFlags & KEY_LENGTH;
    let slot = hashBytes(u8, start, keyLength) & mask;
    while (index[slot] !== 0 && !matches(index[slot] - 1, start, keyLength)) slot = (slot + 1) & mask;
    if (index[slot] === 0) index[slot] = i + 1;
  }
  return index;
}

/** FNV-1a, 32 bits. */
export function hashBytes(u8: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ u8[i], 0x01000193);
  return hash >>> 0;
}
