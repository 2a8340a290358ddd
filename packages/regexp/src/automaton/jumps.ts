import type { Link } from "./positions.ts";

/** Numbers that the targets of one context may take, 16 MB. */
const MOST_TARGET_NUMBERS = 4_000_000;

/**
 * How sets of positions follow one another, bit by bit. Most positions are followed by their neighbour alone, which a shift does for 32 at
 * once. The others are listed by the word they stand in: each entry has the bits from which it leads on, and where to.
 */
export interface Jumps {
  /** The bits of positions that are followed by their neighbour. */
  readonly shifts: Uint32Array;
  /** The bits that stand in any entry of the word. */
  readonly sources: Uint32Array;
  /** The entries of word i begin at `entryStarts[i]` and end before `entryStarts[i + 1]`. */
  readonly entryStarts: Int32Array;
  readonly entryMasks: Int32Array;
  /** For each entry, where its targets begin and end in `targets`, which holds pairs of the index of a word and its bits. */
  readonly targetBounds: Int32Array;
  readonly targets: Int32Array;
}

/** Sorts links for `jump`; undefined when they take too much room. */
export function jumpsOf(links: readonly Link[], wordCount: number): Jumps | undefined {
  const shifts = new Uint32Array(wordCount);
  const sources = new Uint32Array(wordCount);
  const entries: Map<number, (readonly number[])[]>[] = [];
  for (const { from, to } of links) {
    if (from.length === 1 && to.length === 1 && to[0] === from[0] + 1) {
      shifts[from[0] >> 5] |= 1 << (from[0] & 31);
      continue;
    }
    const masks = new Map<number, number>();
    for (const position of from) masks.set(position >> 5, (masks.get(position >> 5) ?? 0) | (1 << (position & 31)));
    for (const [word, mask] of masks) {
      sources[word] |= mask;
      const ofWord = (entries[word] ??= new Map<number, (readonly number[])[]>());
      const lists = ofWord.get(mask);
      if (lists === undefined) ofWord.set(mask, [to]);
      else lists.push(to);
    }
  }
  return layOut(entries, wordCount, { shifts, sources });
}

function layOut(
  entries: readonly (ReadonlyMap<number, readonly (readonly number[])[]> | undefined)[],
  wordCount: number,
  { shifts, sources }: Pick<Jumps, "shifts" | "sources">,
): Jumps | undefined {
  const pool = new TargetPool(wordCount);
  const entryStarts = new Int32Array(wordCount + 1);
  const entryMasks: number[] = [];
  const targetBounds: number[] = [];
  for (let word = 0; word < wordCount; word++) {
    entryStarts[word] = entryMasks.length;
    for (const [mask, lists] of entries[word] ?? []) {
      const [start, end] = pool.place(lists);
      entryMasks.push(mask);
      targetBounds.push(start, end);
      if (pool.numbers.length > MOST_TARGET_NUMBERS) return undefined;
    }
  }
  entryStarts[wordCount] = entryMasks.length;
  return {
    shifts,
    sources,
    entryStarts,
    entryMasks: Int32Array.from(entryMasks),
    targetBounds: Int32Array.from(targetBounds),
    targets: Int32Array.from(pool.numbers),
  };
}

/** Targets as pairs of words and bits; a list that many entries lead to stands there once. */
class TargetPool {
  readonly numbers: number[] = [];
  private readonly placed = new Map<readonly number[], readonly [number, number]>();
  private readonly bits: Int32Array;

  constructor(wordCount: number) {
    this.bits = new Int32Array(wordCount);
  }

  /** Where the targets of all `lists` begin and end. */
  place(lists: readonly (readonly number[])[]): readonly [number, number] {
    const [only] = lists;
    const known = lists.length === 1 ? this.placed.get(only) : undefined;
    if (known !== undefined) return known;
    const words: number[] = [];
    for (const list of lists) {
      for (const position of list) {
        if (this.bits[position >> 5] === 0) words.push(position >> 5);
        this.bits[position >> 5] |= 1 << (position & 31);
      }
    }
    const start = this.numbers.length;
    for (const word of words) {
      this.numbers.push(word, this.bits[word]);
      this.bits[word] = 0;
    }
    const bounds = [start, this.numbers.length] as const;
    if (lists.length === 1) this.placed.set(only, bounds);
    return bounds;
  }
}

/** Writes to `next` those of the positions in `mask` that follow the set at `at` in `words`. */
export function jump(jumps: Jumps, words: Uint32Array, at: number, mask: Uint32Array, next: Uint32Array): void {
  const { shifts, sources, entryStarts, entryMasks, targetBounds, targets } = jumps;
  let carry = 0;
  for (let i = 0; i < next.length; i++) {
    const shifted = words[at + i] & shifts[i];
    next[i] = (shifted << 1) | carry;
    carry = shifted >>> 31;
  }
  for (let i = 0; i < next.length; i++) {
    const rest = words[at + i] & sources[i];
    if (rest === 0) continue;
    const last = entryStarts[i + 1];
    for (let entry = entryStarts[i]; entry < last; entry++) {
      if ((rest & entryMasks[entry]) === 0) continue;
      const end = targetBounds[2 * entry + 1];
      for (let k = targetBounds[2 * entry]; k < end; k += 2) next[targets[k]] |= targets[k + 1];
    }
  }
  for (let i = 0; i < next.length; i++) next[i] &= mask[i];
}
