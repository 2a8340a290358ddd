import { differenceHigh, sumHigh } from "../bits/int64.ts";
import type { FieldWords } from "./row.ts";

/**
 * Counts of buckets as they are: floats are so in their fields; of integers, whose fields hold differences, an added-up copy in
 * `scratch`. Fields keep their places.
 */
export function absoluteCounts(isInteger: boolean, source: FieldWords, first: number, count: number, scratch: CountScratch): FieldWords {
  if (!isInteger) return source;
  const { words } = scratch.withRoom(first + count);
  let low = 0;
  let high = 0;
  for (let field = first; field < first + count; field++) {
    const deltaLow = source.words[2 * field];
    high = sumHigh(low, high, deltaLow, source.words[2 * field + 1]);
    low = (low + deltaLow) | 0;
    words[2 * field] = low;
    words[2 * field + 1] = high;
  }
  return scratch;
}

/** Memory for one set of counts, kept between calls. */
export class CountScratch implements FieldWords {
  doubles: Float64Array = new Float64Array(64);
  words: Int32Array = new Int32Array(this.doubles.buffer);

  withRoom(fieldCount: number): this {
    if (this.doubles.length < fieldCount) {
      this.doubles = new Float64Array(2 * fieldCount);
      this.words = new Int32Array(this.doubles.buffer);
    }
    return this;
  }
}

/** Whether a count is above another. */
export function isAbove(isInteger: boolean, a: FieldWords, aField: number, b: FieldWords, bField: number): boolean {
  if (!isInteger) return a.doubles[aField] > b.doubles[bField];
  const aHigh = a.words[2 * aField + 1];
  const bHigh = b.words[2 * bField + 1];
  return aHigh !== bHigh ? aHigh > bHigh : a.words[2 * aField] >>> 0 > b.words[2 * bField] >>> 0;
}

/** The same for counts in full, which are unsigned where they are integers. */
export function isTotalAbove(isInteger: boolean, a: FieldWords, b: FieldWords, field: number): boolean {
  if (!isInteger) return a.doubles[field] > b.doubles[field];
  const aHigh = a.words[2 * field + 1] >>> 0;
  const bHigh = b.words[2 * field + 1] >>> 0;
  return aHigh !== bHigh ? aHigh > bHigh : a.words[2 * field] >>> 0 > b.words[2 * field] >>> 0;
}

/** Whether a count is 0. */
export function isZero(isInteger: boolean, a: FieldWords, field: number): boolean {
  if (!isInteger) return a.doubles[field] === 0;
  return a.words[2 * field] === 0 && a.words[2 * field + 1] === 0;
}

/**
 * Copies buckets to their slots in a layout of more buckets; those between are empty. Integers, which are differences, are adjusted: a
 * bucket behind an empty one tells its whole count. `target` must hold zeros.
 */
export function placeBuckets(
  isInteger: boolean,
  source: FieldWords,
  first: number,
  slots: Int32Array,
  target: FieldWords,
  targetFirst: number,
  targetCount: number,
): void {
  let next = 0;
  let low = 0;
  let high = 0;
  for (let i = 0; i < slots.length; i++) {
    const from = 2 * (first + i);
    const to = 2 * (targetFirst + slots[i]);
    const wordLow = source.words[from];
    const wordHigh = source.words[from + 1];
    target.words[to] = wordLow;
    target.words[to + 1] = wordHigh;
    if (!isInteger) continue;
    if (slots[i] > next) drop(target, targetFirst + next, low, high);
    high = sumHigh(low, high, wordLow, wordHigh);
    low = (low + wordLow) | 0;
    if (slots[i] > next) {
      target.words[to] = low;
      target.words[to + 1] = high;
    }
    next = slots[i] + 1;
  }
  if (isInteger && next < targetCount) drop(target, targetFirst + next, low, high);
}

/** Writes the difference from a count to 0. */
function drop(target: FieldWords, field: number, low: number, high: number): void {
  target.words[2 * field] = -low | 0;
  target.words[2 * field + 1] = differenceHigh(0, 0, low, high);
}
