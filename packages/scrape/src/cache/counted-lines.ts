import { HAS_TIMESTAMP, KEY_LENGTH, type SharedMemory } from "@ferula/kernels";
import { countDistinct } from "./distinct.ts";
import type { Layout } from "./layout.ts";
import { hashBytes } from "./old-lines.ts";

/**
 * The lines of a body that count against the limit of samples: a line without a timestamp that is spelled as one before does not
 * (scrape/scrape_append_v2.go `append`). Asked only where all lines would be too many.
 */
export interface CountedLines {
  /** How many of the body's first lines have been looked at. */
  lineCount: number;
  /** How many of them count. */
  count: number;
  /** How many are in the index, and that: open addressing, at most half full; a place holds a line's number and one, or 0. */
  distinctCount: number;
  index: Int32Array;
}

/** Lines whose timestamps count where `honorsTimestamps`. */
export interface LinesToCount {
  readonly shared: SharedMemory;
  readonly layout: Layout;
  /** The address of the body. */
  readonly body: number;
  readonly honorsTimestamps: boolean;
}

/** Before the first line. Hardly a body is asked about. */
export function createCountedLines(): CountedLines {
  return { lineCount: 0, count: 0, distinctCount: 0, index: new Int32Array(1) };
}

/** Goes on to the line number `lineCount`, but no further than to one more that counts than there may be. Returns how many count. */
export function countLines(counted: CountedLines, lines: LinesToCount, lineCount: number, limit: number): number {
  const { u32 } = lines.shared;
  const { refs, keyLengths } = lines.layout;
  for (; counted.lineCount < lineCount && counted.count <= limit; counted.lineCount++) {
    const i = counted.lineCount;
    if (u32[(refs >>> 2) + i] === 0) continue;
    const isStamped = lines.honorsTimestamps && u32[(keyLengths >>> 2) + i] >= HAS_TIMESTAMP;
    if (addLine(counted, lines, i) || isStamped) counted.count++;
  }
  return counted.count;
}

/** How many spellings some lines have. */
export function spellingCount(lines: LinesToCount, indexes: Uint32Array): number {
  const { u8, u32 } = lines.shared;
  const startOf = (i: number): number => lines.body + u32[(lines.layout.starts >>> 2) + i];
  const lengthOf = (i: number): number => u32[(lines.layout.keyLengths >>> 2) + i] & KEY_LENGTH;
  return countDistinct(
    indexes,
    (i) => hashBytes(u8, startOf(i), lengthOf(i)),
    (i, other) => isSpelled(lines, i, startOf(other), lengthOf(other)),
  );
}

/** Whether one of the lines that were looked at is spelled as the `keyLength` bytes at `key`. */
export function hasCounted({ index }: CountedLines, lines: LinesToCount, key: number, keyLength: number): boolean {
  return index[placeOf(index, lines, key, keyLength)] !== 0;
}

/** Puts a line into the index; returns whether none like it was there. */
function addLine(counted: CountedLines, lines: LinesToCount, i: number): boolean {
  if (2 * (counted.distinctCount + 1) > counted.index.length) grow(counted, lines);
  const place = placeOfLine(counted.index, lines, i);
  if (counted.index[place] !== 0) return false;
  counted.index[place] = i + 1;
  counted.distinctCount++;
  return true;
}

function grow(counted: CountedLines, lines: LinesToCount): void {
  const { index } = counted;
  const larger = new Int32Array(4 * index.length);
  for (let at = 0; at < index.length; at++) if (index[at] !== 0) larger[placeOfLine(larger, lines, index[at] - 1)] = index[at];
  counted.index = larger;
}

function placeOfLine(index: Int32Array, lines: LinesToCount, i: number): number {
  const { u32 } = lines.shared;
  const start = lines.body + u32[(lines.layout.starts >>> 2) + i];
  return placeOf(index, lines, start, u32[(lines.layout.keyLengths >>> 2) + i] & KEY_LENGTH);
}

/** Where a line that is spelled so stands in the index, or would. */
function placeOf(index: Int32Array, lines: LinesToCount, key: number, keyLength: number): number {
  const { u8 } = lines.shared;
  const mask = index.length - 1;
  let place = hashBytes(u8, key, keyLength) & mask;
  while (index[place] !== 0 && !isSpelled(lines, index[place] - 1, key, keyLength)) place = (place + 1) & mask;
  return place;
}

function isSpelled({ shared, layout, body }: LinesToCount, i: number, key: number, keyLength: number): boolean {
  const { u8, u32 } = shared;
  if ((u32[(layout.keyLengths >>> 2) + i] & KEY_LENGTH) !== keyLength) return false;
  const start = body + u32[(layout.starts >>> 2) + i];
  for (let k = keyLength - 1; k >= 0; k--) if (u8[start + k] !== u8[key + k]) return false;
  return true;
}
