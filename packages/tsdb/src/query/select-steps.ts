import type { Matcher } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { selectSeries } from "../head/select-series.ts";
import { type SelectionOptions, SelectionTake } from "../head/take-selection.ts";
import type { HeadSelection } from "../read/head-selection.ts";
import type { Steps } from "../steps.ts";
import { SeriesFind } from "./find-series.ts";

/** What of the head is wanted, both ends of the range inclusive. */
export interface Wanted {
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly matchers: readonly Matcher[];
  readonly hints?: SelectionOptions | undefined;
}

/**
 * Finds the series that match each of `wanted`; `onFound` makes something of them in one turn, in which all are as they are then. Where the
 * range of one is not that of the head, none are found.
 */
export function* findSteps<T>(head: Head, wanted: readonly Wanted[], onFound: (refs: readonly Uint32Array[]) => T): Steps<T> {
  const finds = wanted.map((one) => (overlapsHead(head, one.minTimeMs, one.maxTimeMs) ? new SeriesFind(head, one.matchers) : undefined));
  try {
    for (const find of finds) if (find !== undefined) yield* find.steps();
    return onFound(finds.map((find, i) => find?.end() ?? foundNow(head, wanted[i])));
  } finally {
    for (const find of finds) find?.close();
  }
}

/** The first samples of a range may have come meanwhile. */
function foundNow(head: Head, { minTimeMs, maxTimeMs, matchers }: Wanted): Uint32Array {
  return overlapsHead(head, minTimeMs, maxTimeMs) ? selectSeries(head, matchers) : new Uint32Array(0);
}

/** What else goes with a selection. */
export interface TakeListener {
  /** Called for each selection in the moment of all. */
  readonly begun: (pin: number, index: number) => void;
  /** Called for each that has begun when they fail: lets go of it. */
  readonly release: (pin: number) => void;
}

/** Takes a selection of each, all of one moment. Those that fail are let go of. */
export function* takeSteps(head: Head, wanted: readonly Wanted[], { begun, release }: TakeListener): Steps<readonly HeadSelection[]> {
  const takes: SelectionTake[] = [];
  try {
    yield* findSteps(head, wanted, (refs) => {
      wanted.forEach(({ minTimeMs, maxTimeMs, hints }, i) => takes.push(new SelectionTake(head, refs[i], minTimeMs, maxTimeMs, hints)));
      takes.forEach(({ pin }, i) => begun(pin, i));
      for (const take of takes) head.slicedReads.add(take);
    });
    const selections: HeadSelection[] = [];
    for (const take of takes) selections.push(yield* take.steps());
    return selections;
  } catch (error) {
    for (const { pin } of takes) release(pin);
    throw error;
  } finally {
    for (const take of takes) {
      head.slicedReads.delete(take);
      take.close();
    }
  }
}

/** Whether the head may have samples in the range. */
export function overlapsHead(
  { minTimeMs: oldestMs, maxTimeMs: newestMs, outOfOrder }: Head,
  minTimeMs: number,
  maxTimeMs: number,
): boolean {
  if (minTimeMs <= newestMs && maxTimeMs >= oldestMs) return true;
  return minTimeMs <= outOfOrder.maxTimeMs && maxTimeMs >= outOfOrder.minTimeMs;
}
