import type { SampleWindow } from "./range-functions.ts";

/** When the first sample of the window was taken, in seconds. */
export function timeOfFirst({ timestampsMs, from }: SampleWindow): number {
  return timestampsMs[from] / 1000;
}

/** When the last sample of the window was taken, in seconds. */
export function timeOfLast({ timestampsMs, to }: SampleWindow): number {
  return timestampsMs[to - 1] / 1000;
}

/** When the smallest value was taken, the last time if there are several; NaN counts only where there is nothing else. */
export function timeOfMinimum({ timestampsMs, values, from, to }: SampleWindow): number {
  let found = from;
  for (let i = from + 1; i < to; i++) {
    if (values[i] <= values[found] || values[found] !== values[found]) found = i;
  }
  return timestampsMs[found] / 1000;
}

/** As `timeOfMinimum`, of the largest value. */
export function timeOfMaximum({ timestampsMs, values, from, to }: SampleWindow): number {
  let found = from;
  for (let i = from + 1; i < to; i++) {
    if (values[i] >= values[found] || values[found] !== values[found]) found = i;
  }
  return timestampsMs[found] / 1000;
}
