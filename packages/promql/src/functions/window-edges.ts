/** The first index from `start` on, at most `length`, whose time is behind `timeMs`. */
export function indexBehind(timestampsMs: Float64Array, length: number, start: number, timeMs: number): number {
  let index = start;
  while (index < length && timestampsMs[index] <= timeMs) index++;
  return index;
}
