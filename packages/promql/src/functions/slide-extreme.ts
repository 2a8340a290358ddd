import type { SlideSeries } from "./range-functions.ts";
import { indexBehind } from "./window-edges.ts";

/** Samples that may be the extreme of a window to come: by index, the next one first. */
let candidates = new Uint32Array(1024);

/**
 * The greatest value of each window of a series, or with `sign` -1 the least: the earliest of equal ones, as a search from the window's
 * beginning finds it, and NaN only where there is nothing else. Each sample is looked at about twice, however long the windows are.
 */
export function extremeSlide(sign: 1 | -1): SlideSeries {
  return ({ timestampsMs, values, length }, { firstEndMs, stepMs, stepCount, rangeMs }, { values: outValues, present }) => {
    if (candidates.length < length) candidates = new Uint32Array(length * 2);
    const queue = candidates;
    let [from, to, fromAdvance, toAdvance] = [0, 0, 0, 0];
    let head = 0;
    let tail = 0;
    for (let k = 0; k < stepCount; k++) {
      const endMs = firstEndMs + k * stepMs;
      const afterMs = endMs - rangeMs;
      // Samples come at even intervals as a rule, and windows move on by as many as the last time. A call at each step would box its numbers.
      let nextTo = to + toAdvance;
      if (nextTo > length || (nextTo > 0 && timestampsMs[nextTo - 1] > endMs) || (nextTo < length && timestampsMs[nextTo] <= endMs)) {
        nextTo = indexBehind(timestampsMs, length, to, endMs);
      }
      let nextFrom = from + fromAdvance;
      if (
        nextFrom > nextTo ||
        (nextFrom > 0 && timestampsMs[nextFrom - 1] > afterMs) ||
        (nextFrom < nextTo && timestampsMs[nextFrom] <= afterMs)
      ) {
        nextFrom = indexBehind(timestampsMs, nextTo, from, afterMs);
      }
      for (let i = to; i < nextTo; i++) {
        const value = values[i];
        if (value !== value) continue;
        while (tail > head && sign * values[queue[tail - 1]] < sign * value) tail--;
        queue[tail++] = i;
      }
      toAdvance = nextTo - to;
      fromAdvance = nextFrom - from;
      to = nextTo;
      from = nextFrom;
      while (head < tail && queue[head] < from) head++;
      if (to === from) {
        present[k] = 0;
        continue;
      }
      outValues[k] = head < tail ? values[queue[head]] : values[to - 1];
      present[k] = 1;
    }
  };
}
