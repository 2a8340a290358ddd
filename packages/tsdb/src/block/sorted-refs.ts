/** Lists are united by marking bits, unless there are so few references in so wide a range that sorting them is less work. */
const LEAST_REFS_PER_WORD = 1 / 64;

/** Of the references of `sorted`, those that are in `other` too. Both ascend; `sorted` is overwritten. */
export function intersectRefs(sorted: Uint32Array, other: Uint32Array): Uint32Array {
  return keep(sorted, other, true);
}

/** Of the references of `sorted`, those that are not in `other`. Both ascend; `sorted` is overwritten. */
export function subtractRefs(sorted: Uint32Array, other: Uint32Array): Uint32Array {
  return keep(sorted, other, false);
}

/** The references of all lists, each of which ascends, once each and ascending. A single list is given back as it is. */
export function uniteRefs(lists: readonly Uint32Array[]): Uint32Array {
  const filled = lists.filter((list) => list.length > 0);
  if (filled.length <= 1) return filled[0] ?? new Uint32Array(0);
  let least = Infinity;
  let greatest = 0;
  let total = 0;
  for (const list of filled) {
    least = Math.min(least, list[0]);
    greatest = Math.max(greatest, list[list.length - 1]);
    total += list.length;
  }
  const wordCount = Math.floor((greatest - least) / 32) + 1;
  return total < wordCount * LEAST_REFS_PER_WORD ? sortTogether(filled, total) : markTogether(filled, total, least, wordCount);
}

/** Walks `sorted` and leaps ahead in `other` by doubling steps; what is kept moves to the front of `sorted`. */
function keep(sorted: Uint32Array, other: Uint32Array, isKeptWhenFound: boolean): Uint32Array {
  let length = 0;
  let low = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (isKeptWhenFound && low === other.length) break;
    const ref = sorted[i];
    let step = 1;
    let high = low;
    while (high < other.length && other[high] < ref) {
      low = high + 1;
      high += step;
      step *= 2;
    }
    if (high > other.length) high = other.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (other[middle] < ref) low = middle + 1;
      else high = middle;
    }
    const isFound = low < other.length && other[low] === ref;
    if (isFound === isKeptWhenFound) sorted[length++] = ref;
  }
  return sorted.subarray(0, length);
}

function sortTogether(lists: readonly Uint32Array[], total: number): Uint32Array {
  const refs = new Uint32Array(total);
  let end = 0;
  for (const list of lists) {
    refs.set(list, end);
    end += list.length;
  }
  refs.sort();
  let length = 0;
  for (let i = 0; i < total; i++) if (length === 0 || refs[i] !== refs[length - 1]) refs[length++] = refs[i];
  return refs.subarray(0, length);
}

function markTogether(lists: readonly Uint32Array[], total: number, least: number, wordCount: number): Uint32Array {
  const words = new Uint32Array(wordCount);
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const bit = list[i] - least;
      words[bit >>> 5] |= 1 << (bit & 31);
    }
  }
  const refs = new Uint32Array(total);
  let length = 0;
  for (let word = 0; word < wordCount; word++) {
    for (let bits = words[word]; bits !== 0; bits &= bits - 1) refs[length++] = least + word * 32 + 31 - Math.clz32(bits & -bits);
  }
  return refs.subarray(0, length);
}
