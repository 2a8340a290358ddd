/** How many of `items` differ, where two are the same for which `areSame` says so; `hashOf` is alike for those. */
export function countDistinct(
  items: Uint32Array,
  hashOf: (item: number) => number,
  areSame: (item: number, other: number) => boolean,
): number {
  // Open addressing, at most half full; a place holds an item's index and one, or 0.
  const index = new Int32Array(2 ** Math.ceil(Math.log2(2 * items.length + 2)));
  const mask = index.length - 1;
  let count = 0;
  for (let k = 0; k < items.length; k++) {
    let place = hashOf(items[k]) & mask;
    while (index[place] !== 0 && !areSame(items[index[place] - 1], items[k])) place = (place + 1) & mask;
    if (index[place] !== 0) continue;
    index[place] = k + 1;
    count++;
  }
  return count;
}

/** Whether each number is larger than the one before: then none is there twice. */
export function isStrictlyAscending(numbers: Uint32Array): boolean {
  for (let i = 1; i < numbers.length; i++) if (numbers[i] <= numbers[i - 1]) return false;
  return true;
}
